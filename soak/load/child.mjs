import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Variables of the environment that would lead a process past the registries of the load. */
const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy']
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !PROXIES.includes(name.toLowerCase())),
)

/** A process of the load, which answers each message with one. */
export class Child {
  #process

  constructor(url, env = {}) {
    this.#process = fork(url, { env: { ...inherited, ...env }, execArgv: [] })
  }

  /** Its next message. Fails if the process ends instead, or says nothing for so many seconds. */
  async next(seconds) {
    const over = AbortSignal.timeout(seconds * 1000)
    const heard = new AbortController()
    const signal = AbortSignal.any([over, heard.signal])
    try {
      const [message] = await Promise.race([
        once(this.#process, 'message', { signal }),
        once(this.#process, 'exit', { signal }).then(([code, killed]) => {
          throw new Error(`A process of the load ended with ${killed ?? code}`)
        }),
      ])
      return message
    } catch (error) {
      this.#process.kill('SIGKILL')
      throw over.aborted ? new Error(`A process of the load took longer than ${seconds} s`) : error
    } finally {
      heard.abort()
    }
  }

  ask(message, seconds) {
    const answer = this.next(seconds)
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

/** The registries at scale, in a process of their own. */
export async function startRegistries() {
  const child = new Child(new URL('scale/registries.mjs', import.meta.url))
  const { proxy, ca } = await child.next(30)
  return {
    proxy,
    ca,
    /** Forgets what was counted. */
    forget: () => child.ask('forget', 10),
    /** What was counted. Fails if there was a request that they do not know. */
    async counts() {
      const { counts, unexpected } = await child.ask('counts', 10)
      if (unexpected.length > 0) throw new Error(`Unexpected requests: ${unexpected.slice(0, 3).join(', ')}`)
      return counts
    },
    end: () => child.end(),
  }
}
