import { readFileSync } from 'node:fs'
import { markdown } from '../../../bench/table.mjs'
import { Child, startRegistries } from '../child.mjs'

/** The least number of images, with which larger ones are compared. */
const LEAST = 100
/** The most memory of a process that checks any number of images, in MiB. */
const MAX_RESIDENT = 200
/** The longest turn of the main thread, in milliseconds on a processor. */
const MAX_HELD = 20
/** How much longer than before an image may take where there are ten times as many. A clock in a busy machine is not exact. */
const MAX_GROWTH = 2
/** Seconds for a process to start, and for each image. */
const LIMIT = { start: 30, image: 0.1 }

/** A hundred images, ten times as many, and so on up to this number. */
const sizes = (most) => {
  const below = []
  for (let size = LEAST; size < most; size *= 10) below.push(size)
  return [...below, most]
}

/** Checks up to so many images, each number of them in a new process. Returns what was seen, and which bounds do not hold. */
export async function measure(most) {
  const registries = await startRegistries()
  const rows = []
  try {
    const options = { proxy: registries.proxy, ca: readFileSync(registries.ca, 'utf8') }
    // The registries are slower while they are new.
    await seen(LEAST, registries, options)
    for (const size of sizes(most)) rows.push(await seen(size, registries, options))
  } finally {
    await registries.end()
  }
  return { rows, broken: broken(rows) }
}

async function seen(size, registries, options) {
  await registries.forget()
  const subject = new Child(new URL('subject.mjs', import.meta.url))
  const figures = await subject.ask({ count: size, options }, LIMIT.start + LIMIT.image * size)
  await subject.end()
  return { size, ...figures, counts: await registries.counts() }
}

/** The bounds that do not hold, in words. */
function broken(rows) {
  const each = rows.flatMap((row) => [
    [row.right === row.size, `${row.size - row.right} of ${row.size} reports are wrong`],
    [row.peak < MAX_RESIDENT, `${row.size} images took ${row.peak.toFixed()} MiB, not below ${MAX_RESIDENT}`],
    [row.held <= MAX_HELD, `${row.size} images held the main thread for ${row.held.toFixed(1)} ms`],
  ])
  const [first] = rows
  const growing = rows.slice(1).flatMap((row, index) => {
    const before = rows[index]
    const [time, timeBefore] = [row, before].map(({ milliseconds, size }) => milliseconds / size)
    return [
      [
        row.counts.requests / row.size <= first.counts.requests / first.size,
        `${row.size} images took ${row.counts.requests / row.size} requests each, more than ${first.size} did`,
      ],
      [
        time <= MAX_GROWTH * timeBefore,
        `${row.size} images took ${time.toFixed(2)} ms each, ${before.size} took ${timeBefore.toFixed(2)}`,
      ],
    ]
  })
  return [...each, ...growing].flatMap(([holds, text]) => (holds ? [] : [text]))
}

/** The figures as a table in Markdown. */
export function table(rows) {
  const columns = [
    ['images', ({ size }) => size.toLocaleString('en')],
    ['seconds', ({ milliseconds }) => (milliseconds / 1000).toFixed(1)],
    ['ms an image', ({ milliseconds, size }) => (milliseconds / size).toFixed(2)],
    ['processor ms an image', ({ processor, size }) => (processor / size).toFixed(2)],
    ['requests an image', ({ counts, size }) => (counts.requests / size).toFixed(2)],
    ['main thread held ms', ({ held }) => held.toFixed(1)],
    ['event loop late ms', ({ late }) => late.toFixed(1)],
    ['peak memory MiB', ({ peak }) => peak.toFixed()],
  ]
  const head = columns.map(([name]) => name)
  return markdown([head, ...rows.map((row) => columns.map(([, cell]) => cell(row)))], [])
}
