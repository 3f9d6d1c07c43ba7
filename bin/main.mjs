import { createRequire } from 'node:module'
import { readArguments } from './arguments.mjs'
import { ANSWERED, check, FAILED } from './check.mjs'
import { Fault, UsageFault } from './fault.mjs'
import { plain } from './render.mjs'
import { settings } from './settings.mjs'
import { USAGE } from './usage.mjs'

// Names of architectures that differ between Node.js and image indexes.
const ARCHITECTURES = { x64: 'amd64', ia32: '386' }

const require = createRequire(import.meta.url)

/**
 * Runs a command line and returns the exit code.
 *
 * `io` is `{ stdout, stderr, env, cwd() }`, as `process` has them. Answers go to `stdout`, and everything else goes to
 * `stderr`.
 */
export async function main(args, io) {
  const say = (line) => io.stderr.write(`${plain(line)}\n`)
  try {
    return await carryOut(readArguments(args), io, say)
  } catch (error) {
    if (!(error instanceof Fault || error.name === 'ContainerRegistryError')) throw error
    say(error.code ? `${error.code}: ${error.message}` : error.message)
    if (error instanceof UsageFault) say('Try --help.')
    return FAILED
  }
}

async function carryOut(asked, io, say) {
  const { command } = asked
  if (command === 'help') return print(io, USAGE)
  if (command === 'version') return print(io, `${require('../package.json').version}\n`)
  // Warnings are kept until the answer is there, so that they do not break the progress bar.
  const warnings = []
  const options = await settings(asked, io.env)
  // The usage must work where the binary does not load, so the class is imported late.
  const { ContainerRegistryService } = await import('../index.js')
  const service = new ContainerRegistryService({
    ...options,
    logger: { warn: (line) => warnings.push(line) },
  })
  try {
    if (command === 'check') return await check(asked, service, io, say)
    const [image] = asked.images
    const parsed = service.parseImageReference(image)
    const { format, policy, arch = ARCHITECTURES[process.arch] ?? process.arch } = asked
    const { inquiries } = await import('./inquire.mjs')
    return print(io, await inquiries[command]({ image, parsed, service, format, arch, policy }))
  } finally {
    for (const warning of warnings) say(warning)
    await service.close()
  }
}

function print({ stdout }, text) {
  stdout.write(text)
  return ANSWERED
}
