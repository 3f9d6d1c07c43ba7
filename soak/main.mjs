/**
 * Calls of every kind against a server that goes wrong, with some that are given up and services that come and go, for as
 * long as it is told:
 *
 *   npm run soak -- --minutes 10
 *
 * Ends with an error if what the process holds is still growing after the warm-up, or if an answer was wrong.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Counts, caller } from './caller.mjs'
import { gauge, growth } from './gauge.mjs'
import { startServer } from './server.mjs'

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' } } })
const duration = Number(values.minutes) * 60_000
/** Calls at the same time. */
const CALLERS = 24
const SAMPLES = 20

const server = await startServer()
const directory = mkdtempSync(join(tmpdir(), 'container-registry-soak-'))
const counts = new Counts()
const samples = []
const sampler = setInterval(() => samples.push({ ...gauge(), pending: counts.pending }), duration / SAMPLES)
const end = Date.now() + duration
const { origin } = server
await Promise.all(
  Array.from({ length: CALLERS }, (_, number) => caller({ origin, directory, number, end, counts })),
)
clearInterval(sampler)
server.close()
rmSync(directory, { recursive: true, force: true, maxRetries: 9 })

console.table(samples)
console.table(counts.calls)
console.log(JSON.stringify({ minutes: Number(values.minutes), services: counts.services }))
const complaints = [...growth(samples, Number(values.minutes)), ...counts.complaints]
const idle = Object.entries(counts.calls).filter(([, { right }]) => right === 0)
complaints.push(...idle.map(([name]) => `${name} was never right`))
if (counts.total('wrong') > 0) complaints.push(`${counts.total('wrong')} wrong answers`)
if (counts.pending > 0) complaints.push(`${counts.pending} calls have not ended`)
for (const complaint of complaints) console.error(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0
