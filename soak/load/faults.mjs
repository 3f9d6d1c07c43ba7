import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { imageOf, wayOf } from './images.mjs'

const { ContainerRegistryService } = createRequire(import.meta.url)('../../index.js')
/** Images that are checked. */
const IMAGES = 1000

/**
 * Checks a thousand images by `checkImages`, of which 2% go wrong in one way or another; all others must be right. Returns what
 * was seen, and what was wrong.
 */
export async function measure() {
  const server = fork(new URL('server.mjs', import.meta.url))
  const ask = async (question) => {
    server.send(question)
    return (await once(server, 'message'))[0]
  }

  const service = new ContainerRegistryService({
    registries: { 'registry.example': { url: await ask('origin') } },
    github: { apiUrl: await ask('origin') },
    // Silence is not waited for longer than that; nothing else takes as long.
    timeoutMs: 5000,
  })
  const images = Array.from({ length: IMAGES }, (_, number) => imageOf(number))
  const before = process.memoryUsage().rss
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  const began = performance.now()
  const elapsed = () => Number(((performance.now() - began) / 1000).toFixed(1))
  const silent = new Set(images.filter((_, number) => wayOf(number)?.code === 'TIMEOUT'))
  let answered = 0
  const reports = await service.checkImages(images, {
    arch: 'amd64',
    onProgress({ image, phase }) {
      if (phase !== 'started' && !silent.has(image)) answered = elapsed()
    },
  })
  const seconds = elapsed()
  delay.disable()

  const isRight = (report, number) =>
    report.image === images[number] &&
    (wayOf(number)
      ? report.status === 'failed' && report.error.code === wayOf(number).code && report.updates.length === 0
      : report.status === 'update-available' && report.updates[0].tag === '1.1.0')
  const codes = {}
  for (const { error } of reports) if (error) codes[error.code] = (codes[error.code] ?? 0) + 1
  const seen = await ask('seen')
  const figures = {
    images: IMAGES,
    'of which go wrong': images.filter((_, number) => wayOf(number)).length,
    'right answers and right failures': reports.filter(isRight).length,
    failures: Object.entries(codes)
      .map(([code, count]) => `${count} ${code}`)
      .sort()
      .join(', '),
    requests: seen.requests,
    'manifests by GET': seen.manifestGets,
    'seconds until all but those were there that never answer': answered,
    'seconds in all, two attempts of five seconds among them': seconds,
    'main thread held at most, ms': Number((delay.max / 1e6).toFixed(1)),
    'memory grew by, MiB': Math.round((process.memoryUsage().rss - before) / 2 ** 20),
  }
  await service.close()
  server.disconnect()
  const wrong = IMAGES - figures['right answers and right failures']
  return { figures, broken: wrong > 0 ? [`${wrong} of ${IMAGES} reports are wrong`] : [] }
}
