import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { findOriginal } from './find-original.mjs'
import { rows } from './rows.mjs'

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))

const USAGE = `npm run bench -- [options]
  --runs N        runs of each row, of which the median is shown (5)
  --latency MS    added to every answer (40)
  --round-trip MS the wire through which the rows of the second table are measured (40)
  --afar-only     the second table alone
  --quick         one run of each row, without the plot: some minutes less
  --only ROWS     these rows alone, separated by commas, without the plot: ${rows.map(({ id }) => id).join(', ')}
  --concurrency   instead of the table: checkImages under different limits of requests to one host at once
  --json PATH     where the results go (bench/results.json; of a part of the table target/bench.json)
  --trace ROW     print every request of this row
A run of all rows also renews docs/bench.svg and the tables in docs/performance.md, or the second one with --afar-only.
The original is read from BASELINE=path/to/original.mjs (or its folder), or else from ../shared/seed. Without it the
addon runs alone, and nothing is renewed.`

/** Parses the command line, and ends the process if that fails. */
export function options() {
  try {
    return read()
  } catch (error) {
    console.error(`${error.message}\n\n${USAGE}`)
    process.exit(2)
  }
}

function read() {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string' },
      latency: { type: 'string', default: '40' },
      'round-trip': { type: 'string', default: '40' },
      'afar-only': { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      concurrency: { type: 'boolean', default: false },
      json: { type: 'string' },
      only: { type: 'string' },
      trace: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  if (values.help) {
    console.log(USAGE)
    process.exit(0)
  }
  const only = values.only?.split(',').map(known)
  const original = values.concurrency ? undefined : findOriginal()
  // docs/performance.md compares both sides, in all rows.
  const isPart = values.quick || only !== undefined || original === undefined
  return {
    runs: number('runs', values.runs ?? (values.quick ? '1' : '5'), 1),
    latency: number('latency', values.latency, 0),
    roundTrip: number('round-trip', values['round-trip'], 1),
    afarOnly: values['afar-only'],
    json: resolve(values.json ?? inProject(isPart ? 'target/bench.json' : 'bench/results.json')),
    svg: isPart || values['afar-only'] ? undefined : inProject('docs/bench.svg'),
    page: isPart ? undefined : inProject('docs/performance.md'),
    only,
    concurrency: values.concurrency,
    trace: values.trace && known(values.trace),
    original,
  }
}

function number(name, text, least) {
  const value = Number(text)
  if (!Number.isInteger(value) || value < least)
    throw new Error(`--${name} must be a whole number from ${least}`)
  return value
}

function known(id) {
  if (rows.some((row) => row.id === id)) return id
  throw new Error(`There is no row ${id}`)
}
