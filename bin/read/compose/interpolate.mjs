import { Fault } from '../../fault.mjs'

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const OPERATOR = /:?[-?+]/y
const MAX_DEPTH = 64
const MAX_LENGTH = 64 * 1024

/**
 * Replaces the variables in a value of a Compose file: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`,
 * `${NAME:?error}`, `${NAME?error}`, `${NAME:+other}`, `${NAME+other}`, nested ones too; `$$` is a dollar sign. With a
 * colon, an empty variable counts as an unset one (Compose specification, "Interpolation").
 *
 * `lookup` returns the value of a name, or undefined for an unset variable. `onEmpty` is called with the name of an
 * unset variable that has no default, which becomes an empty text.
 *
 * @throws Fault for a value that breaks the grammar, nests more than 64 variables or becomes longer than 64 KiB, and for a
 *   variable that `?` requires.
 */
export function interpolate(text, lookup, onEmpty = () => {}) {
  return new Template(text, lookup, onEmpty).read()
}

/**
 * Does the same, and tells what the value is made of: `{ value, literalFrom, names }`. From `literalFrom` on the text has
 * no variable, and `names` are those of the variables whose values or defaults are used.
 */
export function traced(text, lookup, onEmpty = () => {}) {
  const template = new Template(text, lookup, onEmpty)
  const value = template.read()
  return { value, literalFrom: template.literalFrom, names: [...template.names] }
}

class Template {
  #text
  #lookup
  #onEmpty
  #position = 0
  #depth = 0
  literalFrom = 0
  names = new Set()

  constructor(text, lookup, onEmpty) {
    this.#text = text
    this.#lookup = lookup
    this.#onEmpty = onEmpty
  }

  /**
   * Reads to the end, or to the brace that closes a nested value. Variables in a value that is not `used` are not
   * required.
   */
  read({ nested = false, used = true } = {}) {
    if (this.#depth > MAX_DEPTH) throw this.#malformed(`it nests more than ${MAX_DEPTH} variables`)
    let value = ''
    while (this.#position < this.#text.length) {
      if (nested && this.#text[this.#position] === '}') return value
      if (!this.#take('$')) value += this.#text[this.#position++]
      else {
        value += this.#reference(used)
        if (!nested) this.literalFrom = this.#position
      }
      if (value.length > MAX_LENGTH) throw this.#malformed(`it becomes longer than ${MAX_LENGTH / 1024} KiB`)
    }
    if (nested) throw this.#malformed('a brace is not closed')
    return value
  }

  #reference(used) {
    if (this.#take('$')) return '$'
    if (!this.#take('{')) return this.#value(this.#name(), used)
    const name = this.#name()
    const operator = this.#match(OPERATOR)
    const value = this.#lookup(name)
    const isSet = operator?.startsWith(':') ? Boolean(value) : value !== undefined
    const wantsOther = operator?.endsWith('+') ? isSet : !isSet
    if (used) this.names.add(name)
    this.#depth += 1
    const other = operator ? this.read({ nested: true, used: used && wantsOther }) : ''
    this.#depth -= 1
    if (!this.#take('}')) {
      const next = operator ? undefined : this.#text[this.#position]
      throw this.#malformed(
        next ? `${next} behind a name is no operator that is read` : 'a brace is not closed',
      )
    }
    if (operator?.endsWith('?') && wantsOther && used) {
      throw new Fault(`${name} is required${other && `: ${other}`}.`)
    }
    if (operator && wantsOther) return other
    return operator?.endsWith('+') ? '' : this.#value(name, used)
  }

  #value(name, used) {
    const value = this.#lookup(name)
    if (used) this.names.add(name)
    if (value === undefined && used) this.#onEmpty(name)
    return value ?? ''
  }

  #name() {
    const name = this.#match(NAME)
    if (!name) throw this.#malformed('a dollar sign is followed by no name; $$ stands for a dollar sign')
    return name
  }

  #match(pattern) {
    pattern.lastIndex = this.#position
    const [found] = pattern.exec(this.#text) ?? []
    this.#position += found?.length ?? 0
    return found
  }

  #take(character) {
    const isThere = this.#text[this.#position] === character
    if (isThere) this.#position += 1
    return isThere
  }

  #malformed(why) {
    const shown = this.#text.length > 80 ? `${this.#text.slice(0, 80)}…` : this.#text
    return new Fault(`the value ${JSON.stringify(shown)} cannot be read: ${why}.`)
  }
}
