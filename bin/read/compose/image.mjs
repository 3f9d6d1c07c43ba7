import { Fault } from '../../fault.mjs'
import { unread } from '../entry.mjs'
import { written } from '../yaml/scalar.mjs'
import { traced } from './interpolate.mjs'

// A part is a node with the layer in which it stands: `{ node, layer: { file, path, variables } }`.

/** An entry for an image with its variables filled in. `skipped` characters of the text stand before it. */
export function imageEntry(part, place, skipped = 0) {
  const raw = valueIn(part).slice(skipped)
  const unset = new Set()
  try {
    const { value, literalFrom, names } = traced(raw, lookup(part), (name) => unset.add(name))
    const missing = [...unset].map((name) => `the variable ${name} is not set and counts as empty`)
    if (unset.size > 0 && (value.trim() === '' || /(?:^|\/)[:@/]|[:@/]$/.test(value)))
      return unread(place, `${sentence(missing.join(', '))}.`, value || raw)
    const variables = part.layer.variables
    const text = written(part.layer.file, part.node)
    if (text.raw !== undefined) Object.assign(text, { raw, start: text.start + skipped })
    return {
      image: value.trim(),
      place,
      lines: [place.line, part.layer.file.lineOf(part.node)],
      ...(missing.length > 0 && { warnings: missing.map(sentence) }),
      written: {
        ...text,
        literalFrom,
        origin: names.map((name) => `${name} is set ${setAt(variables.origin(name), place)}`).join(', '),
      },
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return unread(place, error.message, raw)
  }
}

/** Where a variable is set, in words. `place` is where its default stands. */
export function setAt(origin, { file, line }) {
  if (origin === undefined) return `by its default in ${file}:${line}`
  return `in ${origin}`
}

/** A part of a sentence as one of its own. */
const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1)

/** Where a part stands: file and line. */
export function placeOf({ node, layer }) {
  return { file: layer.file.path, line: layer.file.lineOf(layer.file.resolve(node) ?? node) }
}

/** The text of a part; `undefined` for an empty one. */
export function valueIn(part) {
  if (part === undefined || part.node?.tag === '!reset') return undefined
  const text = part.layer.file.textOf(part.node)
  // A field without a value is its own key.
  return text === undefined || text.trim() === '' || part.layer.file.resolve(part.node) === undefined
    ? undefined
    : text
}

/** Looks variables up where a part stands. */
export function lookup(part) {
  return (name) => part?.layer.variables.get(name)
}
