import { Fault } from '../../fault.mjs'
import { tidy, unread } from '../entry.mjs'
import { written } from '../yaml/scalar.mjs'
import { interpolate, traced } from './interpolate.mjs'

// Fields of a service that say which images it runs. A later one takes the place of an earlier one.
const FIELDS = ['image', 'build', 'platform', 'profiles']

/**
 * A service as a mapping of one file has it: `{ name, fields, labels, volumes }`. Each part keeps the layer in which it
 * stands, because variables and lines are those of its file.
 */
export function serviceOf(name, layer, node) {
  const { file } = layer
  const part = (value) => (value === undefined ? undefined : { node: value, layer })
  const fields = new Map()
  for (const field of FIELDS) {
    const found = file.fields(node).get(field)
    if (found) fields.set(field, part(found.value ?? found.key))
  }
  const labels = [file.field(node, 'labels'), file.field(file.field(node, 'deploy'), 'labels')]
  const volumes = file.field(node, 'volumes')
  return {
    name,
    layer,
    node,
    fields,
    labels: labels.map(part).filter(Boolean),
    volumes: [part(volumes)].filter(Boolean),
  }
}

/** A service that is laid over another one; either may be missing. */
export function merged(base, over) {
  if (base === undefined || over === undefined) return over ?? base
  const fields = new Map([...base.fields, ...over.fields])
  for (const [name, { node }] of over.fields) if (node?.tag === '!reset') fields.delete(name)
  return {
    ...over,
    fields,
    labels: [...base.labels, ...over.labels],
    volumes: [...base.volumes, ...over.volumes],
  }
}

/** The entries of a service: its image, and images that are mounted as volumes. */
export function entriesOf(service) {
  const { name, fields } = service
  const image = fields.get('image')
  const build = fields.get('build')
  const place = {
    ...placeOf(image ?? build ?? service),
    service: name,
    profiles: profiles(fields.get('profiles')),
  }
  const mounted = service.volumes.flatMap((volume) => mountedImages(volume, name))
  if (valueIn(image) === undefined) {
    const why = build ? 'is built there' : 'names no image of its own'
    const local = { place: tidy(place), left: `${name} ${why}, so it is not checked.` }
    return image && !isText(image) && image.layer.file.resolve(image.node) !== undefined
      ? [unread(tidy(place), 'An image is a text, and this is none.'), ...mounted]
      : [local, ...mounted]
  }
  const entry = imageEntry(image, tidy(place))
  if (entry.problem) return [entry, ...mounted]
  Object.assign(entry, { labels: labelsOf(service) })
  try {
    const platform = valueIn(fields.get('platform'))
    if (platform) entry.arch = interpolate(platform, lookup(fields.get('platform')))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [unread(tidy(place), error.message, entry.image), ...mounted]
  }
  if (build && isBuilt(build)) entry.local = 'it is built there'
  return [entry, ...mounted]
}

function isBuilt({ node, layer }) {
  return layer.file.resolve(node) !== undefined
}

/** An entry for an image with its variables filled in. */
function imageEntry(part, place) {
  const raw = valueIn(part)
  const unset = new Set()
  try {
    const { value, literalFrom, names } = traced(raw, lookup(part), (name) => unset.add(name))
    const missing = [...unset].map((name) => `the variable ${name} is not set and counts as empty`)
    if (unset.size > 0 && (value.trim() === '' || /(?:^|\/)[:@/]|[:@/]$/.test(value)))
      return unread(place, `${sentence(missing.join(', '))}.`, value || raw)
    const variables = part.layer.variables
    const text = written(part.layer.file, part.node)
    return {
      image: value.trim(),
      place,
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

function setAt(origin, { file, line }) {
  if (origin === undefined) return `by its default in ${file}:${line}`
  return `in ${origin}`
}

const sentence = (text) => text.charAt(0).toUpperCase() + text.slice(1)

function placeOf({ node, layer }) {
  return { file: layer.file.path, line: layer.file.lineOf(layer.file.resolve(node) ?? node) }
}

function isText(part) {
  return part.layer.file.isText(part.node)
}

function valueIn(part) {
  if (part === undefined || part.node?.tag === '!reset') return undefined
  const text = part.layer.file.textOf(part.node)
  // A field without a value is its own key.
  return text === undefined || text.trim() === '' || part.layer.file.resolve(part.node) === undefined
    ? undefined
    : text
}

function lookup(part) {
  return (name) => part?.layer.variables.get(name)
}

function profiles(part) {
  if (part === undefined) return undefined
  const { file } = part.layer
  const names = file.isSeq(part.node) ? file.items(part.node).map((item) => file.textOf(item)) : []
  return names.length > 0 ? names.filter(Boolean) : undefined
}

/** Labels by name. Those of a later layer go before. */
function labelsOf({ labels }) {
  const found = new Map()
  for (const { node, layer } of labels) {
    const { file, variables } = layer
    const filled = (text) => {
      try {
        return interpolate(text, (name) => variables.get(name))
      } catch {
        // A label that cannot be filled in decides nothing.
        return text
      }
    }
    if (file.isSeq(node)) {
      for (const item of file.items(node)) {
        const text = file.textOf(item) ?? ''
        const at = text.indexOf('=')
        found.set(at < 0 ? text : text.slice(0, at), filled(at < 0 ? '' : text.slice(at + 1)))
      }
    } else {
      for (const [name, { value }] of file.fields(node)) found.set(name, filled(file.textOf(value) ?? ''))
    }
  }
  return found
}

/** Images that are mounted: `volumes: [{ type: image, source: … }]`. */
function mountedImages({ node, layer }, service) {
  const { file } = layer
  return file.items(node).flatMap((item) => {
    const source = file.field(item, 'source')
    if (file.textOf(file.field(item, 'type')) !== 'image' || file.textOf(source) === undefined) return []
    const part = { node: source, layer }
    return [imageEntry(part, tidy({ ...placeOf(part), service }))]
  })
}
