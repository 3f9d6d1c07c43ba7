import { Fault } from '../../fault.mjs'

const NAME = /[A-Za-z_][A-Za-z0-9_]*/y
const OPERATOR = /:?[-?+]/y

/**
 * Replaces the variables in a value of a Compose file: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`,
 * `${NAME:?error}`, `${NAME?error}`, `${NAME:+other}`, `${NAME+other}`, nested ones too; `$$` is a dollar sign. With a
 * colon, an empty variable counts as an unset one (Compose specification, "Interpolation").
 *
 * `lookup` returns the value of a name, or undefined for an unset variable. `onEmpty` is called with the name of an
 * unset variable that has no default, which becomes an empty text.
 *
 * @throws Fault for a value that breaks the grammar, and for a variable that `?` requires.
 */
export function interpolate(text, lookup, onEmpty = () => {}) {
  return new Template(text, lookup, onEmpty).read()
}

class Template {
  #text
  #lookup
  #onEmpty
  #position = 0

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
    let value = ''
    while (this.#position < this.#text.length) {
      if (nested && this.#text[this.#position] === '}') return value
      value += this.#take('$') ? this.#reference(used) : this.#text[this.#position++]
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
    const other = operator ? this.read({ nested: true, used: used && wantsOther }) : ''
    if (!this.#take('}')) throw this.#malformed('a brace is not closed')
    if (operator?.endsWith('?') && wantsOther && used) {
      throw new Fault(`${name} is required${other && `: ${other}`}.`)
    }
    if (operator && wantsOther) return other
    return operator?.endsWith('+') ? '' : this.#value(name, used)
  }

  #value(name, used) {
    const value = this.#lookup(name)
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
    return new Fault(`the value ${JSON.stringify(this.#text)} cannot be read: ${why}.`)
  }
}
