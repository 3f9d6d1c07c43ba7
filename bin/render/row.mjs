import { placeName } from '../read/entry.mjs'
import { besideOf } from './beside.mjs'
import { supportedUntil } from './supported.mjs'
import { weaknesses } from './weaknesses.mjs'

const PLACES = 3

/**
 * Turns a report into the row that is shown.
 *
 * - `name`: the image without its tag; `current`: its tag, with the version behind a floating one if that was found
 * - `supported`: until when the running version is supported, in words; `weaknesses`: what is published about it, likewise
 * - `beside`: what stands beside the running image and the offered one
 * - `status`: that of the report
 * - `newest`: tag of the newest version on the chosen track, `download`: bytes of its layers that are not there yet,
 *   `notes`: page with its release notes, or else the reason why there is none
 * - `beyond`: tag of the newest version on any track, if that is another one
 * - `where`: the places where the image stands; `warnings`: what else is to be said of it
 *
 * All but `name` and `status` are texts that may be empty; `download` may be undefined.
 *
 * @param report the report of `checkImages` on the image, with `places`
 * @param options `{ advisories, provenance }`: whether the report was to say what is published, and what stands beside images
 */
export function rowOf(report, { advisories = false, provenance = false } = {}) {
  const { image, reference, status, updates, latest, digest, scheme, error } = report
  const { places = [], warnings = [], reason } = report
  const row = { ...EMPTY, status, where: whereOf(places), warnings }
  if (status === 'failed') {
    const name = image || (places.length > 0 ? placeName(places[0]) : '?')
    return {
      ...row,
      name,
      notes: error.code === 'UNREADABLE' ? error.message : `${error.code}: ${error.message}`,
    }
  }
  if (reason !== undefined) return { ...row, name: image || '?', notes: reason }
  const [newest] = updates
  const found = Object.values(latest).filter(Boolean)
  const furthest = latest.major ?? latest.minor ?? latest.patch
  const pinned = digestOf(image)
  const isRebuilt = newest !== undefined && newest.tag === tagOf(reference)
  return {
    ...row,
    name: image.replace(/(:[^:/@]+)?(@.*)?$/, ''),
    current: [pinned ?? tagOf(reference), digest?.version && `(${digest.version})`].filter(Boolean).join(' '),
    supported: supportedUntil(report),
    // The plain rule of x.y.z asks for no advisories.
    weaknesses: weaknesses(report) || (advisories ? 'not asked' : ''),
    beside: provenance ? besideOf(report) : '',
    newest: isRebuilt ? 'rebuilt' : (newest?.tag ?? ''),
    download: found.find(({ tag }) => tag === newest?.tag)?.downloadSize?.new,
    beyond: furthest && furthest.tag !== newest?.tag ? furthest.tag : '',
    notes: newest ? (newest.releaseUrl ?? '') : status === 'unorderable' ? (pinned ? BY_DIGEST : scheme) : '',
  }
}

const EMPTY = {
  current: '',
  supported: '',
  weaknesses: '',
  beside: '',
  newest: '',
  download: undefined,
  beyond: '',
  where: '',
  notes: '',
}

const BY_DIGEST = 'a digest without a tag'

/** Returns the digest of an image that is named by it alone, as short as Docker shows one. */
function digestOf(image) {
  const [, digest] = /^[^@]*?(?<!:[^:/@]+)@(\w+:[0-9a-f]{12})[0-9a-f]*$/.exec(image) ?? []
  return digest
}

function whereOf(places) {
  const names = places.slice(0, PLACES).map(placeName)
  return places.length > PLACES ? `${names.join(', ')} and ${places.length - PLACES} more` : names.join(', ')
}

/** Returns the tag of a reference in full, which always has one. */
function tagOf(reference) {
  const [name] = reference.split('@')
  return name.slice(name.lastIndexOf(':') + 1)
}

/** Counts rows by status, in words: `3 updates, 8 up to date, 1 failed`. */
export function summary(rows) {
  const count = (status) => rows.filter((row) => row.status === status).length
  const updates = count('update-available')
  const parts = [
    [updates, updates === 1 ? 'update' : 'updates'],
    [count('up-to-date'), 'up to date'],
    [count('unorderable'), 'without an order of versions'],
    [count('local'), 'local'],
    [count('ignored'), 'ignored'],
    [count('failed'), 'failed'],
  ]
  const counted = parts.flatMap(([number, words]) => (number > 0 ? [`${number} ${words}`] : []))
  return counted.join(', ') || 'no images'
}

/** The warnings of rows, each with its image. */
export function warningsOf(rows) {
  return rows.flatMap(({ name, warnings = [] }) => warnings.map((warning) => [name, warning]))
}
