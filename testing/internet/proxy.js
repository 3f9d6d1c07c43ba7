'use strict'

const { once } = require('node:events')
const { createServer, request } = require('node:http')
const { connect } = require('node:net')
const { ownAddress } = require('../registry')

/** Leads every request to one server, whatever host a client means. See `index.d.ts`. */
class FakeProxy {
  asked = []
  origin = ''
  #host
  #port
  #wantsPassword
  #ends = new Set()
  #server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing))

  static async start(target, { tunnels = true, wantsPassword = false } = {}) {
    const proxy = new FakeProxy(target, wantsPassword)
    proxy.#server.on('connect', (incoming, client) => proxy.#tunnel(incoming, client, tunnels))
    proxy.#server.unref()
    const address = ownAddress()
    await once(proxy.#server.listen(0, address), 'listening')
    proxy.origin = `http://${address}:${proxy.#server.address().port}`
    return proxy
  }

  constructor(target, wantsPassword) {
    this.#wantsPassword = wantsPassword
    const [host, port] = target.split(':')
    this.#host = host
    this.#port = Number(port)
  }

  close() {
    this.#server.close()
    this.#server.closeAllConnections()
    for (const end of this.#ends) end.destroy()
  }

  #forward(incoming, outgoing) {
    this.asked.push(`${incoming.method} ${incoming.url}`)
    if (this.#wantsPassword) {
      outgoing.writeHead(407, { 'Proxy-Authenticate': 'Basic realm="proxy"' }).end()
      return
    }
    const { pathname, search } = new URL(incoming.url)
    const { method, headers } = incoming
    const onward = { host: this.#host, port: this.#port, path: pathname + search, method, headers }
    request(onward, (answer) => {
      outgoing.writeHead(answer.statusCode, answer.headers)
      answer.pipe(outgoing)
    }).end()
  }

  #tunnel({ url }, client, isAllowed) {
    this.asked.push(`CONNECT ${url}`)
    if (!isAllowed) {
      const status = this.#wantsPassword ? '407 Proxy Authentication Required' : '403 Forbidden'
      client.end(`HTTP/1.1 ${status}\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    const server = connect(this.#port, this.#host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      client.pipe(server).pipe(client)
    })
    for (const [end, other] of [
      [client, server],
      [server, client],
    ]) {
      this.#ends.add(end)
      end.on('error', () => end.destroy())
      end.on('close', () => {
        this.#ends.delete(end)
        other.destroy()
      })
    }
  }
}

module.exports = { FakeProxy }
