import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ownAddress } from './loopback'
import type { Reply } from './reply'

export interface ReceivedRequest {
  method: string
  /** Path and query as they were sent. */
  url: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** Fulfilled when the client closes the connection before it has the whole answer. */
  abandoned: Promise<void>
}

/** A function that gives undefined leaves the request to the fallback. */
export type Answer = Reply | ((request: ReceivedRequest) => Reply | undefined | Promise<Reply | undefined>)

/** Answers what has no script of its own; undefined makes the request an unexpected one. */
export type Fallback = (request: ReceivedRequest) => Reply | undefined

const UNEXPECTED = 599

/**
 * An HTTP server on a free loopback port that answers what a test wrote down for it. A request that nobody wrote down
 * is answered with 599, and `close` fails for it, as it does for a script that was not played to its end.
 */
export class FakeServer {
  /** Every request, in order of arrival. */
  readonly requests: ReceivedRequest[] = []
  /** Connections that did not speak HTTP. */
  malformed = 0
  /** The most requests that were without an answer at one time. */
  mostInFlight = 0

  /** Address and port, `127.x.y.z:PORT`. */
  host = ''

  private inFlight = 0
  private readonly scripts = new Map<string, Answer[]>()
  private readonly standing = new Map<string, Answer>()
  private readonly unexpected: string[] = []
  private readonly arrivals = new EventEmitter().setMaxListeners(0)
  private readonly server = createServer((request, response) => void this.serve(request, response))

  static async start(fallback?: Fallback): Promise<FakeServer> {
    const server = new FakeServer(fallback)
    server.server.on('clientError', (_error, socket) => {
      server.malformed += 1
      socket.destroy()
    })
    const address = ownAddress()
    await once(server.server.listen(0, address), 'listening')
    server.host = `${address}:${(server.server.address() as AddressInfo).port}`
    // A test that fails before it closes its fake must not hang.
    server.server.unref()
    return server
  }

  private constructor(private readonly fallback: Fallback = () => undefined) {}

  get origin(): string {
    return `http://${this.host}`
  }

  /** Each request of a route (`GET /path?query`, or `GET /path` for any query) is given the next of these answers. */
  on(route: string, ...answers: Answer[]): this {
    this.scripts.set(route, [...(this.scripts.get(route) ?? []), ...answers])
    return this
  }

  /** Every request of a route is given this answer, once what `on` says has been used up. */
  always(route: string, answer: Answer): this {
    this.standing.set(route, answer)
    return this
  }

  /** `GET /path?query` of every request, in order of arrival. */
  get routes(): string[] {
    return this.requests.map(routeOf)
  }

  /** The requests of a route. */
  of(route: string): ReceivedRequest[] {
    return this.requests.filter((request) => routeOf(request) === route)
  }

  /** Waits until a route has been asked for. */
  async asked(route: string, times = 1): Promise<ReceivedRequest> {
    for (;;) {
      const request = this.of(route)[times - 1]
      if (request) return request
      await once(this.arrivals, 'request')
    }
  }

  /** Waits until there have been that many requests. */
  async received(count: number): Promise<void> {
    while (this.requests.length < count) await once(this.arrivals, 'request')
  }

  async close(): Promise<void> {
    this.server.close()
    this.server.closeAllConnections()
    const unplayed = [...this.scripts].filter(([, answers]) => answers.length > 0).map(([route]) => route)
    const complaints = [
      ...this.unexpected.map((route) => `unexpected request: ${route}`),
      ...unplayed.map((route) => `not asked for, or not often enough: ${route}`),
    ]
    if (complaints.length > 0) throw new Error(`${this.origin}\n${complaints.join('\n')}`)
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = received(incoming, response)
    this.inFlight += 1
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight)
    response.once('close', () => {
      this.inFlight -= 1
    })
    this.requests.push(request)
    this.arrivals.emit('request')
    send(response, await this.answer(request))
  }

  private async answer(request: ReceivedRequest): Promise<Reply> {
    const routes = [routeOf(request), `${request.method} ${request.path}`]
    const scripted = routes.find((route) => this.scripts.get(route)?.length)
    const standing = routes.find((route) => this.standing.has(route))
    const answer = scripted ? this.scripts.get(scripted)?.shift() : standing && this.standing.get(standing)
    const reply = typeof answer === 'function' ? await answer(request) : answer
    return reply || this.fallback(request) || this.complain(request)
  }

  private complain(request: ReceivedRequest): Reply {
    this.unexpected.push(routeOf(request))
    return { status: UNEXPECTED, body: `unexpected request: ${routeOf(request)}` }
  }
}

function routeOf({ method, url }: ReceivedRequest): string {
  return `${method} ${url}`
}

function received(incoming: IncomingMessage, response: ServerResponse): ReceivedRequest {
  const { method = '', url = '', headers } = incoming
  const { pathname, searchParams } = new URL(url, 'http://fake')
  const abandoned = new Promise<void>((resolve) => {
    response.once('close', () => {
      if (!response.writableFinished) resolve()
    })
  })
  return { method, url, path: pathname, query: searchParams, headers, abandoned }
}

function send(response: ServerResponse, { status, headers, body = '', cutAfter }: Reply): void {
  if (cutAfter === 0) {
    response.destroy()
    return
  }
  const bytes = Buffer.from(body)
  response.writeHead(status, { 'Content-Length': bytes.length, ...headers })
  if (cutAfter === undefined) response.end(bytes)
  else response.write(bytes.subarray(0, cutAfter), () => response.destroy())
}
