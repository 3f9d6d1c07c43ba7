import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer as createHttpsServer, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'

/** The PEM text of a test's authority, certificates and keys. */
export const pem = (name: string) => readFileSync(join(__dirname, 'fixtures', name), 'utf8')

/** What is closed after each test. */
export class Open {
  private readonly servers: Server[] = []
  private readonly sockets = new Set<Socket>()

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    for (const server of this.servers.splice(0)) server.close()
  }

  /** A server that answers a tag list over TLS, at `https://localhost:<port>`. */
  async https(options: ServerOptions = {}, location?: string): Promise<string> {
    const server = createHttpsServer(
      { key: pem('server.key'), cert: pem('server.pem'), ...options },
      (_, response) => {
        if (location) response.writeHead(307, { Location: location }).end()
        else response.setHeader('Content-Type', 'application/json').end('{"tags":["1"]}')
      },
    )
    server.on('tlsClientError', () => {})
    return `https://localhost:${await this.listen(server, 'localhost')}`
  }

  /** A server that does as it likes with a connection, at `127.0.0.1:<port>`. */
  async tcp(onConnection: (socket: Socket) => void): Promise<string> {
    return `127.0.0.1:${await this.listen(createServer(onConnection), '127.0.0.1')}`
  }

  /** Leads a client to a `host:port`, after `onConnect` has said what comes first. */
  lead(client: Socket, target: string, onConnect: (server: Socket) => void): void {
    const [host, port] = target.split(':')
    const server = connect(Number(port), host, () => {
      onConnect(server)
      client.pipe(server).pipe(client)
    })
    server.on('error', () => client.destroy())
    client.on('error', () => server.destroy())
    this.sockets.add(server)
  }

  /** A SOCKS5 proxy without authentication (RFC 1928) that leads everything to one `host:port`, and says what it was asked for. */
  async socks(target: string, asked: string[]): Promise<string> {
    return this.tcp((client) => {
      client.once('data', () => {
        client.write(Buffer.from([5, 0]))
        client.once('data', (request) => {
          const isName = request[3] === 3
          const length = isName ? (request[4] ?? 0) + 1 : 4
          const name = request.subarray(isName ? 5 : 4, 4 + length)
          const port = request.readUInt16BE(4 + length)
          asked.push(`${isName ? name.toString() : [...name].join('.')}:${port}`)
          this.lead(client, target, () => client.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0])))
        })
      })
    })
  }

  private async listen(server: Server, host: string): Promise<number> {
    server.on('connection', (socket) => this.sockets.add(socket))
    this.servers.push(server)
    await once(server.listen(0, host), 'listening')
    return (server.address() as AddressInfo).port
  }
}
