import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http2'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { createServer as createTlsServer, type TLSSocket } from 'node:tls'
import { certificate, FakeProxy } from '../../../testing/internet'
import { type Received, reply, type Site, UNEXPECTED } from '../../../testing/registry'

/** The client's greeting (RFC 9113, section 3.4) and the header of a frame (section 4.1), in bytes. */
const PREFACE = 24
const HEADER = 9
const [SETTINGS, PING] = [4, 6]
const ACK = 1

const frame = (type: number, payload: number[], flags = 0, stream = 0): Buffer =>
  Buffer.from([0, 0, payload.length, type, flags, 0, 0, 0, stream, ...payload])

/** Frames that a server may send at any time, by name (RFC 9113, section 6). */
export const CONTROL_FRAMES: Record<string, Buffer> = {
  PRIORITY: frame(2, [0, 0, 0, 0, 16], 0, 1),
  SETTINGS: frame(SETTINGS, []),
  PING: frame(PING, [0, 0, 0, 0, 0, 0, 0, 0]),
  WINDOW_UPDATE: frame(8, [0, 0, 0, 1]),
  'of an unknown type': frame(0xaa, [0, 0, 0, 0]),
}

/** Hands on whole frames for which `isMeant` holds. */
function frames(isMeant: (type: number, flags: number) => boolean, to: (frame: Buffer) => void, skip = 0) {
  let rest = Buffer.alloc(0)
  let greeting = skip
  return (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk])
    if (rest.length < greeting) return
    if (greeting > 0) to(rest.subarray(0, greeting))
    rest = rest.subarray(greeting)
    greeting = 0
    while (rest.length >= HEADER && rest.length >= HEADER + rest.readUIntBE(0, 3)) {
      const length = HEADER + rest.readUIntBE(0, 3)
      const [type = 0, flags = 0] = rest.subarray(3, 5)
      if (isMeant(type, flags)) to(rest.subarray(0, length))
      rest = rest.subarray(length)
    }
  }
}

/**
 * A server that speaks HTTP/2 over TLS and sends one control frame without end, once it was told to. It is reached under
 * any name by its proxy.
 */
export class FloodServer {
  private readonly sockets = new Set<Socket>()
  private readonly joined = new EventEmitter()
  private readonly hushed = new Set<Socket>()
  private isFlooding = false

  static async start(site: Site, flood: Buffer): Promise<FloodServer> {
    const inner = createServer((request, response) => {
      const { origin, pathname, searchParams } = new URL(request.url, 'https://flood')
      const { method, headers } = request
      const received = { method, origin, url: request.url, path: pathname, query: searchParams, headers }
      const answer =
        site(received as unknown as Received) ??
        reply(UNEXPECTED, `unexpected request: ${method} ${request.url}`)
      response.writeHead(answer.status, { ...answer.headers })
      response.end(method === 'HEAD' ? '' : (answer.body ?? ''))
    })
    inner.listen(0, '127.0.0.1').unref()
    await once(inner, 'listening')
    const tls = createTlsServer({
      key: certificate('server.key'),
      cert: certificate('server.pem'),
      ALPNProtocols: ['h2'],
    })
    tls.listen(0, '127.0.0.1').unref()
    await once(tls, 'listening')
    const proxy = await FakeProxy.start(`127.0.0.1:${(tls.address() as AddressInfo).port}`)
    const server = new FloodServer(proxy, flood, () => {
      tls.close()
      inner.close()
    })
    tls.on('secureConnection', (client) => server.join(client, (inner.address() as AddressInfo).port))
    return server
  }

  private constructor(
    private readonly entrance: FakeProxy,
    private readonly flooding: Buffer,
    private readonly end: () => void,
  ) {}

  get proxy(): string {
    return this.entrance.origin
  }

  /** Sends frames without end on all connections, and nothing else. Resolves when the client has closed them. */
  async flood(): Promise<void> {
    this.isFlooding = true
    await Promise.all([...this.sockets].map((client) => this.floodOne(client)))
  }

  /** Does so from the first request of each connection on. Resolves when the client has closed the first one. */
  async floodAtOnce(): Promise<void> {
    this.isFlooding = true
    const [client] = await once(this.joined, 'client')
    await this.floodOne(client)
  }

  /** Sends nothing any more on the connections that are open now, as if a router on the way had forgotten them. */
  hush(): void {
    for (const client of this.sockets) this.hushed.add(client)
  }

  private floodOne(client: Socket): Promise<unknown> {
    const flood = Buffer.concat(Array.from({ length: 4000 }, () => this.flooding))
    const pump = () => {
      while (client.writable && client.write(flood));
    }
    client.on('drain', () => setImmediate(pump))
    pump()
    return client.closed ? Promise.resolve() : new Promise((close) => client.once('close', close))
  }

  close(): void {
    this.entrance.close()
    for (const socket of this.sockets) socket.destroy()
    this.end()
  }

  private join(client: TLSSocket, port: number): void {
    const server = connect(port, '127.0.0.1')
    this.sockets.add(client)
    this.joined.emit('client', client)
    let acknowledged = 0
    // The server behind has sent one SETTINGS frame and no PING: it is to see no answer to the flood.
    const isForServer = (type: number, flags: number) =>
      type !== PING && !(type === SETTINGS && flags === ACK && acknowledged++ > 0)
    client.on(
      'data',
      frames(isForServer, (whole) => server.write(whole), PREFACE),
    )
    server.on(
      'data',
      frames(
        () => !this.isFlooding && !this.hushed.has(client),
        (whole) => client.write(whole),
      ),
    )
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => from.destroy())
      from.once('close', () => {
        this.sockets.delete(client)
        to.destroy()
      })
    }
  }
}
