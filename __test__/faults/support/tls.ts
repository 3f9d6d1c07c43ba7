import { once } from 'node:events'
import { createServer as createHttpServer, type Server as HttpServer, type IncomingMessage } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { healthy } from '../../../testing/faults'
import { certificate } from '../../../testing/internet'
import { ownAddress, type Received, type Reply, reply, UNEXPECTED } from '../../../testing/registry'

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

/**
 * Servers that are reached under real names: a proxy leads every tunnel to a server on this machine, which speaks HTTP/2
 * over TLS, or goes wrong before that.
 */
export class Tunnel {
  proxy = ''
  private readonly connections = new Set<Duplex>()
  private readonly entrance: HttpServer

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
    const tunnel = new Tunnel(server)
    const address = ownAddress()
    for (const [listener, at] of [
      [server, '127.0.0.1'],
      [tunnel.entrance, address],
    ] as [Server, string][]) {
      listener.on('connection', (socket) => tunnel.keep(socket))
      await once(listener.listen(0, at), 'listening')
      listener.unref()
    }
    tunnel.proxy = `http://${address}:${portOf(tunnel.entrance)}`
    return tunnel
  }

  private constructor(private readonly server: Http2SecureServer | Server) {
    this.entrance = createHttpServer().on('connect', (_: IncomingMessage, client: Duplex) => {
      const inside = this.keep(connect(portOf(server as Server), '127.0.0.1'))
      inside.once('connect', () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
      client.pipe(inside).pipe(client)
      client.on('close', () => inside.destroy())
      inside.on('close', () => client.destroy())
    })
  }

  close(): void {
    this.entrance.close()
    this.server.close()
    for (const connection of this.connections) connection.destroy()
  }

  private keep<T extends Duplex>(connection: T): T {
    this.connections.add(connection)
    connection.on('error', () => connection.destroy())
    connection.once('close', () => this.connections.delete(connection))
    return connection
  }
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port
}
