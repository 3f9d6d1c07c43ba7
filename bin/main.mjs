import { createRequire } from 'node:module'
import { readArguments } from './args/arguments.mjs'
import { settings } from './args/settings.mjs'
import { USAGE } from './args/usage.mjs'
import { Judge } from './check/valid.mjs'
import { COMMANDS } from './commands.mjs'
import { ANSWERED, FAILED, USAGE_FAULT } from './exit.mjs'
import { ConfigFault, Fault, UsageFault } from './fault.mjs'
import { folderConfig } from './policy/folder.mjs'
import { withPolicies } from './policy/policies.mjs'
import { plain } from './render/plain.mjs'

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
    return isOfUsage(error) ? USAGE_FAULT : FAILED
  }
}

/** One image is asked about with the policy that a check has for it where nothing stands beside it. */
async function withPolicy(asked, { service, io, options }) {
  const { takes, options: taken } = COMMANDS[asked.command]
  if (takes === 'images' || taken.policy === undefined) return asked
  const judge = new Judge(service)
  const found = await folderConfig(io, judge)
  const entries = [{ image: asked.images[0], place: {} }]
  const [{ policy }] = await withPolicies(entries, { options, found, asked: asked.policy, judge })
  return policy === undefined ? asked : { ...asked, policy }
}

/** What the class refuses stands on the command line or in the configuration. */
function isOfUsage(error) {
  if (error instanceof UsageFault || error instanceof ConfigFault) return true
  return error.code === 'INVALID_ARGUMENT' || error.code === 'INVALID_REFERENCE'
}

async function carryOut(asked, io, say) {
  const { command } = asked
  if (command === 'help') return print(io, USAGE)
  if (command === 'version') return print(io, `${require('../package.json').version}\n`)
  // Warnings are kept until the answer is there, so that they do not break the progress bar.
  const warnings = []
  const options = {
    ...(await settings(asked, io.env)),
    ...(asked.provenance && { provenance: true }),
  }
  // The usage must work where the binary does not load, so the class is imported late.
  const { ContainerRegistryService } = await import('../index.js')
  const service = new ContainerRegistryService({
    ...options,
    logger: { warn: (line) => warnings.push(line) },
  })
  try {
    const run = await COMMANDS[command].load()
    const context = { service, io, say, options }
    return await run(await withPolicy(asked, context), context)
  } finally {
    for (const warning of warnings) say(warning)
    await service.close()
  }
}

function print({ stdout }, text) {
  stdout.write(text)
  return ANSWERED
}
