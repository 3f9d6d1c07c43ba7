import { tidy, unread } from '../entry.mjs'
import { hasTag, namesImage, pairOf } from '../yaml/pair.mjs'
import { textEntry } from '../yaml/scalar.mjs'
import { mappings } from '../yaml/walk.mjs'
import { kustomized } from './kustomize.mjs'
import { textEntries } from './values.mjs'

// Where a container or a step stands, an image may be a bare name.
const CONTAINERS = /^(?:(?:init|ephemeral)?containers?|steps|sidecars?|script|stepTemplate)$/i
// Kinds whose `image` is data or a description.
const OTHERS = ['ConfigMap', 'Secret', 'CustomResourceDefinition', 'ImageRepository']
// Fields in which other kinds carry values of Helm as a text: by the name of the mapping and of the field.
const VALUES = { spec: 'valuesContent', helm: 'values' }
// Their `images` replace those of manifests.
const KUSTOMIZE = ['Kustomization', 'Component']
// Names of an image that need no tag to be one.
const USUAL = ['image', 'imageName']
const PICTURE = /^\/|\.(?:png|jpe?g|svg|gif|webp|iso|img|qcow2|raw|vmdk)$|:\/\//i

/** Whether a document is a Kubernetes object, or a list of them. */
export function isManifest(file, root) {
  return file.isText(file.field(root, 'apiVersion')) && file.isText(file.field(root, 'kind'))
}

/** The entries of a Kubernetes object: images of its containers, and what custom resources name an image. */
export function manifestEntries(file, root) {
  const entries = []
  const inherit = (node, above) => {
    const kind = file.textOf(file.field(node, 'kind')) ?? above?.kind
    const metadata = file.field(node, 'metadata')
    const name = isManifest(file, node) ? file.textOf(file.field(metadata, 'name')) : above?.name
    const annotations = file.fields(file.field(metadata, 'annotations'))
    if (annotations.size === 0) return { ...above, kind, name, labels: above?.labels ?? new Map() }
    const labels = new Map(above?.labels)
    for (const [key, { value }] of annotations) labels.set(key, file.textOf(value) ?? '')
    return { kind, name, labels }
  }
  const objects = mappings(file, root, inherit)
  for (const { node, key, path, above, line } of objects) {
    if (OTHERS.includes(above.kind) || key === 'annotations' || key === 'labels') continue
    const place = {
      file: file.path,
      service: above.name === undefined ? above.kind : `${above.kind}/${above.name}`,
      container: CONTAINERS.test(key ?? '') ? file.textOf(file.field(node, 'name')) : undefined,
    }
    for (const entry of KUSTOMIZE.includes(above.kind) && key === 'images'
      ? kustomized(file, node, place)
      : [...imagesOf(file, node, { key, place, line }), ...valuesOf(file, node, key, path)])
      entries.push({ ...entry, labels: above.labels })
  }
  return entries
}

function valuesOf(file, node, key, path) {
  const name = Object.hasOwn(VALUES, key ?? '') ? VALUES[key] : undefined
  const scalar = name && file.field(node, name)
  return scalar && file.isText(scalar) ? textEntries(file, scalar, `${path}.${name}`) : []
}

function imagesOf(file, node, { key, place, line }) {
  const image = file.field(node, 'image')
  const found = []
  const isContainer = CONTAINERS.test(key ?? '')
  if (isContainer && image !== undefined && !file.isText(image) && !file.isMap(image))
    found.push(unread(tidy({ ...place, line: file.lineOf(image) }), 'An image is a text, and this is none.'))
  const pair = isContainer ? undefined : pairOf(file, node, { key, place, line })
  if (pair) found.push(pair)
  for (const [name, { value }] of file.fields(node)) {
    const isUsual = USUAL.includes(name) || (namesImage(key) && name === 'reference')
    const text = isUsual || namesImage(name) ? file.textOf(value)?.trim() : undefined
    if (!text || (pair && /^(?:base)?image$/i.test(name))) continue
    const isLikely = hasTag(text) || (isUsual && /^[\w-]+\.[\w.-]+\//.test(text))
    if (!(isContainer && name === 'image') && (PICTURE.test(text) || !isLikely)) continue
    found.push(textEntry(file, value, place, isContainer ? line : undefined))
  }
  return found
}
