/** `npm run bench`: the addon beside the original, against registries in a process of their own. */
import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { limited, limits } from './concurrency.mjs'
import { Measures } from './measures.mjs'
import { options } from './options.mjs'
import { place } from './page.mjs'
import { curves, plot } from './plot.mjs'
import { lines, results, TEXTS } from './report.mjs'
import { rows } from './rows.mjs'
import { Runner } from './runner.mjs'
import { alone, batches, curve, loops } from './sessions.mjs'
import { columns, markdown } from './table.mjs'

/** Runs of each batch of the curve. Its loops run once. */
const BATCH_RUNS = 3

const { runs, latency, original, json, svg, page, only, concurrency, trace } = options()
const measures = new Measures()
const runners = []

const MEDIAN = runs === 1 ? 'one run' : `medians of ${runs} runs, of counts the greatest`
const NOTES = `${latency} ms were added to every answer. Original / addon: ${MEDIAN}.
The loops over twenty images ran beside one another, as they wait nearly all of their time.`

/** A single row also needs the row that it is compared with, and every row needs the empty process. */
const needed = only && ['empty', ...rows.flatMap(({ id, beside }) => (only.includes(id) ? [id, beside] : []))]

function isWanted(session) {
  const steps = session.processes({ directory: '' }).flat()
  return !needed || steps.some(({ row }) => needed.includes(row))
}

async function runner() {
  const started = await Runner.start({ latency, original, traced: trace }, measures)
  runners.push(started)
  return started
}

/** Runs sessions in turn, so that other work of the machine affects both sides alike. */
async function repeat(what, sessions, times) {
  const wanted = sessions.filter(isWanted)
  if (wanted.length === 0) return
  const lane = await runner()
  for (let turn = 0; turn < times; turn += 1) {
    progress(`${what}: run ${turn + 1} of ${times}`)
    for (const session of wanted) await lane.run(session, turn)
  }
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

/** Makes the whole report. Faults of the run come last, where they are seen. */
async function report() {
  const shown = results(measures, only)
  const drawn = svg ? curves(measures) : undefined
  const machine = { node: process.version, processors: availableParallelism() }
  await save(json, document({ ...machine, latency, runs, rows: shown, curves: drawn }))
  if (drawn?.length) await save(svg, plot(drawn, { latency }))

  const notes = `Node.js ${process.versions.node}, ${machine.processors} processors. ${NOTES}`
  if (page && original) await place(page, `${markdown(lines(shown), TEXTS)}\n\n${notes}`)
  console.log(`\n${columns(lines(shown))}\n\n${notes}\nAs data: ${json}`)
  const different = measures.differences(rows).map(({ id }) => `The answers differ: ${id}`)
  const unexpected = [...measures.unexpected].map((request) => `Not expected: ${request}`)
  for (const fault of [...different, ...unexpected]) {
    console.log(fault)
    process.exitCode = 1
  }
}

function document(content) {
  const rounded = (_, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)
  return `${JSON.stringify(content, rounded, 2)}\n`
}

async function save(path, text) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** Measures what the whole report needs. */
async function measureAll() {
  await repeat('table', alone, runs)
  if (svg) await repeat('plot', batches, Math.min(runs, BATCH_RUNS))
  const lanes = loops.map((session) => repeat('loops', [session], runs))
  if (svg) lanes.push(repeat('plot', [curve], 1))
  await Promise.all(lanes)
  progress('')
}

try {
  if (concurrency) {
    await repeat('limits', limited, runs)
    progress('')
    console.log(columns(limits(measures)))
  } else {
    await measureAll()
    await report()
  }
} finally {
  await Promise.all(runners.map((started) => started.end()))
}
