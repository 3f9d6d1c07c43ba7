import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

interface Manner {
  /** User and password that are wanted, joined by a colon. */
  login?: string
  /** The reply to a request: 0 leads on, and any other refuses (RFC 1928, section 6). */
  reply?: number
}

/** A SOCKS5 proxy (RFC 1928, RFC 1929) that leads everything to one `host:port`, and says what it was asked for. */
export class FakeSocks {
  readonly asked: string[] = []
  private readonly sockets = new Set<Socket>()
  private readonly server = createServer((client) => {
    this.sockets.add(client.on('error', () => undefined))
    void this.serve(client).catch(() => client.destroy())
  })

  private constructor(
    private readonly target: string,
    private readonly manner: Manner,
  ) {}

  static async start(target: string, manner: Manner = {}): Promise<FakeSocks> {
    const proxy = new FakeSocks(target, manner)
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening')
    return proxy
  }

  /** Host and port of the proxy. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private async serve(client: Socket): Promise<void> {
    const { login, reply = 0 } = this.manner
    const [, , method] = await this.next(client)
    if (method !== (login === undefined ? 0 : 2)) return void client.end(Buffer.from([5, 0xff]))
    client.write(Buffer.from([5, method]))
    if (login !== undefined) {
      const said = await this.next(client)
      const user = said.subarray(2, 2 + (said[1] ?? 0))
      const given = `${user}:${said.subarray(3 + user.length)}`
      client.write(Buffer.from([1, given === login ? 0 : 1]))
      if (given !== login) return
    }
    const request = await this.next(client)
    const end = 5 + (request[4] ?? 0)
    this.asked.push(`${request.subarray(5, end)}:${request.readUInt16BE(end)}`)
    client.write(Buffer.from([5, reply, 0, 1, 0, 0, 0, 0, 0, 0]))
    if (reply !== 0) return
    const [host, port] = this.target.split(':')
    const server = connect(Number(port), host).on('error', () => client.destroy())
    this.sockets.add(server)
    client.pipe(server).pipe(client)
  }

  private async next(client: Socket): Promise<Buffer> {
    const [bytes] = await once(client, 'data')
    return bytes
  }
}
