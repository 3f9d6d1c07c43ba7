/**
 * Calls to a good registry, first alone and then among calls to hostile ones, by one service:
 *
 *   npm run soak:hostile -- --minutes 5
 *
 * Prints what came of the hostile ones and what they cost the good one's answers; `--write` renews the tables in
 * docs/reliability.md. Ends with an error if a good answer failed,
 * if a hostile registry was believed, or if what the process holds is still growing.
 */

import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { markdown } from '../../bench/table.mjs'
import { CALLS } from '../calls.mjs'
import { gauge, growth } from '../gauge.mjs'

const { ContainerRegistryService } = createRequire(import.meta.url)('../../index.js')
const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '1' }, write: { type: 'boolean', default: false } },
})
const DOCS = new URL('../../docs/reliability.md', import.meta.url)
const BLOCK = /(?<=<!-- hostile -->\n)[\s\S]*?(?=<!-- \/hostile -->)/
const minutes = Number(values.minutes)
const SAMPLES = 20
const GOOD_CALLERS = 8
/** Callers of each hostile registry. */
const HOSTILE_CALLERS = 2
/** A caller pauses, so that the machine's own speed is not what is measured. */
const PAUSE_MS = 20
/** Those that read what a hostile server sends; HEAD and GitHub are no part of it. */
const READING = ['getAvailableUpdates', 'checkImage', 'inspectUpdate', 'getPlatforms']

const servers = ['good', 'hostile'].map((which) => fork(new URL('servers.mjs', import.meta.url), [which]))
const [[{ good }], [hostile]] = await Promise.all(servers.map((server) => once(server, 'message')))
const kinds = Object.keys(hostile)
const hostOf = (kind) => `${kind.replaceAll(' ', '-').toLowerCase()}.example`
const service = new ContainerRegistryService({
  registries: Object.fromEntries([
    ['good.example', { url: good }],
    ...kinds.map((kind) => [hostOf(kind), { url: hostile[kind] }]),
  ]),
  github: { apiUrl: good },
  // The slow drip sends the right answer, a byte every 20 ms: within this time none of its answers is whole.
  timeoutMs: 2000,
  maxRetryDelayMs: 20,
  tagTtlMs: 1,
  logger: { warn() {} },
})

const complaints = new Set()
const codes = new Map(kinds.map((kind) => [kind, {}]))
const imageOf = (host, number) => `${host}/team/app-${number % 50}:1.0.0`

/** The times that good answers took, in milliseconds, until `end`. */
async function goodCalls(number, end, times) {
  const names = Object.keys(CALLS)
  for (let turn = number; Date.now() < end; turn += 1) {
    const name = names[turn % names.length]
    const began = performance.now()
    try {
      await CALLS[name](service, imageOf('good.example', turn), {})
    } catch (error) {
      complaints.add(`good.example, ${name}: ${error.message}`)
    }
    times.push(performance.now() - began)
    await setTimeout(PAUSE_MS)
  }
}

async function hostileCalls(kind, number, end) {
  const seen = codes.get(kind)
  for (let turn = number; Date.now() < end; turn += 1) {
    const name = READING[turn % READING.length]
    try {
      await CALLS[name](service, imageOf(hostOf(kind), turn), {})
      complaints.add(`${kind}, ${name}: was believed`)
    } catch (error) {
      if (error.name !== 'ContainerRegistryError') complaints.add(`${kind}, ${name}: ${error.message}`)
      seen[error.code] = (seen[error.code] ?? 0) + 1
    }
    await setTimeout(PAUSE_MS)
  }
}

/** Batches that have one image of each registry: the good one's report is right, all others fail. */
async function batches(end) {
  for (let turn = 0; Date.now() < end; turn += 1) {
    const hosts = ['good.example', ...kinds.map(hostOf)]
    const reports = await service.checkImages(
      hosts.map((host) => imageOf(host, turn)),
      { arch: 'amd64' },
    )
    for (const [index, { image, status, error }] of reports.entries()) {
      const expected = index === 0 ? 'update-available' : 'failed'
      if (status !== expected) complaints.add(`checkImages, ${image}: ${status} ${error?.message ?? ''}`)
    }
  }
}

const repeated = (count, work) => Array.from({ length: count }, (_, number) => work(number))
const percentile = (times, share) =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * share)]?.toFixed(1)
const row = (times) => ({
  calls: times.length,
  'median ms': percentile(times, 0.5),
  '95% ms': percentile(times, 0.95),
  '99% ms': percentile(times, 0.99),
})

const [alone, among] = [[], []]
let end = Date.now() + minutes * 12_000
await Promise.all(repeated(GOOD_CALLERS, (number) => goodCalls(number, end, alone)))

end = Date.now() + minutes * 48_000
const samples = []
const sampler = setInterval(() => samples.push(gauge()), (minutes * 48_000) / SAMPLES)
await Promise.all([
  ...repeated(GOOD_CALLERS, (number) => goodCalls(number, end, among)),
  ...kinds.flatMap((kind) => repeated(HOSTILE_CALLERS, (number) => hostileCalls(kind, number, end))),
  batches(end),
])
clearInterval(sampler)
await service.close()
for (const server of servers) server.disconnect()

console.table(samples)
console.table(Object.fromEntries(codes))
const answers = { 'good registry alone': row(alone), 'among hostile ones': row(among) }
console.table(answers)
if (values.write) {
  const times = [
    ['answers', ...Object.keys(row(alone))],
    ...Object.entries(answers).map(([name, cells]) => [name, ...Object.values(cells).map(String)]),
  ]
  const outcomes = [
    ['hostile registry', 'what came of it'],
    ...[...codes].map(([kind, seen]) => [
      kind,
      Object.entries(seen)
        .sort(([, a], [, b]) => b - a)
        .map(([code, count]) => `${count} ${code}`)
        .join(', '),
    ]),
  ]
  const note = `Seen in ${minutes} minutes with Node.js ${process.versions.node} on ${cpus().length} processors.`
  const text = `${markdown(times, [0])}\n\n${markdown(outcomes, [0, 1])}\n\n${note}\n`
  writeFileSync(DOCS, readFileSync(DOCS, 'utf8').replace(BLOCK, text))
}
for (const complaint of [...growth(samples, minutes * 0.8), ...complaints]) {
  console.error(complaint)
  process.exitCode = 1
}
