import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'

/** Share of the requests that go wrong. */
const FAULTS = 0.1

const json = (value) => JSON.stringify(value)
const digestOf = (body) => `sha256:${createHash('sha256').update(body).digest('hex')}`

const labels = { 'org.opencontainers.image.source': 'https://github.com/team/app' }
const config = json({ architecture: 'amd64', os: 'linux', config: { Labels: labels } })
const manifest = json({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { digest: digestOf(config), size: config.length },
  layers: [{ digest: digestOf(''), size: 1000 }],
})

/** Ways to go wrong, with the codes that they end with where they last. */
export const WAYS = [
  { code: 'NETWORK', act: (_, response) => response.destroy() },
  { code: 'NETWORK', act: (_, response) => response.socket?.resetAndDestroy() },
  { code: 'TIMEOUT', act: () => {} },
  {
    code: 'NETWORK',
    act: (_, response) =>
      response.writeHead(200, { 'Content-Length': '1000' }).write('{"tags"', () => response.destroy()),
  },
  { code: 'REGISTRY_ERROR', act: (_, response) => response.writeHead(503).end('no') },
  { code: 'RATE_LIMITED', act: (_, response) => response.writeHead(429, { 'Retry-After': '0' }).end() },
  {
    code: 'BAD_RESPONSE',
    act: (_, response) =>
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<title>Log in</title>'),
  },
  {
    code: 'BAD_RESPONSE',
    act: (_, response) => response.writeHead(200, { 'Content-Encoding': 'gzip' }).end('no gzip'),
  },
  {
    code: 'TOO_LARGE',
    act: (request, response) => response.writeHead(302, { Location: request.url }).end(),
  },
]

/** A way to go wrong for a share of the requests, whichever they are. */
const nowAndThen = () => (Math.random() < FAULTS ? WAYS[Math.floor(Math.random() * WAYS.length)] : undefined)

function answer({ url }, response) {
  const send = (body, type = 'application/json') =>
    response.writeHead(200, { 'Content-Type': type, 'Docker-Content-Digest': digestOf(body) }).end(body)
  if (url.includes('/tags/list')) return send(json({ tags: ['1.0.0', '1.1.0'] }))
  if (url.includes('/manifests/')) return send(manifest, JSON.parse(manifest).mediaType)
  if (url.includes('/blobs/')) return send(config)
  if (url.includes('/releases/tags/')) return send('{}')
  if (url.includes('/releases?')) return send(json([{ tag_name: '1.1.0' }]))
  return response.writeHead(404).end()
}

/**
 * A registry and GitHub's API on a free loopback port. `fault` chooses the way in which the answer to a URL goes wrong, if it
 * does; `seen` counts the requests.
 */
export async function startServer(fault = nowAndThen) {
  const seen = { requests: 0, manifestGets: 0 }
  const server = createServer((request, response) => {
    seen.requests += 1
    seen.manifestGets += Number(request.method === 'GET' && request.url.includes('/manifests/'))
    const way = fault(request.url)
    if (way) way.act(request, response)
    else answer(request, response)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    seen,
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}
