import { existsSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { Fault } from '../../fault.mjs'

const MAX_BYTES = 16 * 1024 * 1024

/**
 * The address of the container engine: `DOCKER_HOST` or `CONTAINER_HOST`, else the first socket of Docker or Podman that
 * is there.
 *
 * @throws Fault for an address that is no socket of this machine.
 */
export function socketOf(env) {
  const named = ['DOCKER_HOST', 'CONTAINER_HOST'].find((name) => env[name])
  if (named === undefined) return usual(env)
  const [, path] = /^(?:unix:\/\/|npipe:\/\/)?(\/.+|\\\\.+)$/.exec(env[named]) ?? []
  if (path) return path
  throw new Fault(`${named} is ${env[named]}; only unix:// (npipe:// on Windows) can be asked.`)
}

function usual(env) {
  if (process.platform === 'win32') return '//./pipe/docker_engine'
  const own = env.XDG_RUNTIME_DIR
  const sockets = [
    '/var/run/docker.sock',
    own && join(own, 'docker.sock'),
    own && join(own, 'podman/podman.sock'),
    '/run/podman/podman.sock',
    env.HOME && join(env.HOME, '.docker/run/docker.sock'),
  ]
  return sockets.find((path) => path && existsSync(path)) ?? sockets[0]
}

/** Asks the engine at a socket. All questions together end within the time of `signal`. */
export class Engine {
  #socket
  #signal
  #seconds

  constructor(socket, timeoutMs = 10_000) {
    this.#socket = socket
    this.#signal = AbortSignal.timeout(timeoutMs)
    this.#seconds = timeoutMs / 1000
  }

  /** The answer to a question, as JSON. @throws Fault for anything else; its `status` is that of HTTP. */
  async ask(path) {
    try {
      return await this.#answer(path)
    } catch (error) {
      throw error instanceof Fault ? error : this.fault(this.#explained(error))
    }
  }

  fault(why, more = {}) {
    return Object.assign(new Fault(`Docker could not be asked at ${this.#socket}: ${why}`), more)
  }

  #answer(path) {
    return new Promise((resolve, reject) => {
      const options = { socketPath: this.#socket, path, headers: { Host: 'docker' }, signal: this.#signal }
      const sent = request(options, async (response) => {
        const { statusCode: status } = response
        try {
          const text = await this.#body(response, path)
          if (status !== 200) reject(this.fault(`${path} was answered with ${status}.`, { status }))
          else resolve(this.#json(text, path))
        } catch (error) {
          sent.destroy()
          reject(error)
        }
      })
      sent.on('error', reject)
      sent.end()
    })
  }

  async #body(response, path) {
    const chunks = []
    let length = 0
    for await (const chunk of response) {
      length += chunk.length
      if (length > MAX_BYTES)
        throw this.fault(`${path} was answered with more than ${MAX_BYTES / 1024 / 1024} MiB.`)
      chunks.push(chunk)
    }
    return Buffer.concat(chunks).toString('utf8')
  }

  #json(text, path) {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw this.fault(`${path} was not answered with JSON: ${error.message.slice(0, 200)}`)
    }
  }

  #explained({ name, code, message }) {
    if (name === 'AbortError' || name === 'TimeoutError')
      return `it did not answer within ${this.#seconds} s.`
    if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'nothing listens there. Is Docker running?'
    if (code === 'EACCES') return 'this user may not use the socket.'
    return message
  }
}
