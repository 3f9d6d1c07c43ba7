import { Fault } from '../../fault.mjs'
import { traced } from '../compose/interpolate.mjs'
import { tidy, unread } from '../entry.mjs'
import { instructions } from './instructions.mjs'

// What a build sets by itself. A stage or an image may be chosen by it.
const BUILT_IN = {
  TARGETPLATFORM: 'linux/amd64',
  TARGETOS: 'linux',
  TARGETARCH: 'amd64',
  TARGETVARIANT: '',
  BUILDPLATFORM: 'linux/amd64',
  BUILDOS: 'linux',
  BUILDARCH: 'amd64',
  BUILDVARIANT: '',
}

/**
 * Reads the images of a Dockerfile: those of `FROM`, `COPY --from` and `RUN --mount=from`, without its own stages.
 *
 * Whoever builds it may give arguments and named contexts: `args` is a Map of `{ value, from }`, where `from` says where
 * one is set, and `contexts` are names that stand for no image. `lineOf` tells the line of the file for one of the text.
 */
export function dockerfileEntries(path, text, given) {
  const reader = new Dockerfile(path, text, given)
  for (const instruction of instructions(text)) reader.take(instruction)
  return reader.entries
}

class Dockerfile {
  entries = []
  #path
  #text
  #stages = new Set()
  #count = 0
  #args = new Map()
  /** Arguments of the stage that is read. */
  #own = new Map()

  #given
  #lineOf

  constructor(path, text, { args = new Map(), contexts = [], lineOf = (line) => line } = {}) {
    this.#path = path
    this.#text = text
    this.#given = args
    this.#lineOf = lineOf
    for (const name of contexts) this.#stages.add(name.toLowerCase())
  }

  take({ words: [keyword, ...words], line }) {
    const name = keyword?.text.toUpperCase()
    const inner = name === 'ONBUILD' ? words.shift()?.text.toUpperCase() : name
    if (inner === 'ARG') this.#arg(words, line)
    else if (inner === 'FROM' && name !== 'ONBUILD') this.#from(words, line)
    else if (inner === 'COPY' || inner === 'ADD') this.#copy(words, line)
    else if (inner === 'RUN') this.#run(words, line)
  }

  /** Those before the first FROM are for all base images, and the others for what their stage copies. */
  #arg(words, line) {
    const args = this.#count === 0 ? this.#args : this.#own
    for (const { text } of words) {
      const at = text.indexOf('=')
      const name = at < 0 ? text : text.slice(0, at)
      const given = this.#given.get(name)
      if (given) args.set(name, given)
      else if (at >= 0) args.set(name, { ...this.#default(text.slice(at + 1), args), line })
      else if (args !== this.#own) args.set(name, { line })
    }
  }

  #default(spelled, args) {
    const raw = spelled.replace(/^(["'])(.*)\1$/s, '$2')
    try {
      const { value, names } = traced(raw, (name) => args.get(name)?.value ?? this.#value(name))
      return { value, isOfBuild: names.some((name) => args.get(name)?.isOfBuild ?? this.#isOfBuild(name)) }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      // What cannot be filled in counts as not set, and its image says so.
      return {}
    }
  }

  #from(words, line) {
    const flags = words.filter(({ text }) => text.startsWith('--'))
    const [image, as, name] = words.slice(flags.length)
    if (image === undefined) return void this.#unread(line, 'FROM names no image.')
    const platform = flags.map(({ text }) => /^--platform=(.+)$/.exec(text)?.[1]).find(Boolean)
    const stage = as?.text.toUpperCase() === 'AS' ? name?.text : undefined
    this.#image(image, line, { stage, arch: platform && this.#platform(platform) })
    this.#count += 1
    if (stage) this.#stages.add(stage.toLowerCase())
    this.#own = new Map()
  }

  #copy(words, line) {
    const flag = words.find(({ text }) => text.startsWith('--from='))
    if (flag) this.#image(rest(flag, '--from='.length), line, { isReference: true })
  }

  #run(words, line) {
    for (const word of words) {
      if (!word.text.startsWith('--')) return
      const found = /^--mount=(?:.*,)?from=/.exec(word.text)
      if (!found) continue
      const source = rest(word, found[0].length)
      this.#image({ ...source, text: source.text.split(',')[0] }, line, { isReference: true })
    }
  }

  #image({ text: spelled, start }, line, { stage, arch, isReference = false }) {
    const quote = /^(["'])(.*)\1$/.exec(spelled)
    const [raw, from] = quote ? [quote[2], start + 1] : [spelled, start]
    const place = tidy({ file: this.#path, line, stage })
    const unset = []
    try {
      const { value, literalFrom, names } = traced(
        raw,
        (name) => (isReference ? this.#own.get(name)?.value : undefined) ?? this.#value(name),
        (name) => unset.push(name),
      )
      if (this.#isStage(value, isReference) || value.toLowerCase() === 'scratch') return
      if (unset.length > 0) return void this.#unread(line, `The argument ${unset[0]} has no default.`, raw)
      if (value === '') return void this.#unread(line, 'It names no image.', raw)
      const origin = names.map((name) => `${name} is set ${this.#origin(name)}`).join(', ')
      const written = { file: this.#path, text: this.#text, start: from, raw, literalFrom, origin }
      this.entries.push({ image: value, place, ...(arch && { arch }), written })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.entries.push(unread(place, error.message, raw))
    }
  }

  #isStage(value, isReference) {
    if (this.#stages.has(value.toLowerCase())) return true
    return isReference && /^\d+$/.test(value)
  }

  #platform(text) {
    const { value, names } = traced(text, (name) => this.#value(name))
    return names.some((name) => this.#isOfBuild(name)) || value === '' ? undefined : value
  }

  /** Whether the machine that builds decides on a value. */
  #isOfBuild(name) {
    return this.#args.get(name)?.isOfBuild ?? (Object.hasOwn(BUILT_IN, name) && !this.#args.get(name)?.value)
  }

  #value(name) {
    const given = this.#args.get(name)?.value
    return given ?? (Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined)
  }

  #origin(name) {
    const arg = this.#own.get(name) ?? this.#args.get(name)
    if (arg?.from) return `in ${arg.from}`
    return arg ? `by its default in ${this.#path}:${this.#lineOf(arg.line)}` : 'by the build'
  }

  #unread(line, message, image) {
    this.entries.push(unread({ file: this.#path, line }, message, image))
  }
}

function rest({ text, start }, from) {
  return { text: text.slice(from), start: start + from }
}
