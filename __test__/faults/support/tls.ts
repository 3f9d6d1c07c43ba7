import { once } from 'node:events'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { healthy } from '../../../testing/faults'
import { certificate, FakeProxy } from '../../../testing/internet'
import { type Received, type Reply, reply, UNEXPECTED } from '../../../testing/registry'

/** PEM of the authority that the servers' certificate is from. */
export const AUTHORITY = certificate('authority.pem')

const site = healthy()

function answerTo(method: string, url: string): Reply {
  const { origin, pathname, searchParams } = new URL(url, 'https://fault')
  const request = { method, origin, url, path: pathname, query: searchParams, headers: {} }
  return site(request as Received) ?? reply(UNEXPECTED, `unexpected request: ${method} ${url}`)
}

/** Answers a stream of HTTP/2 in a way of its own. */
export type StreamFault = (stream: ServerHttp2Stream, answer: () => void) => void

/** What becomes of a connection that should become a TLS one. */
export type HandshakeFault = (socket: Socket) => void

/** A server that speaks HTTP/2 over TLS, or goes wrong before that, and is reached under any name by its proxy. */
export class Tunnel {
  private readonly connections = new Set<Socket>()

  static async toHttp2(fault: StreamFault): Promise<Tunnel> {
    const server = createSecureServer({ key: certificate('server.key'), cert: certificate('server.pem') })
    server.on('stream', (stream, headers) => {
      stream.on('error', () => {})
      const [method, path] = [String(headers[':method']), String(headers[':path'])]
      fault(stream, () => {
        const { status, headers: fields, body = '' } = answerTo(method, path)
        stream.respond({ ':status': status, ...fields })
        stream.end(method === 'HEAD' ? undefined : body)
      })
    })
    server.on('sessionError', () => {})
    return Tunnel.to(server)
  }

  static async toHandshake(fault: HandshakeFault): Promise<Tunnel> {
    return Tunnel.to(createServer((socket) => fault(socket.on('error', () => socket.destroy()))))
  }

  private static async to(server: Http2SecureServer | Server): Promise<Tunnel> {
    await once((server as Server).listen(0, '127.0.0.1'), 'listening')
    server.unref()
    const { port } = server.address() as AddressInfo
    return new Tunnel(server, await FakeProxy.start(`127.0.0.1:${port}`))
  }

  private constructor(
    private readonly server: Http2SecureServer | Server,
    private readonly entrance: FakeProxy,
  ) {
    server.on('connection', (socket: Socket) => {
      this.connections.add(socket)
      socket.on('error', () => socket.destroy())
      socket.once('close', () => this.connections.delete(socket))
    })
  }

  get proxy(): string {
    return this.entrance.origin
  }

  close(): void {
    this.entrance.close()
    this.server.close()
    for (const connection of this.connections) connection.destroy()
  }
}
