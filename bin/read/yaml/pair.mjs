import { tidy } from '../entry.mjs'
import { written } from './scalar.mjs'

const NAMES = ['repository', 'name', 'image']
const TAGS = ['tag', 'imageTag', 'newTag', 'version']
const DIGESTS = ['digest', 'sha', 'imageDigest']
const NAME = /^[a-z\d][\w.\-/:]*$/i

/**
 * Reads an image whose parts stand beside each other, as in Helm values: `registry`, `repository`, `tag` and `digest`.
 * Returns an entry, or `undefined` if the mapping names no image so. `key` is the name under which the mapping stands.
 */
export function pairOf(file, node, key, place) {
  const fields = file.fields(node)
  const text = (name) => (fields.has(name) ? file.textOf(fields.get(name).value)?.trim() : undefined)
  const first = (names) => names.find((name) => text(name))
  const repository = text('repository')
    ? 'repository'
    : namesImage(key)
      ? first(NAMES)
      : text('image') && 'image'
  const tag = first(TAGS.filter((name) => name !== 'version' || namesImage(key)))
  const digest = first(DIGESTS)
  if (!repository || !NAME.test(text(repository))) return undefined
  const isPair =
    repository === 'repository'
      ? TAGS.slice(0, 2).some((name) => fields.has(name)) || fields.has('registry') || namesImage(key)
      : tag !== undefined && tag !== 'version'
  if (!isPair || (repository === 'image' && hasTag(text('image')))) return undefined
  const scalar = (name) => file.resolve(fields.get(name).value)
  const at = { ...place, line: file.lineOf(scalar(tag ?? repository)) }
  const path = [text('registry'), text(repository)]
    .filter(Boolean)
    .join('/')
    .replace(/\/{2,}/g, '/')
  const pinned = digest && normalDigest(text(digest))
  if (!tag && !pinned) {
    if (hasTag(path)) return { image: path, place: tidy(at), written: written(file, scalar(repository)) }
    return { image: path, place: tidy(at), ignored: 'no tag stands beside it, so the chart decides' }
  }
  return {
    image: `${path}${tag ? `:${text(tag)}` : ''}${pinned ? `@${pinned}` : ''}`,
    place: tidy(at),
    written: {
      ...(tag
        ? written(file, scalar(tag))
        : { file: file.path, text: file.text, why: 'no tag stands there' }),
      ...(pinned && { digest: written(file, scalar(digest)), isBare: pinned !== text(digest) }),
      isPart: true,
    },
  }
}

export function namesImage(key) {
  return key !== undefined && /image$/i.test(key)
}

export function hasTag(image) {
  return /[:@]/.test(image.slice(image.lastIndexOf('/') + 1))
}

/** Some charts want the digest without its algorithm. */
function normalDigest(text) {
  return /^[\da-f]{64}$/.test(text) ? `sha256:${text}` : text
}
