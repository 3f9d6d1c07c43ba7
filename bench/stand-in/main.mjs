/**
 * The registries and release hosts of the bench, in a process of their own: one TLS server for every name, which
 * speaks HTTP/2 and HTTP/1.1, and a CONNECT proxy that leads to it. Each answer is held back for as long as a real
 * network would take.
 */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { createSecureServer } from 'node:http2'
import { Traffic } from './traffic.mjs'
import { world } from './world.mjs'

const latency = Number(process.env.BENCH_LATENCY)
const hosts = world()
let traffic = new Traffic()

const pem = (name) => readFileSync(new URL(`certificates/${name}`, import.meta.url))
const server = createSecureServer(
  {
    cert: pem('server.pem'),
    key: pem('server.key'),
    allowHTTP1: true,
    noDelay: true,
    settings: { maxConcurrentStreams: 128 },
  },
  serve,
)
const proxy = createServer().on('connect', tunnel)

function serve(request, response) {
  const host = request.authority ?? request.headers.host
  const { method, url: path, headers, httpVersion } = request
  const answered = traffic.arrived(method, host, path, httpVersion)
  const url = new URL(path, `https://${host}`)
  const isKnown = method === 'GET' || method === 'HEAD'
  const reply = isKnown ? hosts[host]?.(url, headers) : undefined
  if (!reply) traffic.unexpected(method, host, path)
  const { status, headers: fields, body } = reply ?? { status: 404, headers: {}, body: Buffer.alloc(0) }
  setTimeout(() => {
    answered(status)
    if (response.destroyed || response.stream?.destroyed) return
    response.writeHead(status, { ...fields, 'content-length': body.length })
    response.end(method === 'HEAD' ? undefined : body)
  }, latency)
}

/** The client's socket goes straight to the TLS server, so that a proxied request costs no second connection. */
function tunnel(_request, socket, head) {
  socket.setNoDelay(true)
  socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
  if (head.length > 0) socket.unshift(head)
  server.emit('connection', socket)
}

process.on('message', (message) => {
  if (message === 'forget') traffic = new Traffic()
  if (message === 'report') return process.send(traffic.report())
  if (message === 'trace') return process.send(traffic.trace)
  process.send('forgotten')
})
// Its parent is gone.
process.on('disconnect', () => process.exit())

for (const listener of [server, proxy]) {
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
}
process.send({ port: server.address().port, proxy: `http://127.0.0.1:${proxy.address().port}` })
