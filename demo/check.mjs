import service from '../index.js'
import { images, written } from './images.mjs'
import { table } from './table.mjs'
import { startWorld } from './world.mjs'

const HEADS = ['image', 'current', 'newest', 'updates', 'release page']

/** Checks the demo's images against registries in this process, and answers the exit code. */
export async function checkDemo(arch) {
  const world = await startWorld()
  const { options } = world
  try {
    const code = await check(images.map(written), arch, options)
    const hosts = Object.keys(options.registries).length
    console.log(
      `${world.requests.length} requests were served by ${hosts} registries and a GitHub API in this process.`,
    )
    return code
  } finally {
    await world.close()
  }
}

/** Checks images over the network, and answers the exit code: 1 if every one of them failed. */
export function checkReal(names, arch) {
  return check(names, arch, {})
}

async function check(names, arch, options) {
  const warnings = []
  const registry = new service.ContainerRegistryService({
    ...options,
    logger: { warn: (message) => warnings.push(message) },
  })
  const answers = await Promise.allSettled(names.map((name) => registry.getAvailableUpdates(name, arch)))
  const rows = names.map((name, position) => [...current(registry, name), ...found(answers[position])])
  console.log(`Updates for ${arch}\n\n${table(HEADS, rows)}\n`)
  for (const warning of warnings) console.log(warning)
  return answers.every(({ status }) => status === 'rejected') ? 1 : 0
}

/** The image without its tag, as it was written, and the tag it stands for. */
function current(registry, name) {
  try {
    const { tag } = registry.parseImageReference(name)
    return [name.replace(/(:[^:/@]+)?(@.*)?$/, ''), tag]
  } catch {
    return [name, '-']
  }
}

function found({ value: updates, reason: error }) {
  if (error) return ['failed', '-', `${error.code}: ${error.message}`]
  if (updates.length === 0) return ['-', 0, '-']
  const [newest] = updates
  return [newest.tag, updates.length, newest.releaseUrl ?? '-']
}
