import { once } from 'node:events'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { ownAddress } from '../../support/loopback'
import { healthy } from './healthy'
import { type Message, message } from './message'

/** What is asked, and what a server without a fault would answer. */
export interface Exchange {
  method: string
  /** Path and query. */
  url: string
  /** Where the server is, as `http://127.x.y.z:PORT`. */
  origin: string
  answer: Message
}

/** Answers in a way of its own. An answer that is not written is one that never comes. */
export type Fault = (socket: Socket, exchange: Exchange) => void

/** Sends what a server without a fault would send. */
export const none: Fault = (socket, { answer }) => {
  socket.write(answer.bytes())
}

/**
 * A registry, and GitHub's API, on a free loopback port, which speaks HTTP/1.1 byte by byte, so that any byte may be a
 * wrong one. `fault` decides for every request what becomes of it.
 */
export class FaultServer {
  origin = ''
  /** Requests that arrived. */
  requests = 0
  private readonly sockets = new Set<Socket>()
  private readonly server: Server

  static async start(fault: (url: string) => Fault): Promise<FaultServer> {
    const server = new FaultServer(fault)
    const address = ownAddress()
    await once(server.server.listen(0, address), 'listening')
    server.server.unref()
    server.origin = `http://${address}:${(server.server.address() as AddressInfo).port}`
    return server
  }

  private constructor(private readonly fault: (url: string) => Fault) {
    this.server = createServer({ noDelay: true }, (socket) => this.serve(socket))
  }

  close(): void {
    this.server.close()
    for (const socket of this.sockets) socket.destroy()
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.sockets.delete(socket))
    let received = ''
    socket.on('data', (data) => {
      received += data.toString('latin1')
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const [line = ''] = received.slice(0, end).split('\r\n')
        received = received.slice(end + 4)
        this.answer(socket, line)
      }
    })
  }

  private answer(socket: Socket, line: string): void {
    this.requests += 1
    const [method = '', url = ''] = line.split(' ')
    const answer = message(healthy(method, url), method === 'HEAD')
    this.fault(url)(socket, { method, url, origin: this.origin, answer })
  }
}
