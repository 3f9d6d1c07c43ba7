import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import type { Duplex } from 'node:stream'

/** An HTTP proxy that leads every CONNECT to one server: a name that nothing resolves becomes a host on the network. */
export class ConnectProxy {
  /** What clients asked to be connected to. */
  readonly asked: string[] = []
  private readonly tunnels = new Set<Duplex>()
  private readonly server: Server

  private constructor(destination: string) {
    const [host, port] = destination.split(':')
    this.server = createServer().on('connect', (request, client: Duplex) => {
      this.asked.push(String(request.url))
      const upstream = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
        client.pipe(upstream).pipe(client)
      })
      for (const [end, other] of [
        [client, upstream],
        [upstream, client],
      ] as const) {
        this.tunnels.add(end)
        end.on('error', () => other.destroy())
        end.on('close', () => other.destroy())
      }
    })
  }

  static async leadingTo(destination: string): Promise<ConnectProxy> {
    const proxy = new ConnectProxy(destination)
    proxy.server.listen(0, '127.0.0.1')
    await once(proxy.server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    for (const end of this.tunnels) end.destroy()
    this.server.close()
    await once(this.server, 'close')
  }
}
