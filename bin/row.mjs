/**
 * What is shown of a checked image.
 *
 * - `image`: as it was asked for; `name`: the same without its tag; `current`: its tag
 * - `status`: `up-to-date`, `update-available`, `unorderable` (a tag that has no order, as `latest`) or `failed`
 * - `newest`: `{ tag, releaseUrl? }`, with an update
 * - `updates`: all newer versions, newest first, the newest among them
 * - `error`: `{ code, message }`, of a failure
 *
 * @param check one of the results of `checkImages`
 * @param service reads the reference
 */
export function rowOf({ image, updates = [], error }, service) {
  if (error) {
    const { code, message } = error
    return { image, name: image, current: '', status: 'failed', updates, error: { code, message } }
  }
  const { tag: current } = service.parseImageReference(image)
  const [newest] = updates
  return {
    image,
    name: image.replace(/(:[^:/@]+)?(@.*)?$/, ''),
    current,
    status: newest ? 'update-available' : current === 'latest' ? 'unorderable' : 'up-to-date',
    ...(newest && { newest }),
    updates,
  }
}

/** Rows by status, in words: `3 updates, 8 up to date, 1 failed`. */
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
