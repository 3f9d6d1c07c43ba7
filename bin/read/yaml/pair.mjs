import { tidy } from '../entry.mjs'
import { written } from './scalar.mjs'

const NAMES = ['repository', 'name', 'image']
const TAGS = ['tag', 'imageTag', 'newTag', 'version']
const DIGESTS = ['digest', 'sha', 'imageDigest']
const NAME = /^[a-z\d][\w.\-/:]*$/i

/**
 * Reads an image whose parts stand beside each other, as in Helm values: `registry`, `repository`, `tag` and `digest`.
 * Returns an entry, or `undefined` if the mapping names no image so. `key` is the name under which the mapping stands,
 * `line` where it begins, and `registry` one that goes before its own.
 */
export function pairOf(file, node, { key, place, line, registry }) {
  const fields = file.fields(node)
  const text = (name) => (fields.has(name) ? file.textOf(fields.get(name).value)?.trim() : undefined)
  const first = (names) => names.find((name) => text(name))
  const whole = first(['repository', 'imageRepository'])
  const repository = whole ? whole : namesImage(key) ? first(NAMES) : first(['image', 'baseImage'])
  // A folder of a registry, with the image in it beside it: `repository`, `image` and `version`.
  const inner = whole === 'repository' && /^[a-z\d][\w.-]*$/.test(text('image') ?? '') ? 'image' : undefined
  const takesVersion = namesImage(key) || inner !== undefined
  const tag = first(TAGS.filter((name) => name !== 'version' || takesVersion))
  const digest = first(DIGESTS)
  if (!repository || !NAME.test(text(repository))) return undefined
  const isPair =
    whole !== undefined
      ? TAGS.slice(0, 2).some((name) => fields.has(name)) || fields.has('registry') || takesVersion
      : tag !== undefined && (tag !== 'version' || repository === 'name')
  if (!isPair || (repository === 'image' && hasTag(text('image')))) return undefined
  const scalar = (name) => file.resolve(fields.get(name).value)
  const at = tidy({ ...place, line: file.lineOf(scalar(tag ?? repository)) })
  const parts = [repository, tag, digest].filter(Boolean).map((name) => file.lineOf(scalar(name)))
  const lines = [line, ...parts].filter((one) => one !== undefined)
  const before = registry && fields.has('registry') ? registry : (text('registry') ?? text('imageRegistry'))
  const path = [before, text(repository), inner && text(inner)]
    .filter(Boolean)
    .join('/')
    .replace(/\/{2,}/g, '/')
  const pinned = digest && normalDigest(text(digest))
  if (!tag && !pinned) {
    if (hasTag(path)) return { image: path, place: at, lines, written: written(file, scalar(repository)) }
    return { image: path, place: at, ignored: 'no tag stands beside it, so the chart decides' }
  }
  return {
    image: `${path}${tag ? `:${text(tag)}` : ''}${pinned ? `@${pinned}` : ''}`,
    place: at,
    lines,
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
