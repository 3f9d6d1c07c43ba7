import { once } from 'node:events'
import { request as requestOverHttp } from 'node:http'
import { connect } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { DelayLine, Internet, Wire } from '../../testing/internet'
import { reply } from '../../testing/registry'

describe('a delay line', () => {
  /** A clock that goes on when the test says so. */
  class Clock {
    time = 0
    #timers: { at: number; act: () => void }[] = []
    now = () => this.time
    after = (milliseconds: number, act: () => void) =>
      void this.#timers.push({ at: this.time + milliseconds, act })
    goOn(to: number) {
      for (;;) {
        const next = this.#timers.sort((a, b) => a.at - b.at)[0]
        if (!next || next.at > to) break
        this.#timers.shift()
        this.time = next.at
        next.act()
      }
      this.time = to
    }
  }

  test('hands each thing on when it is due, and in the order in which it came', () => {
    const clock = new Clock()
    const handed: string[] = []
    const line = new DelayLine<string>((thing) => handed.push(`${thing} at ${clock.time}`), clock)
    line.put('a', 40)
    line.put('early, behind a', 10)
    line.put('b', 60)
    clock.goOn(39)
    expect(handed).toEqual([])
    clock.goOn(50)
    line.put('c', 55)
    clock.goOn(100)
    expect(handed).toEqual(['a at 40', 'early, behind a at 40', 'b at 60', 'c at 60'])
  })
})

describe('a wire', () => {
  const open = async () => {
    const internet = await new Internet().open()
    internet.put('https://one.example.org', ({ body }) => reply(200, body))
    const wire = await Wire.start(internet, 4)
    const end = async () => {
      wire.close()
      await internet.close()
    }
    return { internet, wire, end }
  }

  /** Posts a body over a TLS connection and returns what came back. */
  const echoed = async (socket: NodeJS.ReadWriteStream, body: Buffer) => {
    const head = `POST / HTTP/1.1\r\nHost: one.example.org\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`
    socket.write(head)
    for (let at = 0; at < body.length; at += 1000) socket.write(body.subarray(at, at + 1000))
    const chunks: Buffer[] = []
    for await (const chunk of socket) chunks.push(chunk as Buffer)
    const all = Buffer.concat(chunks)
    return all.subarray(all.indexOf('\r\n\r\n') + 4)
  }
  const body = Buffer.from(Array.from({ length: 50_000 }, (_, index) => `${index},`).join(''))
  const tls = (internet: Internet) => ({ ca: internet.ca, servername: 'one.example.org' })

  test('changes no byte and keeps their order', async () => {
    const { internet, wire, end } = await open()
    const socket = connectTls({ host: '127.0.0.1', port: wire.port, ...tls(internet) })
    expect((await echoed(socket, body)).equals(body)).toBe(true)
    expect(wire.opened).toBe(1)
    await end()
  })

  test('leads through the proxy, whose refusals come through', async () => {
    const { internet, wire, end } = await open()
    internet.put('https://gone.example.org', () => reply(200)).cutOff('https://gone.example.org')
    const { hostname, port } = new URL(wire.proxyUrl)
    const tunnel = async (path: string) => {
      const asked = requestOverHttp({ host: hostname, port, method: 'CONNECT', path }).end()
      const [answer, socket] = await once(asked, 'connect')
      return { status: answer.statusCode, socket }
    }
    const { status, socket } = await tunnel('one.example.org:443')
    expect(status).toBe(200)
    expect((await echoed(connectTls({ socket, ...tls(internet) }), body)).equals(body)).toBe(true)
    expect((await tunnel('gone.example.org:443')).status).toBe(502)
    expect(wire.opened).toBe(2)
    await end()
  })

  test('ends what a client has left', async () => {
    const { wire, end } = await open()
    const { hostname, port } = new URL(wire.proxyUrl)
    for (const options of [
      { host: hostname, port: Number(port) },
      { host: '127.0.0.1', port: wire.port },
    ]) {
      const socket = connect(options)
      await once(socket, 'connect')
      socket.end()
      socket.resume()
      await once(socket, 'close')
    }
    await end()
  })
})
