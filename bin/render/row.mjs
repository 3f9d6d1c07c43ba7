import { supportedUntil } from './supported.mjs'

/**
 * Turns a report into the row that is shown.
 *
 * - `name`: the image without its tag; `current`: its tag, with the version behind a floating one if that was found
 * - `supported`: until when the running version is supported, in words
 * - `status`: that of the report
 * - `newest`: tag of the newest version on the chosen track, `download`: bytes of its layers that are not there yet,
 *   `notes`: page with its release notes, or else the reason why there is none
 * - `beyond`: tag of the newest version on any track, if that is another one
 *
 * All but `name` and `status` are texts that may be empty; `download` may be undefined.
 *
 * @param report the report of `checkImages` on the image
 */
export function rowOf(report) {
  const { image, reference, status, updates, latest, digest, scheme, error } = report
  if (status === 'failed') return { ...EMPTY, name: image, status, notes: `${error.code}: ${error.message}` }
  const [newest] = updates
  const found = Object.values(latest).filter(Boolean)
  const furthest = latest.major ?? latest.minor ?? latest.patch
  return {
    ...EMPTY,
    name: image.replace(/(:[^:/@]+)?(@.*)?$/, ''),
    current: [tagOf(reference), digest?.version && `(${digest.version})`].filter(Boolean).join(' '),
    supported: supportedUntil(report),
    status,
    newest: newest?.tag ?? '',
    download: found.find(({ tag }) => tag === newest?.tag)?.downloadSize?.new,
    beyond: furthest && furthest.tag !== newest?.tag ? furthest.tag : '',
    notes: newest ? (newest.releaseUrl ?? '') : status === 'unorderable' ? scheme : '',
  }
}

const EMPTY = { current: '', supported: '', newest: '', download: undefined, beyond: '', notes: '' }

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
    [count('failed'), 'failed'],
  ]
  const counted = parts.flatMap(([number, words]) => (number > 0 ? [`${number} ${words}`] : []))
  return counted.join(', ') || 'no images'
}
