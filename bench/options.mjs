import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { rows } from './rows.mjs'

const inProject = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const SEED = inProject('../shared/seed/original.mjs')

const USAGE = `npm run bench -- [options]
  --runs N        runs of each row, of which the median is shown (5)
  --latency MS    added to every answer (40)
  --markdown      print the table as Markdown
  --json PATH     where the results go (bench/results.json)
  --no-plot       leave out docs/bench.svg and the measuring for it
  --only ROWS     these rows alone, separated by commas, without the plot: ${rows.map(({ id }) => id).join(', ')}
  --trace ROW     print every request of this row
The original is read from BASELINE=path/to/original.mjs, or else from ../shared/seed.`

/** What was asked for on the command line; ends the process if that makes no sense. */
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
      runs: { type: 'string', default: '5' },
      latency: { type: 'string', default: '40' },
      markdown: { type: 'boolean', default: false },
      json: { type: 'string', default: inProject('bench/results.json') },
      'no-plot': { type: 'boolean', default: false },
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
  return {
    runs: number('runs', values.runs, 1),
    latency: number('latency', values.latency, 0),
    markdown: values.markdown,
    json: resolve(values.json),
    svg: values['no-plot'] || only ? undefined : inProject('docs/bench.svg'),
    only,
    trace: values.trace && known(values.trace),
    baseline: baseline(),
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

/** Without an original the addon runs alone. */
function baseline() {
  const given = process.env.BASELINE
  if (given && !existsSync(given)) throw new Error(`BASELINE=${given} does not exist`)
  const path = given ? resolve(given) : SEED
  if (existsSync(path)) return path
  console.error(
    'No original to compare with: give one by BASELINE=path/to/original.mjs. The addon runs alone.',
  )
  return undefined
}
