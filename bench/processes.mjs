import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url))
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !PROXIES.includes(name.toLowerCase())),
)

/** A child process that answers each message with one. */
class Child {
  #process

  constructor(module, env) {
    this.#process = fork(path(module), { env: { ...inherited, ...env }, execArgv: [] })
  }

  /** Returns the child's next message. Fails if the child ends instead, or sends nothing for `limit` milliseconds. */
  async next(limit) {
    const signal = AbortSignal.timeout(limit)
    const ended = new AbortController()
    const either = AbortSignal.any([signal, ended.signal])
    try {
      const [message] = await Promise.race([
        once(this.#process, 'message', { signal: either }),
        once(this.#process, 'exit', { signal: either }).then(([code, killed]) => {
          throw new Error(`A process of the bench ended with ${killed ?? code}`)
        }),
      ])
      return message
    } catch (error) {
      this.#process.kill('SIGKILL')
      throw signal.aborted ? new Error(`A process of the bench took longer than ${limit / 1000} s`) : error
    } finally {
      ended.abort()
    }
  }

  ask(message, limit) {
    const answer = this.next(limit)
    this.#process.send(message)
    return answer
  }

  async end() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return
    const exited = once(this.#process, 'exit')
    this.#process.disconnect()
    await exited
  }
}

/** The process with the servers of a side. */
export class StandIn {
  #child

  static async start({ latency, roundTrip }) {
    const standIn = new StandIn()
    standIn.#child = new Child('stand-in/main.mjs', {
      BENCH_LATENCY: latency,
      BENCH_ROUND_TRIP: roundTrip,
    })
    Object.assign(standIn, await standIn.#child.next(30_000))
    return standIn
  }

  forget() {
    return this.#child.ask('forget', 10_000)
  }

  report() {
    return this.#child.ask('report', 10_000)
  }

  trace() {
    return this.#child.ask('trace', 10_000)
  }

  end() {
    return this.#child.end()
  }
}

/** A new process for one side, with the stand-in as its network. */
export class Subject {
  #child

  constructor(name, standIn, original) {
    this.#child = new Child('subject/main.mjs', {
      BENCH_SUBJECT: name,
      BENCH_ORIGINAL: original,
      BENCH_PORT: standIn.port,
      HTTPS_PROXY: standIn.proxy,
      NODE_EXTRA_CA_CERTS: standIn.authority,
    })
  }

  /** Takes a step and returns its measures. */
  async take(step, limit) {
    const measures = await this.#child.ask(step, limit)
    if (measures.failed) throw new Error(`${step.do}: ${measures.failed}`)
    return measures
  }

  end() {
    return this.#child.end()
  }
}
