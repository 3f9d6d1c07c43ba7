import { createRequire } from 'node:module'
import { CALLS } from './calls.mjs'

const { ContainerRegistryService } = createRequire(import.meta.url)('../index.js')
/** Images of a caller; what is known of them all is soon known. */
const IMAGES = 10
const NAMES = Object.keys(CALLS)

/** What has come of calls, by name: `right`, `failed` as one may, `aborted`, or `wrong`. */
export class Counts {
  services = 0
  pending = 0
  calls = Object.fromEntries(NAMES.map((name) => [name, { right: 0, failed: 0, aborted: 0, wrong: 0 }]))
  /** The first of the wrong answers. */
  complaints = []

  total(outcome) {
    return Object.values(this.calls).reduce((sum, counts) => sum + counts[outcome], 0)
  }

  /** Notes how a call ended. */
  note(name, error) {
    const outcome = outcomeOf(error)
    this.calls[name][outcome] += 1
    if (outcome === 'wrong' && this.complaints.length < 5) this.complaints.push(`${name}: ${error.stack}`)
  }
}

function outcomeOf(error) {
  if (!error) return 'right'
  if (error.name !== 'ContainerRegistryError' || typeof error.transient !== 'boolean') return 'wrong'
  return error.code === 'ABORTED' ? 'aborted' : 'failed'
}

/** A service of its own; some remember on disk too, some answer with what they know while the network fails. */
function newService(origin, directory, number) {
  return new ContainerRegistryService({
    registries: { 'registry.example': { url: origin } },
    github: { apiUrl: origin },
    timeoutMs: 500,
    maxRetryDelayMs: 20,
    tagTtlMs: 1000,
    scope: number % 3 === 0 ? 'process' : 'instance',
    staleIfError: number % 2 === 0,
    ...(number % 4 === 0 && { cache: { directory, maxBytes: 2 ** 20 } }),
    logger: { warn() {} },
  })
}

/** Calls one thing after the other until `end`, gives some of them up, and takes a new service now and then. */
export async function caller({ origin, directory, number, end, counts }) {
  const renewed = () => {
    counts.services += 1
    return newService(origin, directory, number)
  }
  let service = renewed()
  for (let turn = 0; Date.now() < end; turn += 1) {
    if (turn % 10 === 9) {
      // Some are closed, some are left to the garbage collector.
      if (turn % 20 === 9) await service.close()
      service = renewed()
    }
    const abort = new AbortController()
    const timer = Math.random() < 0.1 ? setTimeout(() => abort.abort(), Math.random() * 50) : undefined
    const name = NAMES[(turn + number) % NAMES.length]
    const image = `registry.example/team/app-${number}-${turn % IMAGES}:1.0.0`
    counts.pending += 1
    try {
      await CALLS[name](service, image, { signal: abort.signal })
      counts.note(name)
    } catch (error) {
      counts.note(name, error)
    } finally {
      counts.pending -= 1
      clearTimeout(timer)
    }
  }
  await service.close()
}
