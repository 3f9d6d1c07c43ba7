'use strict'

const { once } = require('node:events')
const { createServer } = require('node:net')
const { ownAddress, reply, UNEXPECTED } = require('../registry')
const { healthy } = require('./healthy.js')
const { message } = require('./message.js')

/** Sends the answer of a server without a fault. */
const none = (socket, { answer }) => {
  socket.write(answer.bytes())
}

/**
 * A registry, and GitHub's API, on a free loopback port. It writes HTTP/1.1 byte by byte, so that any byte can be a
 * wrong one. `fault` decides what happens to every request.
 */
class FaultServer {
  origin = ''
  /** Number of requests that arrived. */
  requests = 0
  #sockets = new Set()
  #fault
  #site
  #server

  static async start(fault, site) {
    const server = new FaultServer(fault, site)
    const address = ownAddress()
    await once(server.#server.listen(0, address), 'listening')
    server.#server.unref()
    server.origin = `http://${address}:${server.#server.address().port}`
    return server
  }

  constructor(fault, site = healthy()) {
    this.#fault = fault
    this.#site = site
    this.#server = createServer({ noDelay: true }, (socket) => this.#serve(socket))
  }

  close() {
    this.#server.close()
    for (const socket of this.#sockets) socket.destroy()
  }

  #serve(socket) {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.#sockets.delete(socket))
    let received = ''
    socket.on('data', (data) => {
      received += data.toString('latin1')
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const [line = ''] = received.slice(0, end).split('\r\n')
        received = received.slice(end + 4)
        this.#answer(socket, line)
      }
    })
  }

  #answer(socket, line) {
    this.requests += 1
    const [method = '', url = ''] = line.split(' ')
    const answer = message(this.#healthy(method, url), method === 'HEAD')
    this.#fault(url, method)(socket, { method, url, origin: this.origin, answer })
  }

  #healthy(method, url) {
    const { pathname, searchParams } = new URL(url, this.origin)
    const request = { method, url, path: pathname, query: searchParams, origin: this.origin, headers: {} }
    return this.#site(request) ?? reply(UNEXPECTED, `unexpected request: ${method} ${url}`)
  }
}

module.exports = { FaultServer, none }
