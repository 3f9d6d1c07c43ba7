import { readFileSync } from 'node:fs'
import { markdown } from '../../../bench/table.mjs'
import { startRegistries } from '../child.mjs'
import { imageOf } from '../scale/images.mjs'
import { Workers } from './workers.mjs'

/** Fleets that are compared, by their workers. */
const FLEETS = [1, 3]
const IMAGES = 300
/** Machines that run the same image, so that each wants it checked. */
const MACHINES = 3
/** What the fleet shares. Tokens never leave a process, and lists of tags are asked for on every check. */
const SHARED = ['manifests by HEAD', 'manifests by GET', 'blobs', 'GitHub']

const images = Array.from({ length: IMAGES }, (_, number) => imageOf(number))
const others = Array.from({ length: IMAGES }, (_, number) => imageOf(IMAGES + number))
const ROUNDS = [
  ['each image once', images],
  ['the same again', images],
  [`other images, each for ${MACHINES} machines`, others.flatMap((image) => Array(MACHINES).fill(image))],
]

/** Has fleets check the same images. Returns what was asked of the registries, and what was asked more than once. */
export async function measure() {
  const registries = await startRegistries()
  const rows = []
  try {
    const options = { proxy: registries.proxy, ca: readFileSync(registries.ca, 'utf8') }
    for (const size of FLEETS) rows.push(...(await seen(size, registries, options)))
  } finally {
    await registries.end()
  }
  return { rows, broken: broken(rows) }
}

async function seen(size, registries, options) {
  const workers = await Workers.start(size, options)
  const rows = []
  try {
    for (const [round, images] of ROUNDS) {
      await registries.forget()
      const { answers, by } = await workers.check(images)
      const right = answers.filter((updates) => updates.some(({ tag }) => tag === '1.2.0')).length
      rows.push({ round, size, by, jobs: images.length, right, counts: await registries.counts() })
    }
  } finally {
    await workers.end()
  }
  return rows
}

function broken(rows) {
  return rows.flatMap((row) => {
    const { round, size, by, jobs, right, counts } = row
    const alone = rows.find((other) => other.round === round && other.size === FLEETS[0])
    const more = SHARED.filter((kind) => counts[kind] > alone.counts[kind])
    return [
      ...(right === jobs ? [] : [`${round}, ${size} workers: ${jobs - right} answers are wrong`]),
      ...(by === size ? [] : [`${round}: ${by} of ${size} workers took part`]),
      ...more.map(
        (kind) => `${round}, ${size} workers: ${counts[kind]} ${kind}, one took ${alone.counts[kind]}`,
      ),
    ]
  })
}

/** What one worker asked, and what the fleet asked, as a table in Markdown. */
export function table(rows) {
  const kinds = Object.keys(rows[0].counts)
  const lines = ROUNDS.map(([round]) => {
    const fleets = FLEETS.map((size) => rows.find((row) => row.round === round && row.size === size))
    return [
      round,
      ...kinds.map((kind) => fleets.map(({ counts }) => counts[kind].toLocaleString('en')).join(' / ')),
    ]
  })
  return markdown([['jobs', ...kinds], ...lines], [0])
}
