import { hasTag, namesImage, pairOf } from '../yaml/pair.mjs'
import { mappings } from '../yaml/walk.mjs'
import { kustomized, textEntry } from './manifest.mjs'

const IMAGE = /^[a-z\d][\w.-]*(?::\d+)?(?:\/[\w.-]+)*(?::[\w][\w.-]*)?(?:@sha256:[\da-f]{64})?$/i
const PICTURE = /\.(?:png|jpe?g|svg|gif|webp|iso|img|qcow2)$/i

/** The entries of Helm values, wherever they name an image: in one text, or with its tag beside it. */
export function valuesEntries(file, root) {
  const entries = []
  for (const { node, key, path } of mappings(file, root)) {
    const place = { file: file.path, service: path.replace(/\.?image$/i, '') || undefined }
    const pair = pairOf(file, node, key, place)
    if (pair) entries.push(pair)
    for (const [name, { value }] of file.fields(node)) {
      const text = file.textOf(value)?.trim()
      if (!namesImage(name) || !text || (pair && name === 'image')) continue
      if (IMAGE.test(text) && !PICTURE.test(text) && hasTag(text)) entries.push(textEntry(file, value, place))
    }
  }
  return entries
}

/** The entries of a `kustomization.yaml`, which may leave its kind out. */
export function kustomizationEntries(file, root) {
  const place = { file: file.path, service: 'Kustomization' }
  return file.items(file.field(root, 'images')).flatMap((node) => kustomized(file, node, place))
}
