'use strict'

const { EventEmitter, once } = require('node:events')
const { readFileSync } = require('node:fs')
const { createServer } = require('node:http')
const { createSecureServer } = require('node:http2')
const { join } = require('node:path')
const { promisify } = require('node:util')
const { ownAddress, receive, reply, send, UNEXPECTED } = require('../registry')

const AUTHORITY = join(__dirname, 'certificates', 'authority.pem')
const certificate = (name) => readFileSync(join(__dirname, 'certificates', name), 'utf8')

/** Every host under its real name over https, all of them on this machine. See `index.d.ts`. */
class Internet {
  exchanges = []
  tunnels = []
  unexpected = []
  ca = certificate('authority.pem')
  #watch
  #isForgetful
  #sites = new Map()
  #outOfReach = new Set()
  #silence
  #brake
  #inFlight = new Map()
  #most = new Map()
  #connections = new Set()
  #arrivals = new EventEmitter().setMaxListeners(0)
  #proxyAddress = ownAddress()
  #server = createSecureServer(
    {
      allowHTTP1: true,
      noDelay: true,
      key: certificate('server.key'),
      cert: certificate('server.pem'),
      settings: { maxConcurrentStreams: 128 },
    },
    (incoming, outgoing) => void this.#serve(incoming, outgoing, 'https'),
  )
  /** Requests for plain http come to the proxy itself. */
  #proxy = createServer((incoming, outgoing) => void this.#serve(incoming, outgoing, 'http')).on(
    'connect',
    (request, client, head) => this.#tunnel(request, client, head),
  )

  constructor({ watch, isForgetful = false } = {}) {
    this.#watch = watch
    this.#isForgetful = isForgetful
  }

  async open() {
    // The certificate is for one loopback address, and the proxy tells the hosts apart.
    for (const [server, at] of [
      [this.#server, '127.0.0.1'],
      [this.#proxy, this.#proxyAddress],
    ]) {
      server.on('connection', (socket) => this.#keep(socket))
      await once(server.listen(0, at), 'listening')
    }
    return this
  }

  get proxyUrl() {
    return `http://${this.#proxyAddress}:${this.#proxy.address().port}`
  }

  get loopbackOrigin() {
    return `https://127.0.0.1:${this.port}`
  }

  get port() {
    return this.#server.address().port
  }

  put(origin, site) {
    this.#sites.set(origin, [...(this.#sites.get(origin) ?? []), site])
    return this
  }

  cutOff(origin) {
    this.#outOfReach.add(origin)
    return this
  }

  fallSilent(whenAsked = () => {}) {
    this.#silence = whenAsked
    return this
  }

  holdBack(brake) {
    this.#brake = brake
    return this
  }

  async tunnelTo(origin) {
    for (;;) {
      const tunnel = this.tunnels.findLast((tunnel) => tunnel.origin === origin)
      if (tunnel) return tunnel
      await once(this.#arrivals, 'tunnel')
    }
  }

  mostInFlight(origin) {
    return this.#most.get(origin) ?? 0
  }

  receivedBy(origin) {
    return this.exchanges.map(({ request }) => request).filter((request) => request.origin === origin)
  }

  async close() {
    for (const connection of this.#connections) connection.destroy()
    await Promise.all([this.#server, this.#proxy].map((server) => promisify(server.close.bind(server))()))
    if (this.unexpected.length > 0) throw new Error(`unexpected: ${this.unexpected.join(', ')}`)
  }

  async #serve(incoming, outgoing, scheme) {
    const request = await receive(incoming, outgoing, scheme).catch(() => undefined)
    // A client that left before its request was complete has asked for nothing.
    if (!request) return
    this.#countIn(request, outgoing)
    const answered = this.#watch?.(request)
    if (scheme === 'https') await this.#brake?.(request)
    const answer = this.#answer(request)
    answered?.(answer)
    send(outgoing, request, answer)
  }

  #countIn({ origin }, outgoing) {
    const count = (this.#inFlight.get(origin) ?? 0) + 1
    this.#inFlight.set(origin, count)
    this.#most.set(origin, Math.max(count, this.mostInFlight(origin)))
    outgoing.once('close', () => this.#inFlight.set(origin, this.#inFlight.get(origin) - 1))
  }

  #answer(request) {
    const given = this.#silence ? { ...reply(0), silent: true } : this.#fromSite(request)
    if (!this.#isForgetful) this.exchanges.push({ request, reply: given })
    this.#silence?.()
    return given
  }

  #fromSite(request) {
    for (const site of this.#sites.get(request.origin) ?? []) {
      const answer = site(request)
      if (answer) return answer
    }
    return this.#complain(`${request.method} ${request.origin}${request.url}`)
  }

  #complain(what) {
    this.unexpected.push(what)
    return reply(UNEXPECTED, `unexpected: ${what}`)
  }

  /** The client's socket goes straight to the TLS server, so that a proxied request costs no second connection. */
  #tunnel({ url }, client, head) {
    this.#keep(client)
    const { origin } = new URL(`https://${url}`)
    const isKnown = this.#sites.has(origin) || this.#silence !== undefined
    if (!isKnown || this.#outOfReach.has(origin)) {
      if (!this.#outOfReach.has(origin)) this.#complain(`CONNECT ${url}`)
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      return
    }
    this.#note(origin, client)
    client.setNoDelay(true)
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
    if (head.length > 0) client.unshift(head)
    this.#server.emit('connection', client)
  }

  #note(origin, client) {
    const tunnel = { origin, isOpen: true, cut: () => client.destroy() }
    this.tunnels.push(tunnel)
    client.once('close', () => {
      tunnel.isOpen = false
    })
    this.#arrivals.emit('tunnel')
  }

  #keep(connection) {
    if (this.#connections.has(connection)) return
    this.#connections.add(connection)
    connection.on('error', () => connection.destroy())
    connection.once('close', () => this.#connections.delete(connection))
  }
}

module.exports = { AUTHORITY, certificate, Internet }
