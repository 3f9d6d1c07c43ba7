import { Fault } from '../../fault.mjs'
import { tidy, unread } from '../entry.mjs'
import { buildEntries, buildWeight } from './build.mjs'
import { imageEntry, lookup, placeOf, valueIn } from './image.mjs'
import { interpolate } from './interpolate.mjs'

const MAX_PARTS = 200_000
// Fields of a service that say which images it runs. A later one takes the place of an earlier one.
const FIELDS = ['image', 'build', 'platform', 'profiles']

/**
 * A service as a mapping of one file has it: `{ name, fields, labels, volumes, builds }`. Each part keeps the layer in which it
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
  const [volumes, build] = ['volumes', 'build'].map((field) => file.field(node, field))
  return {
    name,
    layer,
    node,
    fields,
    labels: labels.map(part).filter(Boolean),
    volumes: [part(volumes)].filter(Boolean),
    builds: [part(build)].filter(Boolean),
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
    builds: over.fields.get('build')?.node?.tag === '!reset' ? [] : [...base.builds, ...over.builds],
  }
}

/**
 * The entries of services: their images, those that are mounted as volumes, and those that they are built from. What
 * services have from one that they extend is read for each of them, up to a bound.
 */
export function entriesOf(services) {
  let left = MAX_PARTS
  return services.flatMap((service) => {
    left -= weightOf(service)
    if (left >= 0) return entriesOfOne(service)
    const why = `Services that extend each other have more than ${MAX_PARTS} labels, volumes and lines together.`
    return [unread({ ...placeOf(service), service: service.name }, why)]
  })
}

function weightOf({ labels, volumes, builds }) {
  const parts = [...labels, ...volumes].map(({ node, layer }) => layer.file.sizeOf(node))
  return [...parts, ...builds.map(buildWeight)].reduce((sum, one) => sum + one, 0)
}

function entriesOfOne(service) {
  const mounted = service.volumes.flatMap((volume) => mountedImages(volume, service.name))
  return [ownEntry(service), ...mounted, ...buildEntries(service)]
}

function ownEntry(service) {
  const { name, fields } = service
  const image = fields.get('image')
  const build = fields.get('build')
  const place = tidy({
    ...placeOf(image ?? build ?? service),
    service: name,
    profiles: profiles(fields.get('profiles')),
  })
  if (valueIn(image) === undefined) {
    if (image && !isText(image) && image.layer.file.resolve(image.node) !== undefined)
      return unread(place, 'An image is a text, and this is none.')
    const why = build ? 'is built there' : 'names no image of its own'
    return { place, left: `${name} ${why}, so it is not checked.` }
  }
  const entry = imageEntry(image, place)
  if (entry.problem) return entry
  entry.labels = labelsOf(service)
  try {
    const platform = valueIn(fields.get('platform'))
    if (platform) entry.arch = interpolate(platform, lookup(fields.get('platform')))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return unread(place, error.message, entry.image)
  }
  if (build && isBuilt(build)) entry.local = 'it is built there'
  return entry
}

function isBuilt({ node, layer }) {
  return layer.file.resolve(node) !== undefined
}

function isText(part) {
  return part.layer.file.isText(part.node)
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
