import { Progress } from '../bin/check/progress.mjs'
import { rowOf } from '../bin/render/row.mjs'
import { table } from '../bin/render/table.mjs'
import service from '../index.js'
import { images, written } from './images.mjs'
import { startWorld } from './world.mjs'

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

/** Prints what the command line prints of images: the same columns, and what was warned of. */
async function check(names, arch, options) {
  const warnings = []
  const registry = new service.ContainerRegistryService({
    ...options,
    logger: { warn: (message) => warnings.push(message) },
  })
  const progress = new Progress(process.stderr, process.env)
  const { stdout } = process
  try {
    const told = { arch, onProgress: (event) => progress.show(event) }
    const reports = await registry.checkImages(names, told).finally(() => progress.end())
    const colours = Boolean(stdout.isTTY) && stdout.hasColors()
    console.log(`Updates for ${arch}\n\n${table(reports.map(rowOf), { colours, width: stdout.columns })}`)
    for (const warning of warnings) console.log(warning)
    return reports.every(({ status }) => status === 'failed') ? 1 : 0
  } finally {
    await registry.close()
  }
}
