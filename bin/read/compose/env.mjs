import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { Fault } from '../../fault.mjs'
import { readText } from '../file.mjs'
import { interpolate } from './interpolate.mjs'

const ASSIGNMENT = /[^\S\n]*(?:export[^\S\n]+)?([A-Za-z_][\w.-]*)[^\S\n]*(?:=|:[^\S\n])[^\S\n]*/y
const REST_OF_LINE = /[^\n]*/y
/** Characters that the values of all files have together. */
const MAX_LENGTH = 8 * 1024 * 1024

/**
 * Variables that fill in values: those of the process, and behind them those of files. Each has a place: `{ value, from }`.
 */
export class Variables {
  #known = new Map()
  /** Names that no file sets: those of the process, and in an included project all that are set around it. */
  #fixed = new Set()
  #length = 0
  /** What could not be filled in: `{ file, line, message }`. */
  faults = []

  constructor(env) {
    this.#fixed = new Set(Object.keys(env))
    for (const [name, value] of Object.entries(env)) this.#known.set(name, { value, from: 'the environment' })
  }

  /** A copy to which others are added. */
  copy() {
    const copy = new Variables({})
    copy.#known = new Map(this.#known)
    copy.#fixed = new Set(this.#known.keys())
    copy.faults = this.faults
    return copy
  }

  get(name) {
    return this.#known.get(name)?.value
  }

  /** Where a variable is set, in words; `undefined` for one that is not. */
  origin(name) {
    return this.#known.get(name)?.from
  }

  /**
   * Adds the variables of a `.env` file; a later file goes before an earlier one, and the process before both. A value may
   * use variables that stand before it, so that none can name itself.
   *
   * A value that cannot be filled in is not set, and one of `faults`.
   *
   * @throws Fault for a file that cannot be read.
   */
  async add(path, io, isOption = false) {
    const text = await readText(path, io)
    // Node.js 20 takes `--env-file` for an option of its own, wherever it stands, and puts the file into the environment.
    for (const [name, value] of Object.entries(isOption ? parseEnv(text) : {}))
      if (this.get(name) === value) this.#fixed.delete(name)
    for (const { name, raw, line, isLiteral } of assignments(text)) {
      let value = raw
      try {
        if (!isLiteral) value = interpolate(raw, (other) => this.get(other))
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        this.faults.push({ file: path, line, message: error.message })
        continue
      }
      this.#length += value.length
      if (this.#length > MAX_LENGTH)
        throw new Fault(`${path}: the values are longer than ${MAX_LENGTH / 1024 / 1024} MiB.`)
      if (!this.#fixed.has(name)) this.#known.set(name, { value, from: `${path}:${line}` })
    }
  }

  /** Adds the `.env` of a folder, if there is one. */
  async addOf(folder, io) {
    try {
      await this.add(join(folder, '.env'), io)
    } catch (error) {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error
    }
  }
}

/** Reads the assignments of a `.env` file, as Compose spells them. */
function* assignments(text) {
  let position = 0
  let line = 1
  const advance = (to) => {
    for (; position < to; position += 1) if (text[position] === '\n') line += 1
  }
  while (position < text.length) {
    ASSIGNMENT.lastIndex = position
    const found = ASSIGNMENT.exec(text)
    const end = lineEnd(text, position)
    if (found && found.index + found[0].length <= end) {
      const at = line
      const { raw, isLiteral, next } = valueAt(text, position + found[0].length)
      yield { name: found[1], raw, line: at, isLiteral }
      advance(Math.max(next, position + found[0].length))
    }
    advance(lineEnd(text, position) + 1)
  }
}

function valueAt(text, start) {
  const quote = text[start]
  if (quote === "'" || quote === '"') {
    const close = closing(text, start + 1, quote)
    if (close > 0) {
      const inner = text.slice(start + 1, close)
      const raw = quote === "'" ? inner : inner.replace(/\\([nrt"\\])/g, (_, letter) => ESCAPES[letter])
      return { raw, isLiteral: quote === "'", next: close + 1 }
    }
  }
  REST_OF_LINE.lastIndex = start
  const [rest] = REST_OF_LINE.exec(text)
  const comment = rest.search(/(?:^|\s)#/)
  const raw = (comment < 0 ? rest : rest.slice(0, comment)).trim()
  return { raw, isLiteral: false, next: start + rest.length }
}

const ESCAPES = { n: '\n', r: '\r', t: '\t', '"': '"', '\\': '\\' }

function closing(text, start, quote) {
  for (let at = start; at < text.length; at += 1) {
    if (text[at] === '\\' && quote === '"') at += 1
    else if (text[at] === quote) return at
  }
  return -1
}

function lineEnd(text, from) {
  const end = text.indexOf('\n', from)
  return end < 0 ? text.length : end
}

/** The folder of a file. */
export const folderOf = (path) => (path === '-' ? '.' : dirname(path))
