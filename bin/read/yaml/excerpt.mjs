/** A text within a YAML file that is a file of another kind: knows where each of its lines stands in the file. */
export class Excerpt {
  #file
  #first
  #lines
  #isLiteral
  #starts

  /** `node` is a scalar of `file`. */
  constructor(file, node) {
    const scalar = file.resolve(node)
    this.#file = file
    this.text = file.textOf(scalar)
    this.#first = file.lineOf(scalar)
    // Blocks of the kind `|` have a line of the file for each of their own, below their head.
    this.#isLiteral = scalar.type === 'BLOCK_LITERAL'
    this.#lines = this.text.split('\n')
    this.#starts = startsOf(this.#lines)
  }

  /** The line of the file in which a line of the text stands, from 1. */
  lineOf(line) {
    return this.#isLiteral ? this.#first + line : this.#first
  }

  /**
   * Tells where a piece of a line stands in the file: as `written` of an entry. `line` is that of the text, and `column`
   * the index of the piece in it, if it is known.
   */
  written(line, piece, column) {
    const { path, text } = this.#file
    const told = { file: path, text }
    const inner = this.#lines[line - 1] ?? ''
    const at = this.lineOf(line)
    const start = this.#file.offsetOf(at)
    const outer = text.slice(start, this.#file.offsetOf(at + 1)).replace(/\r?\n$/, '')
    const begin = column ?? onlyIndex(inner, piece)
    const shift = this.#isLiteral ? outer.length - inner.length : onlyIndex(outer, inner)
    const isThere =
      begin >= 0 && shift >= 0 && outer.slice(shift + begin, shift + begin + piece.length) === piece
    if (!isThere) return { ...told, why: 'it is spelled with escapes or in several lines there' }
    return { ...told, start: start + shift + begin, raw: piece, literalFrom: 0 }
  }

  /** What `written` of an entry of the text is in the file. */
  moved(inner) {
    const { start, raw, why, digest, ...more } = inner
    const index = indexAt(this.#starts, start ?? 0)
    const own = why ? { why } : this.written(index + 1, raw, start - this.#starts[index])
    const { path: file, text } = this.#file
    return { ...more, file, text, ...own, ...(digest && { digest: this.moved(digest) }) }
  }
}

/** Where lines begin in the text that they are. */
export function startsOf(lines) {
  let start = 0
  return lines.map((line) => {
    const own = start
    start += line.length + 1
    return own
  })
}

/** The index of the line in which a position lies. */
export function indexAt(starts, position) {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (starts[middle] <= position) low = middle
    else high = middle - 1
  }
  return low
}

/** Where a piece stands in a text, or -1 if it stands there more than once. */
function onlyIndex(text, piece) {
  const at = text.indexOf(piece)
  return text.indexOf(piece, at + 1) < 0 ? at : -1
}
