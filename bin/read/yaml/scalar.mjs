import { tidy } from '../entry.mjs'

/**
 * Where the text of a scalar stands in its file, so that a part of it can be changed without touching another byte:
 * `{ file, text, start, raw }`, where `raw` begins at `start` of `text`. If it is not spelled there letter by letter
 * (escapes, several lines), it is `{ file, why }`.
 */
export function written(file, node) {
  const scalar = file.resolve(node)
  const [from, to] = scalar.range
  const raw = file.textOf(scalar)
  const isQuoted = scalar.type === 'QUOTE_SINGLE' || scalar.type === 'QUOTE_DOUBLE'
  const outer = isQuoted ? from + 1 : from
  const source = file.text.slice(outer, isQuoted ? to - 1 : to)
  const start = outer + source.indexOf(raw)
  // A block has its indentation before it.
  const isThere = source === raw || (!/\s/.test(raw) && source.split(raw).length === 2)
  if (isThere) return { file: file.path, text: file.text, start, raw, literalFrom: 0, isPlain: !isQuoted }
  return { file: file.path, text: file.text, why: 'it is spelled with escapes or in several lines there' }
}

/** An entry for an image that stands as one text. */
export function textEntry(file, scalar, place, line) {
  const own = file.lineOf(scalar)
  return {
    image: file.textOf(scalar).trim(),
    place: tidy({ ...place, line: file.lineOf(file.resolve(scalar)) }),
    lines: [...new Set([line ?? own, file.lineOf(file.resolve(scalar)), own])],
    written: written(file, scalar),
  }
}
