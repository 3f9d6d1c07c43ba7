import faults from '../testing/faults/index.js'
import registry from '../testing/registry/index.js'

const { FaultServer, healthy, LABELS, none, wire } = faults

/** Share of the requests that go wrong. */
const FAULTS = 0.1

/** Ways to go wrong, with the codes that they end with where they last. */
export const WAYS = [
  { code: 'NETWORK', act: (socket) => socket.destroy() },
  { code: 'NETWORK', act: wire.reset },
  { code: 'TIMEOUT', act: wire.silence },
  { code: 'NETWORK', act: wire.header({ 'Content-Length': '100000' }) },
  { code: 'REGISTRY_ERROR', act: wire.status(503) },
  { code: 'RATE_LIMITED', act: wire.status(429, { 'Retry-After': '0' }) },
  { code: 'BAD_RESPONSE', act: wire.text('<title>Log in</title>', 'text/html') },
  { code: 'BAD_RESPONSE', act: wire.coded('gzip', (body) => body) },
  { code: 'TOO_LARGE', act: wire.redirect((origin, url) => origin + url) },
]

/** A way to go wrong for a share of the requests, whichever they are. */
const nowAndThen = () => (Math.random() < FAULTS ? WAYS[Math.floor(Math.random() * WAYS.length)] : undefined)

/**
 * A registry and GitHub's API on a free loopback port. `fault` chooses the way in which the answer to a URL goes wrong, if it
 * does; `seen` counts the requests.
 */
export async function startServer(fault = nowAndThen) {
  const seen = { requests: 0, manifestGets: 0 }
  const image = registry.singlePlatformImage({ labels: LABELS })
  const server = await FaultServer.start((url, method) => {
    seen.requests += 1
    seen.manifestGets += Number(method === 'GET' && url.includes('/manifests/'))
    return fault(url)?.act ?? none
  }, healthy(image))
  return { origin: server.origin, seen, close: () => server.close() }
}
