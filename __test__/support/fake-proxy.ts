import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { ownAddress } from '../../testing/registry'

/**
 * An HTTP proxy on a free loopback port. Whatever host a client means, plain requests are forwarded to one server, and
 * tunnels are refused or lead to it too.
 */
export class FakeProxy {
  /** `CONNECT host:port`, or method and URL of a plain request. */
  readonly asked: string[] = []
  origin = ''

  private readonly server = createServer((request, response) => this.forward(request, response))

  static async start(target: string, options: { tunnels: boolean } = { tunnels: true }): Promise<FakeProxy> {
    const proxy = new FakeProxy(target)
    proxy.server.on('connect', (request, socket) => proxy.tunnel(request, socket, options.tunnels))
    proxy.server.unref()
    const address = ownAddress()
    await once(proxy.server.listen(0, address), 'listening')
    proxy.origin = `http://${address}:${(proxy.server.address() as AddressInfo).port}`
    return proxy
  }

  /** `target` is the `host:port` of the server. */
  private constructor(private readonly target: string) {}

  close(): void {
    this.server.close()
    this.server.closeAllConnections()
  }

  private forward(incoming: IncomingMessage, response: ServerResponse): void {
    this.asked.push(`${incoming.method} ${incoming.url}`)
    const { pathname, search } = new URL(incoming.url ?? '')
    const [host, port] = this.target.split(':')
    request(
      { host, port, path: pathname + search, method: incoming.method, headers: incoming.headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
      },
    ).end()
  }

  private tunnel({ url }: IncomingMessage, client: Duplex, isAllowed: boolean): void {
    this.asked.push(`CONNECT ${url}`)
    if (!isAllowed) {
      client.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')
      return
    }
    const [host, port] = this.target.split(':')
    const server = connect(Number(port), host, () => client.write('HTTP/1.1 200 OK\r\n\r\n'))
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.pipe(to)
      from.on('error', () => to.destroy())
    }
  }
}
