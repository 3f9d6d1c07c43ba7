import { images } from './catalogue.mjs'
import { TWENTY } from './sessions.mjs'

/** Requests to one host at once that are tried. */
const LIMITS = [1, 2, 3, 4, 8, 12, 16, 24, 32, 64]

const checked = images.slice(0, TWENTY).map(({ image }) => ({ image }))
const row = (limit) => `at ${limit}`

/** Twenty images by `checkImages` under every limit, each in a new process. */
export const limited = LIMITS.map((concurrency) => ({
  subjects: ['addon'],
  processes: () => [
    [{ row: row(concurrency), do: 'batch', images: checked, policy: 'original', open: { concurrency } }],
  ],
}))

/** What each limit brings, as lines of cells. */
export function limits(measures) {
  const cells = LIMITS.map((limit) => {
    const { wall, mostAtOnce, requests } = measures.of(row(limit), 'addon')
    return [limit, Math.round(wall), mostAtOnce, requests].map(String)
  })
  return [['concurrency', `${TWENTY} images, ms`, 'at once at a host', 'requests'], ...cells]
}
