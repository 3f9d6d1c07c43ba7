import { images, vast } from './catalogue.mjs'

const BOTH = ['original', 'addon']
const ADDON = ['addon']

const onGhcr = images[0]
const onHub = images[1]
/** Images of a typical home server. */
export const TWENTY = 20
/** Numbers of images in the plot. */
export const COUNTS = [1, 5, 10, 20, 50, 100, 200]

const withoutFallback = (list) => list.map(({ image }) => ({ image }))
const twenty = images.slice(0, TWENTY)
const scope = 'process'

/**
 * Sessions. Each is run by each of its subjects, in one process after the other, and each process takes steps. A step
 * with a `row` is measured for that row of the table.
 *
 * @typedef {{ do: string, row?: string }} Step with what the step needs to know
 * @typedef {{ subjects: string[], processes: (place: { directory: string }) => Step[][] }} Session
 */

/** Sessions that are short, or need the machine for themselves. */
export const alone = [
  {
    subjects: ['empty'],
    processes: () => [[{ row: 'empty', do: 'nothing' }]],
  },
  {
    subjects: BOTH,
    processes: () => [[{ row: 'load', do: 'load' }]],
  },
  {
    subjects: BOTH,
    processes: () => [[{ row: 'filter', do: 'filter', count: 10_000 }]],
  },
  {
    subjects: BOTH,
    processes: () => {
      const check = { do: 'loop', images: withoutFallback([onGhcr]) }
      return [
        [
          { row: 'cold', ...check, open: {} },
          { row: 'again', ...check },
        ],
      ]
    },
  },
  {
    subjects: BOTH,
    processes: () => [[{ row: 'hub', do: 'loop', images: withoutFallback([onHub]), open: {} }]],
  },
  {
    subjects: ADDON,
    processes: () => [[{ row: 'hub-report', do: 'batch', images: withoutFallback([onHub]), open: {} }]],
  },
  {
    subjects: ADDON,
    processes: ({ directory }) => {
      const check = { do: 'loop', images: withoutFallback([onGhcr]) }
      const cache = { directory }
      return [
        [{ ...check, open: { cache } }, { do: 'close' }],
        // The short `tagTtlMs` makes every remembered digest old, as it is in a process that starts later.
        [{ row: 'disk', ...check, open: { cache, tagTtlMs: 1 } }],
      ]
    },
  },
  {
    subjects: ADDON,
    processes: () => [[{ row: 'reports', do: 'batch', images: withoutFallback(twenty), open: {} }]],
  },
  {
    subjects: ADDON,
    processes: () => [
      [{ row: 'batch', do: 'batch', images: withoutFallback(twenty), policy: 'original', open: {} }],
    ],
  },
  {
    subjects: BOTH,
    processes: () => [
      [{ do: 'load' }, { row: 'vast', do: 'loop', images: withoutFallback([vast]), open: {} }],
    ],
  },
]

/** Long sessions that mostly wait, and so can run beside one another. */
export const loops = [
  {
    subjects: BOTH,
    processes: () => [[{ row: 'loop', do: 'loop', images: withoutFallback(twenty), open: {} }]],
  },
  {
    subjects: BOTH,
    processes: () => [
      [
        { row: 'fallback', do: 'loop', images: twenty, open: { scope } },
        { row: 'jobs', do: 'loop', images: twenty, open: { scope } },
      ],
    ],
  },
]

/** One loop over all images, timed at each of these numbers. */
export const curve = {
  subjects: BOTH,
  processes: () => [[{ row: 'curve', do: 'loop', images: withoutFallback(images), open: {}, marks: COUNTS }]],
}

/** The same numbers of images, each checked all at once. */
export const batches = COUNTS.map((count) => ({
  subjects: ADDON,
  processes: () => [
    [
      {
        row: `batch ${count}`,
        do: 'batch',
        images: withoutFallback(images.slice(0, count)),
        policy: 'original',
        open: {},
      },
    ],
  ],
}))

/** Whether a session sends requests. */
export function asksServers(session) {
  const steps = session.processes({ directory: '' }).flat()
  return steps.some((step) => step.do === 'loop' || step.do === 'batch')
}

/** What each side asks its servers for before anything is measured. After some seconds they answer as fast as they will. */
export const warmUp = [
  ...Array.from({ length: 10 }, () => ({
    subjects: ADDON,
    processes: () => [[{ do: 'batch', images: withoutFallback(twenty), policy: 'original', open: {} }]],
  })),
  {
    subjects: ['original'],
    processes: () => [[{ do: 'loop', images: withoutFallback(twenty), open: {} }]],
  },
]
