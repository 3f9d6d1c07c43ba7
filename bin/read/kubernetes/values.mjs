import { tidy } from '../entry.mjs'
import { hasTag, namesImage, pairOf } from '../yaml/pair.mjs'
import { textEntry, written } from '../yaml/scalar.mjs'
import { mappings } from '../yaml/walk.mjs'
import { blockEntries, mayHaveImages } from './block.mjs'

const IMAGE = /^[a-z\d][\w.-]*(?::\d+)?(?:\/[\w.-]+)*(?::[\w][\w.-]*)?(?:@sha256:[\da-f]{64})?$/i
const PICTURE = /\.(?:png|jpe?g|svg|gif|webp|iso|img|qcow2)$/i

/** The entries of Helm values, wherever they name an image: in one text, with its tag beside it, or in a block of text. */
export function valuesEntries(file, root, isInner = false) {
  const entries = []
  const registry = file.textOf(file.field(file.field(root, 'global'), 'imageRegistry'))?.trim()
  for (const { node, key, path, line } of mappings(file, root)) {
    const place = { file: file.path, service: path.replace(/\.?image$/i, '') || undefined }
    const pair = pairOf(file, node, { key, place, line, registry })
    if (pair) entries.push(pair)
    for (const [name, { value }] of file.fields(node)) {
      const text = file.textOf(value)?.trim()
      if (!isInner && mayHaveImages(file, name, value))
        entries.push(...textEntries(file, value, `${path}${path && '.'}${name}`))
      if (/images$/i.test(name)) entries.push(...listed(file, value, place))
      if (!namesImage(name) || !text || (pair && /^(?:base)?image$/i.test(name))) continue
      const beside = pairBeside(file, node, name, place)
      if (beside) entries.push(beside)
      else if (isImage(text)) entries.push(textEntry(file, value, place))
    }
  }
  return entries
}

/** An image whose tag stands under its name with another ending: `webImage` and `webImageTag`. */
function pairBeside(file, node, name, place) {
  const fields = file.fields(node)
  const [repository, tag] = [fields.get(name), fields.get(`${name}Tag`)].map((field) =>
    file.resolve(field?.value),
  )
  const [image, version] = [repository, tag].map((scalar) => file.textOf(scalar)?.trim())
  if (!version || hasTag(image) || !isImage(`${image}:${version}`)) return undefined
  return {
    image: `${image}:${version}`,
    place: tidy({ ...place, line: file.lineOf(tag) }),
    lines: [repository, tag].map((scalar) => file.lineOf(scalar)),
    written: { ...written(file, tag), isPart: true },
  }
}

/** The entries of a text in which values, containers or a list of images stand. A text within it is no such text. */
export function textEntries(file, scalar, path) {
  const read = (inner, root) => valuesEntries(inner, root, true)
  return blockEntries(file, scalar, { path, read, isImage })
}

/** The entries of a `Chart.yaml`: its annotations list images in blocks of text. */
export function chartEntries(file, root) {
  return [...file.fields(file.field(root, 'annotations'))].flatMap(([name, { value }]) =>
    mayHaveImages(file, name, value) ? textEntries(file, value, name) : [],
  )
}

/** Images that are listed, each in one text, or that have names of their own. */
function listed(file, node, place) {
  const named = [...file.fields(node)].filter(([name]) => !namesImage(name)).map(([, { value }]) => value)
  return [...file.items(node), ...named]
    .filter((item) => isImage(file.textOf(item)?.trim() ?? ''))
    .map((item) => textEntry(file, item, place))
}

function isImage(text) {
  return IMAGE.test(text) && !PICTURE.test(text) && hasTag(text)
}
