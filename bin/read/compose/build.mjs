import { Fault } from '../../fault.mjs'
import { dockerfileEntries } from '../dockerfile/dockerfile.mjs'
import { tidy, unread } from '../entry.mjs'
import { Excerpt, indexAt, startsOf } from '../yaml/excerpt.mjs'
import { imageEntry, lookup, placeOf, setAt } from './image.mjs'
import { interpolate, traced } from './interpolate.mjs'

const IMAGE = 'docker-image://'

/**
 * The images that a service is built from, as far as its file names them: those of `additional_contexts`
 * (`docker-image://…`), and those of `dockerfile_inline`, to which `args` and the names of contexts are given.
 */
export function buildEntries({ name, builds }) {
  const contexts = new Map(builds.flatMap((part) => pairs(part, 'additional_contexts')))
  const args = new Map(builds.flatMap((part) => pairs(part, 'args').flatMap(argument)))
  const inline = builds.map((part) => within(part, 'dockerfile_inline')).findLast(Boolean)
  return [
    ...[...contexts.values()].flatMap((pair) => contextEntry(pair, name)),
    ...(inline ? inlineEntries(inline, name, { args, contexts: [...contexts.keys()] }) : []),
  ]
}

// Services may have a Dockerfile from one that they extend.
const COUNTED = new WeakMap()

/** What it takes to read them: fields, and lines of the Dockerfile. */
export function buildWeight({ node, layer: { file } }) {
  const inline = file.field(node, 'dockerfile_inline')
  if (inline && !COUNTED.has(inline)) COUNTED.set(inline, file.textOf(inline)?.split('\n').length ?? 0)
  const lists = ['additional_contexts', 'args'].map((name) => file.sizeOf(file.field(node, name)))
  return lists.reduce((sum, one) => sum + one, COUNTED.get(inline) ?? 0)
}

/** A field of a part, as a part. */
function within({ node, layer }, field) {
  const value = layer.file.field(node, field)
  return value === undefined ? undefined : { node: value, layer }
}

/**
 * The fields of a mapping, or the items `name=value` of a list: `[name, { node, layer, skipped }]`, where `skipped`
 * characters of the text stand before the value. A name without a value has `skipped` beyond the text.
 */
function pairs(part, field) {
  const found = within(part, field)
  if (found === undefined) return []
  const { node, layer } = found
  const { file } = layer
  if (!file.isSeq(node))
    return [...file.fields(node)].map(([name, { value }]) => [name, { node: value, layer, skipped: 0 }])
  return file.items(node).flatMap((item) => {
    const text = file.textOf(item)
    if (text === undefined) return []
    const at = text.indexOf('=')
    const name = at < 0 ? text : text.slice(0, at)
    return [[name, { node: item, layer, skipped: name.length + 1 }]]
  })
}

function contextEntry({ node, layer, skipped }, service) {
  const text = layer.file.textOf(node)?.slice(skipped) ?? ''
  if (!text.startsWith(IMAGE) || text === IMAGE) return []
  const part = { node, layer }
  return [imageEntry(part, tidy({ ...placeOf(part), service }), skipped + IMAGE.length)]
}

/** The value of an argument, and where it is set. One without a value has that of the variable of its name. */
function argument([name, { node, layer, skipped }]) {
  const { file, variables } = layer
  const text = file.textOf(node)
  if (text === undefined || text.length < skipped) {
    const value = variables.get(name)
    return value === undefined ? [] : [[name, { value, from: variables.origin(name) }]]
  }
  try {
    const value = interpolate(text.slice(skipped), (other) => variables.get(other))
    return [[name, { value, from: `${file.path}:${file.lineOf(node)}` }]]
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    // What cannot be filled in counts as not given, so that the default of the Dockerfile stands in.
    return []
  }
}

function inlineEntries(part, service, { args, contexts }) {
  const { node, layer } = part
  const { path } = layer.file
  const excerpt = new Excerpt(layer.file, node)
  try {
    const lines = linesOf(excerpt.text, lookup(part))
    const filled = lines.map(({ value }) => value)
    const starts = startsOf(filled)
    const lineOf = (line) => excerpt.lineOf(line)
    return dockerfileEntries(path, filled.join('\n'), { args, contexts, lineOf }).map((entry) => {
      const place = tidy({ ...entry.place, line: lineOf(entry.place.line), service })
      const inFile = entry.written && writtenIn(entry.written, { lines, starts, excerpt, layer })
      return { ...entry, place, ...(inFile && { written: inFile }) }
    })
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [unread({ ...placeOf(part), service }, error.message)]
  }
}

/** The lines of a text with the variables of Compose filled in: `{ raw, value, names }`. */
function linesOf(text, lookup) {
  return text.split('\n').map((raw) => {
    const { value, names } = traced(raw, lookup)
    return { raw, value: value.replaceAll('\n', ' '), names }
  })
}

/** Where an image of the Dockerfile stands in the file around it. */
function writtenIn({ raw, start, literalFrom, origin }, { lines, starts, excerpt, layer }) {
  const index = indexAt(starts, start)
  const line = lines[index]
  const column = line.value === line.raw ? start - starts[index] : undefined
  const written = excerpt.written(index + 1, raw, column)
  if (written.why === undefined) return { ...written, literalFrom, origin }
  const place = { file: layer.file.path, line: excerpt.lineOf(index + 1) }
  const named = line.names.map((name) => `${name} is set ${setAt(layer.variables.origin(name), place)}`)
  const set = [origin, ...named].filter(Boolean).join(', ')
  return set ? { ...written, why: `${set}, where it is to be changed` } : written
}
