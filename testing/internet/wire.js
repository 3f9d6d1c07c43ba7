'use strict'

const { once } = require('node:events')
const { connect, createServer } = require('node:net')
const { ownAddress } = require('../registry')

const HEAD_END = Buffer.from('\r\n\r\n')

/**
 * Hands things on in the order in which they came, each no earlier than its own delay says. See `index.d.ts`.
 */
class DelayLine {
  #deliver
  #clock
  #waiting = []
  #isArmed = false

  constructor(
    deliver,
    clock = { now: () => performance.now(), after: (time, act) => setTimeout(act, time) },
  ) {
    this.#deliver = deliver
    this.#clock = clock
  }

  put(thing, due) {
    const last = this.#waiting.at(-1)
    this.#waiting.push({ thing, due: Math.max(due, last?.due ?? due) })
    this.#arm()
  }

  #arm() {
    if (this.#isArmed || this.#waiting.length === 0) return
    this.#isArmed = true
    this.#clock.after(Math.max(0, this.#waiting[0].due - this.#clock.now()), () => {
      this.#isArmed = false
      const now = this.#clock.now()
      // Timers count whole milliseconds, so one may come a fraction early.
      while (this.#waiting.length > 0 && this.#waiting[0].due < now + 1) {
        this.#deliver(this.#waiting.shift().thing)
      }
      this.#arm()
    })
  }
}

/** A wire with a round trip between a client and the servers of an `Internet`. See `index.d.ts`. */
class Wire {
  opened = 0
  #roundTrip
  #far
  #ends = new Set()
  #direct = createServer({ allowHalfOpen: true }, (near) => this.#lead(near, this.#far.direct))
  #proxy = createServer({ allowHalfOpen: true }, (near) => this.#lead(near, this.#far.proxy, true))
  #proxyAddress = ownAddress()

  static async start(internet, roundTrip) {
    const { hostname, port } = new URL(internet.proxyUrl)
    const direct = { host: '127.0.0.1', port: internet.port }
    const wire = new Wire({ direct, proxy: { host: hostname, port: Number(port) } }, roundTrip)
    for (const [server, at] of [
      [wire.#direct, '127.0.0.1'],
      [wire.#proxy, wire.#proxyAddress],
    ]) {
      server.unref()
      await once(server.listen(0, at), 'listening')
    }
    return wire
  }

  constructor(far, roundTrip) {
    this.#far = far
    this.#roundTrip = roundTrip
  }

  get port() {
    return this.#direct.address().port
  }

  get proxyUrl() {
    return `http://${this.#proxyAddress}:${this.#proxy.address().port}`
  }

  close() {
    this.#direct.close()
    this.#proxy.close()
    for (const end of this.#ends) end.destroy()
  }

  /** TCP's handshake has taken place on this machine, so what follows it waits for a round trip. */
  #lead(near, target, isProxied = false) {
    this.opened += 1
    const ready = performance.now() + this.#roundTrip
    const far = connect({ ...target, allowHalfOpen: true })
    for (const end of [near, far]) {
      this.#ends.add(end)
      end.setNoDelay(true)
      end.on('error', () => end.destroy())
      end.once('close', () => this.#ends.delete(end))
    }
    let isOpen = false
    const pass = () => {
      isOpen = true
      this.#pass(near, far, ready)
      this.#pass(far, near, ready)
    }
    if (!isProxied) return pass()
    // The proxy stands beside the client, so its answer stands for TCP's handshake with the server.
    head(near, (asked) => far.write(asked))
    head(far, (answered) => {
      setTimeout(
        () => {
          near.write(answered)
          pass()
        },
        Math.max(0, ready - performance.now()),
      )
    })
    near.once('close', () => isOpen || far.destroy())
    far.once('close', () => isOpen || near.destroySoon())
  }

  /** Leads what comes from one end to the other, half a round trip later. */
  #pass(from, to, ready) {
    const line = new DelayLine((act) => act())
    const later = (act) => line.put(act, Math.max(performance.now(), ready) + this.#roundTrip / 2)
    from.on('data', (bytes) => later(() => to.writable && to.write(bytes)))
    from.on('end', () => later(() => to.end()))
    from.once('close', () => later(() => to.destroySoon()))
    from.resume()
  }
}

/** Reads the head of an HTTP message, and leaves what follows it in the socket. */
function head(socket, act) {
  let read = Buffer.alloc(0)
  const more = (bytes) => {
    read = Buffer.concat([read, bytes])
    const end = read.indexOf(HEAD_END)
    if (end < 0) return
    socket.off('data', more)
    socket.pause()
    const rest = read.subarray(end + HEAD_END.length)
    if (rest.length > 0) socket.unshift(rest)
    act(read.subarray(0, end + HEAD_END.length))
  }
  socket.on('data', more)
  socket.once('end', () => read.indexOf(HEAD_END) < 0 && socket.destroy())
}

module.exports = { DelayLine, Wire }
