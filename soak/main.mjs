/**
 * Checks against a server that goes wrong, with calls that are given up and services that come and go, for as long as it is told:
 *
 *   npm run soak -- --minutes 10
 *
 * Ends with an error if what the process holds is still growing after the warm-up.
 */

import { createRequire } from 'node:module'
import { parseArgs } from 'node:util'
import { gauge, growth } from './gauge.mjs'
import { startServer } from './server.mjs'

const { ContainerRegistryService } = createRequire(import.meta.url)('../index.js')
const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' } } })
const duration = Number(values.minutes) * 60_000
/** Checks that run at the same time. */
const CALLERS = 24
const SAMPLES = 20

const server = await startServer()
const counts = { right: 0, failed: 0, aborted: 0, wrong: 0, services: 0 }
let pending = 0
const end = Date.now() + duration

function newService() {
  counts.services += 1
  return new ContainerRegistryService({
    registries: { 'registry.example': { url: server.origin } },
    github: { apiUrl: server.origin },
    timeoutMs: 500,
    maxRetryDelayMs: 20,
    logger: { warn() {} },
  })
}

async function caller(number) {
  let service = newService()
  for (let turn = 0; Date.now() < end; turn += 1) {
    if (turn % 10 === 9) {
      await service.close()
      service = newService()
    }
    const abort = new AbortController()
    const timer = Math.random() < 0.1 ? setTimeout(() => abort.abort(), Math.random() * 50) : undefined
    pending += 1
    try {
      const image = `registry.example/team/app-${number}-${turn % 50}:1.0.0`
      const updates = await service.getAvailableUpdates(image, 'amd64', null, { signal: abort.signal })
      counts[updates[0]?.tag === '1.1.0' ? 'right' : 'wrong'] += 1
    } catch (error) {
      const isKnown = error.name === 'ContainerRegistryError' && typeof error.transient === 'boolean'
      counts[error.code === 'ABORTED' ? 'aborted' : isKnown ? 'failed' : 'wrong'] += 1
    } finally {
      pending -= 1
      clearTimeout(timer)
    }
  }
  await service.close()
}

const samples = []
const sampler = setInterval(() => samples.push({ ...gauge(), pending }), duration / SAMPLES)
await Promise.all(Array.from({ length: CALLERS }, (_, number) => caller(number)))
clearInterval(sampler)
server.close()

console.table(samples)
console.log(JSON.stringify({ minutes: Number(values.minutes), ...counts }))
const complaints = growth(samples)
if (counts.wrong > 0 || counts.right === 0)
  complaints.push(`${counts.wrong} wrong answers, ${counts.right} right ones`)
if (pending > 0) complaints.push(`${pending} calls have not ended`)
for (const complaint of complaints) console.error(complaint)
process.exitCode = complaints.length > 0 ? 1 : 0
