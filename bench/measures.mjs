/** Returns the median of some numbers. */
export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

const SIDES = ['original', 'addon']
const TIMES = ['wall', 'hold', 'peak', 'growth']
const COUNTS = [
  'requests',
  'manifestGets',
  'manifestHeads',
  'blobGets',
  'tokens',
  'github',
  'depth',
  'mostAtOnce',
  'connections',
]

/** Measures by row and side, run by run. */
export class Measures {
  #runs = new Map()
  unexpected = new Set()

  add(row, subject, measure) {
    const key = `${row} ${subject}`
    if (!this.#runs.has(key)) this.#runs.set(key, [])
    this.#runs.get(key).push(measure)
    for (const request of measure.unexpected) this.unexpected.add(`${subject}: ${request}`)
  }

  /**
   * Returns the measures of a row. Times and memory are medians over the runs. Counts are maxima, because they have
   * upper bounds.
   */
  of(row, subject) {
    const runs = this.#runs.get(`${row} ${subject}`)
    if (!runs) return undefined
    const summary = { runs: runs.length, answer: runs[0].answer, hosts: runs.at(-1).hosts }
    for (const key of TIMES) {
      if (runs[0][key] !== undefined) summary[key] = median(runs.map((run) => run[key]))
    }
    for (const key of COUNTS) {
      if (runs[0][key] !== undefined) summary[key] = Math.max(...runs.map((run) => run[key]))
    }
    if (runs[0].elapsed) {
      summary.elapsed = runs[0].elapsed.map((_, index) => median(runs.map((run) => run.elapsed[index])))
    }
    const empty = row !== 'empty' && this.of('empty', 'empty')
    if (empty) summary.growth ??= summary.peak - empty.peak
    return summary
  }

  /** Lists rows on whose answers the runs and sides differ, with the row that each is compared with. */
  differences(rows) {
    return rows.filter(({ id, beside, answersApart }) => {
      const of = (answersApart ? [id] : [id, beside]).flatMap((row) =>
        SIDES.flatMap((side) => this.#runs.get(`${row} ${side}`) ?? []),
      )
      return new Set(of.map(({ answer }) => answer)).size > 1
    })
  }
}
