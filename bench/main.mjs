/** `npm run bench`: the addon beside the original, against registries in processes of their own. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname } from 'node:path'
import { limited, limits } from './concurrency.mjs'
import { Measures } from './measures.mjs'
import { options } from './options.mjs'
import { place } from './page.mjs'
import { curves, plot } from './plot.mjs'
import { lines, linesAfar, results, resultsAfar, TEXTS } from './report.mjs'
import { rows } from './rows.mjs'
import { Runner } from './runner.mjs'
import { alone, asksServers, batches, curve, loops, warmUp } from './sessions.mjs'
import { columns, markdown } from './table.mjs'

/** Runs of each batch of the curve. Its loops run once. */
const BATCH_RUNS = 3

const { runs, latency, roundTrip, original, json, svg, page, only, afarOnly, concurrency, trace } = options()
/** The servers stand near and answer late, or stand at the far end of a wire. */
const near = { measures: new Measures(), latency, roundTrip: 0, rows }
const afar = { measures: new Measures(), latency: 0, roundTrip, rows: rows.filter((row) => row.afar) }
const runners = []

const MEDIAN = runs === 1 ? 'one run' : `medians of ${runs} runs, of counts the greatest`
const MACHINE = { node: process.version, processors: availableParallelism() }
const ON = `Node.js ${process.versions.node}, ${MACHINE.processors} processors.`
const SIDES = `Original / addon: ${MEDIAN}.
The loops over twenty images ran beside one another, as they wait nearly all of their time.`
const NOTES = `${ON} ${latency} ms were added to every answer. ${SIDES}`
const NOTES_AFAR = `${ON} The wire's round trip took ${roundTrip} ms. ${SIDES}`

/** A single row also needs the row that it is compared with, and every row needs the empty process. */
function isWanted(session, { rows }) {
  if (rows === near.rows && !only) return true
  const steps = session.processes({ directory: '' }).flat()
  const asked = rows.filter(({ id }) => !only || only.includes(id))
  const needed = ['empty', ...asked.flatMap(({ id, beside }) => [id, beside])]
  return steps.some(({ row }) => row && needed.includes(row))
}

async function runner({ latency, roundTrip, measures }) {
  const started = await Runner.start({ latency, roundTrip, original, traced: trace }, measures)
  runners.push(started)
  return started
}

/** Runs sessions in turn, so that other work of the machine affects both sides alike. */
async function repeat(what, sessions, times, place = near) {
  const wanted = sessions.filter((session) => isWanted(session, place))
  if (wanted.length === 0) return
  const lane = await runner(place)
  if (wanted.some(asksServers)) {
    progress(`${what}: the servers warm up`)
    await lane.warmUp(warmUp)
  }
  for (let turn = 0; turn < times; turn += 1) {
    progress(`${what}: run ${turn + 1} of ${times}`)
    for (const session of wanted) await lane.run(session, turn)
  }
}

function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`)
}

/** Shows and keeps the rows that were measured. */
async function report() {
  const content = { ...MACHINE, latency, runs, ...(await kept()) }
  if (!afarOnly) {
    content.rows = results(near.measures, only)
    if (page) await place(page, 'bench', `${markdown(lines(content.rows), TEXTS)}\n\n${NOTES}`)
    console.log(`\n${columns(lines(content.rows))}\n\n${NOTES}`)
  }
  if (svg) {
    content.curves = curves(near.measures)
    if (content.curves.length) await save(svg, plot(content.curves, { latency }))
  }
  const throughWire = resultsAfar(afar.measures, roundTrip, only)
  content.afar = { roundTrip, rows: throughWire }
  if (page) await place(page, 'afar', `${markdown(linesAfar(throughWire), TEXTS)}\n\n${NOTES_AFAR}`)
  if (throughWire.length) console.log(`\n${columns(linesAfar(throughWire))}\n\n${NOTES_AFAR}`)
  await save(json, document(content))
  console.log(`As data: ${json}`)
  for (const { measures, rows } of [near, afar]) tellFaults(measures, rows)
}

/** Returns the results of the table that this run does not measure. */
async function kept() {
  return page && afarOnly ? JSON.parse(await readFile(json, 'utf8')) : {}
}

/** Faults of the run come last, where they are seen. */
function tellFaults(measures, rows) {
  const different = measures.differences(rows).map(({ id }) => `The answers differ: ${id}`)
  const unexpected = [...measures.unexpected].map((request) => `Not expected: ${request}`)
  for (const fault of [...different, ...unexpected]) {
    console.log(fault)
    process.exitCode = 1
  }
}

function document(content) {
  const rounded = (_, value) => (typeof value === 'number' ? Math.round(value * 1000) / 1000 : value)
  // Pairs of numbers stand on one line, as the formatter wants them.
  const pair = /\[\s+([\d.]+),\s+([\d.]+)\s+\]/g
  return `${JSON.stringify(content, rounded, 2).replace(pair, '[$1, $2]')}\n`
}

async function save(path, text) {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

/** Measures what the whole report needs. */
async function measureAll() {
  if (!afarOnly) await measureNear()
  await repeat('from afar', alone, runs, afar)
  await Promise.all(loops.map((session) => repeat('loops from afar', [session], runs, afar)))
  progress('')
}

async function measureNear() {
  await repeat('table', alone, runs)
  if (svg) await repeat('plot', batches, Math.min(runs, BATCH_RUNS))
  const lanes = loops.map((session) => repeat('loops', [session], runs))
  if (svg) lanes.push(repeat('plot', [curve], 1))
  await Promise.all(lanes)
}

try {
  if (concurrency) {
    await repeat('limits', limited, runs)
    progress('')
    console.log(columns(limits(near.measures)))
  } else {
    await measureAll()
    await report()
  }
} finally {
  await Promise.all(runners.map((started) => started.end()))
}
