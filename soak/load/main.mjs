/**
 * What many images cost, and whether they get what they should:
 *
 *   npm run load                       a thousand images, of which 2% go wrong in one way or another
 *   npm run load -- --images 10000     100, 1,000 and 10,000 images that do not, with the bounds that hold for them
 *   npm run load -- --fleet            three workers of the example on one Redis, beside one worker
 *
 * It fails if a report is wrong or a bound does not hold. `--json` prints the figures as JSON. `--write` renews the table in
 * docs/reliability.md, performance.md or fleets.md by what was seen.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'

const { values } = parseArgs({
  options: {
    write: { type: 'boolean' },
    json: { type: 'boolean' },
    images: { type: 'string' },
    fleet: { type: 'boolean' },
  },
})

const machine = `Node.js ${process.versions.node}, ${cpus().length} processors; the registries ran in a process beside it.`
const { page, block, table, figures, broken } = await run()
console.log(values.json ? JSON.stringify(figures) : table)
if (values.write) write(page, block, `${table}\n\n${machine}\n`)
for (const complaint of broken) console.error(complaint)
process.exitCode = broken.length > 0 ? 1 : 0

async function run() {
  if (values.fleet) {
    const { measure, table } = await import('./fleet/main.mjs')
    const { rows, broken } = await measure()
    return { page: 'fleets.md', block: 'fleet', table: table(rows), figures: rows, broken }
  }
  if (values.images !== undefined) {
    const { measure, table } = await import('./scale/main.mjs')
    const { rows, broken } = await measure(wholeNumber(values.images))
    return { page: 'performance.md', block: 'scale', table: table(rows), figures: rows, broken }
  }
  const { measure } = await import('./faults.mjs')
  const { figures, broken } = await measure()
  const rows = Object.entries(figures).map(([name, value]) => `| ${name} | ${value} |`)
  const lines = ['| | |', '|---|---|', ...rows]
  return { page: 'reliability.md', block: 'load', table: lines.join('\n'), figures, broken }
}

function wholeNumber(text) {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new Error(`--images takes a number, not ${text}`)
  return number
}

/** Renews what stands between two marks of a page. */
function write(page, block, text) {
  const url = new URL(`../../docs/${page}`, import.meta.url)
  const marked = new RegExp(`(?<=<!-- ${block} -->\\n)[^]*?(?=<!-- /${block} -->)`)
  writeFileSync(
    url,
    readFileSync(url, 'utf8').replace(marked, () => text),
  )
}
