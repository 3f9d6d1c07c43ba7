import { images } from './catalogue.mjs'
import { TWENTY } from './sessions.mjs'

/** Values of `concurrency` that are tried. */
const LIMITS = [1, 2, 3, 4, 8, 12, 16, 24, 32, 64]

const checked = images.slice(0, TWENTY).map(({ image }) => ({ image }))
const row = (limit) => `at ${limit}`

/** Checks twenty images by `checkImages` under every limit, each in a new process. */
export const limited = LIMITS.map((concurrency) => ({
  subjects: ['addon'],
  processes: () => [
    [{ row: row(concurrency), do: 'batch', images: checked, policy: 'original', open: { concurrency } }],
  ],
}))

/** Writes the measures of each limit as lines of cells. */
export function limits(measures) {
  const cells = LIMITS.map((limit) => {
    const { wall, mostAtOnce, requests } = measures.of(row(limit), 'addon')
    return [limit, Math.round(wall), mostAtOnce, requests].map(String)
  })
  return [['concurrency', `${TWENTY} images, ms`, 'at once at a host', 'requests'], ...cells]
}
