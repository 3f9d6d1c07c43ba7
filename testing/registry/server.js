'use strict'

const { randomInt } = require('node:crypto')
const { EventEmitter, once } = require('node:events')
const { createServer } = require('node:http')
const { receive, send } = require('./exchange.js')
const { reply } = require('./reply.js')

const UNEXPECTED = 599

/** Gives the answers of a test, and fails that test for every other request. See `index.d.ts`. */
class FakeServer {
  requests = []
  malformed = 0
  mostInFlight = 0
  host = ''
  #fallback
  #isForgetful
  #inFlight = 0
  #scripts = new Map()
  #standing = new Map()
  #unexpected = []
  #arrivals = new EventEmitter().setMaxListeners(0)
  #server = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing))

  static async start(fallback, options) {
    const server = new FakeServer(fallback, options)
    server.#server.on('clientError', (_error, socket) => {
      server.malformed += 1
      socket.destroy()
    })
    const address = ownAddress()
    await once(server.#server.listen(0, address), 'listening')
    server.host = `${address}:${server.#server.address().port}`
    // A test that fails before it closes its fake must not hang.
    server.#server.unref()
    return server
  }

  constructor(fallback = () => undefined, { isForgetful = false } = {}) {
    this.#fallback = fallback
    this.#isForgetful = isForgetful
  }

  get origin() {
    return `http://${this.host}`
  }

  on(route, ...answers) {
    this.#scripts.set(route, [...(this.#scripts.get(route) ?? []), ...answers])
    return this
  }

  always(route, answer) {
    this.#standing.set(route, answer)
    return this
  }

  get routes() {
    return this.requests.map(routeOf)
  }

  of(route) {
    return this.requests.filter((request) => routeOf(request) === route)
  }

  async asked(route, times = 1) {
    for (;;) {
      const request = this.of(route)[times - 1]
      if (request) return request
      await once(this.#arrivals, 'request')
    }
  }

  async received(count) {
    while (this.requests.length < count) await once(this.#arrivals, 'request')
  }

  async close() {
    this.#server.close()
    this.#server.closeAllConnections()
    const unplayed = [...this.#scripts].filter(([, answers]) => answers.length > 0).map(([route]) => route)
    const complaints = [
      ...this.#unexpected.map((route) => `unexpected request: ${route}`),
      ...unplayed.map((route) => `not asked for, or not often enough: ${route}`),
    ]
    if (complaints.length > 0) throw new Error(`${this.origin}\n${complaints.join('\n')}`)
  }

  async #serve(incoming, outgoing) {
    const request = await receive(incoming, outgoing).catch(() => undefined)
    // A client that left before its request was complete has asked for nothing.
    if (!request) return
    this.#inFlight += 1
    this.mostInFlight = Math.max(this.mostInFlight, this.#inFlight)
    outgoing.once('close', () => {
      this.#inFlight -= 1
    })
    if (!this.#isForgetful) this.requests.push(request)
    this.#arrivals.emit('request')
    send(outgoing, request, await this.#answer(request))
  }

  async #answer(request) {
    const routes = [routeOf(request), `${request.method} ${request.path}`]
    const scripted = routes.find((route) => this.#scripts.get(route)?.length)
    const standing = routes.find((route) => this.#standing.has(route))
    const answer = scripted ? this.#scripts.get(scripted).shift() : standing && this.#standing.get(standing)
    const given = typeof answer === 'function' ? await answer(request) : answer
    return given || this.#fallback(request) || this.#complain(request)
  }

  #complain(request) {
    this.#unexpected.push(routeOf(request))
    return reply(UNEXPECTED, `unexpected request: ${routeOf(request)}`)
  }
}

function routeOf({ method, url }) {
  return `${method} ${url}`
}

/**
 * Returns an address of this machine for one server alone. What the class knows of a host lasts as long as the process,
 * and the system reuses ports. With one address for all, a server would inherit what was known of another.
 */
function ownAddress() {
  // Only Linux has the whole loopback network without further setup.
  if (process.platform !== 'linux') return '127.0.0.1'
  const part = () => randomInt(1, 255)
  return `127.${part()}.${part()}.${part()}`
}

module.exports = { FakeServer, ownAddress, UNEXPECTED }
