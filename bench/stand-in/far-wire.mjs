/** The wire to the stand-in. It has a thread of its own, because a real one takes no time from the servers behind it. */
import { once } from 'node:events'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import internet from '../../testing/internet/index.js'

/** A wire in another thread. */
export class FarWire {
  #thread

  static async start({ port, proxyUrl }, roundTrip) {
    const wire = new FarWire()
    wire.#thread = new Worker(new URL(import.meta.url), { workerData: { port, proxyUrl, roundTrip } })
    Object.assign(wire, await wire.#next())
    return wire
  }

  /** Returns how many connections clients have opened. */
  opened() {
    this.#thread.postMessage('opened')
    return this.#next()
  }

  async #next() {
    const [message] = await once(this.#thread, 'message')
    return message
  }
}

if (!isMainThread) {
  const wire = await internet.Wire.start(workerData, workerData.roundTrip)
  parentPort.on('message', () => parentPort.postMessage(wire.opened))
  parentPort.postMessage({ port: wire.port, proxyUrl: wire.proxyUrl })
}
