import { parseArgs } from 'node:util'
import { COMMANDS } from '../commands.mjs'
import { UsageFault } from '../fault.mjs'

const OF_ALL = {
  config: { type: 'string' },
  'docker-config': { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
}

const HELP = ['--help', '-h']
const FORMATS = ['table', 'markdown', 'json']
// The policies have the names of the tracks, and `original` is the rule of the replaced class.
const POLICIES = {
  patch: { track: 'patch' },
  minor: { track: 'minor' },
  major: { track: 'major' },
  cycle: { track: 'cycle' },
  original: 'original',
}

/**
 * Parses a command line.
 *
 * Returns `{ command, images, files, envFiles, merge, recursive, running, arch?, policy?, format, failOnUpdate, failOnUnsupported, config?,
 * dockerConfig, provenance, values }`. `command` is one of `COMMANDS`, or `help` or `version`; `policy` is as the class takes it; and
 * `values` are all options as they stand.
 *
 * @throws UsageFault for a command line that the usage does not allow.
 */
export function readArguments(args) {
  if (args.length === 0) return { command: 'help' }
  const [first, ...rest] = args
  if (first === 'help' || HELP.includes(first)) return { command: 'help' }
  if (first === '--version') return { command: 'version' }
  if (!Object.hasOwn(COMMANDS, first)) throw noCommand(first)
  const { values, images } = parsed(first, rest)
  if (values.help) return { command: 'help' }
  if (values.version) return { command: 'version' }
  if (COMMANDS[first].takes === 'image' && images.length !== 1) {
    throw new UsageFault(`${first} takes one image, not ${images.length}.`)
  }
  if (COMMANDS[first].takes === 'update' && ![1, 2].includes(images.length)) {
    throw new UsageFault(`${first} takes an image, and a tag if you like, not ${images.length} words.`)
  }
  return {
    command: first,
    images,
    files: values.file ?? [],
    envFiles: values['env-file'] ?? [],
    merge: values.merge ?? false,
    recursive: values.recursive ?? false,
    running: values.running ?? false,
    arch: values.arch,
    policy: policy(values.policy),
    format: format(values),
    failOnUpdate: values['fail-on-update'] ?? false,
    failOnUnsupported: values['fail-on-unsupported'] ?? false,
    provenance: values.provenance ?? false,
    config: values.config,
    dockerConfig: values['docker-config'] ?? false,
    values,
  }
}

function noCommand(word) {
  const commands = Object.keys(COMMANDS).join(', ')
  if (word.startsWith('-')) return new UsageFault(`A command comes first: ${commands}.`)
  if (/[:/@]/.test(word))
    return new UsageFault(`There is no command ${word}. Did you mean \`check ${word}\`?`)
  return new UsageFault(`There is no command ${word}; there are ${commands}.`)
}

function parsed(command, args) {
  const options = { ...OF_ALL, ...COMMANDS[command].options }
  // Strict parsing would report faults in Node's words, which address programmers.
  const { values, positionals, tokens } = parseArgs({
    args,
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  })
  for (const { kind, name, rawName, value, inlineValue } of tokens) {
    if (kind !== 'option') continue
    if (!Object.hasOwn(options, name)) throw new UsageFault(`${command} takes no ${rawName}.`)
    const isMissing = value === undefined || (!inlineValue && /^-./.test(value))
    if (options[name].type === 'string' && isMissing) throw new UsageFault(`${rawName} wants a value.`)
    if (options[name].type === 'boolean' && inlineValue) throw new UsageFault(`${rawName} takes no value.`)
  }
  return { values, images: positionals }
}

function policy(name) {
  if (name === undefined || Object.hasOwn(POLICIES, name)) return POLICIES[name]
  throw new UsageFault(`There is no policy ${name}; there are ${Object.keys(POLICIES).join(', ')}.`)
}

function format(values) {
  const asked = FORMATS.filter((name) => values[name])
  if (asked.length > 1) throw new UsageFault(`--${asked.join(' and --')} exclude each other.`)
  return asked[0] ?? 'table'
}
