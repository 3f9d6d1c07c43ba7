import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from './port'

/** Debian's `redis-server` on a free port of this machine, keeping nothing on disk. */
export class RedisServer {
  private process?: ChildProcess

  private constructor(private readonly port: number) {}

  static async start(): Promise<RedisServer> {
    const server = new RedisServer(await freePort())
    await server.start()
    return server
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}/`
  }

  get host(): string {
    return `127.0.0.1:${this.port}`
  }

  /** Runs it, or runs it again where it was. */
  async start(): Promise<void> {
    const settings = ['--bind', '127.0.0.1', '--port', String(this.port), '--save', '', '--appendonly', 'no']
    this.process = spawn('redis-server', settings, { stdio: 'ignore' })
    while (!(await this.answers())) {
      if (this.process.exitCode !== null) throw new Error(`redis-server did not start on port ${this.port}`)
      await wait(10)
    }
  }

  /** Ends it, and everything it knew with it. */
  async stop(): Promise<void> {
    const process = this.process
    this.process = undefined
    if (!process || process.exitCode !== null) return
    const ended = once(process, 'exit')
    process.kill('SIGKILL')
    await ended
  }

  /** Stops it in its tracks, so that connections stay and nothing is answered. */
  freeze(): void {
    this.process?.kill('SIGSTOP')
  }

  thaw(): void {
    this.process?.kill('SIGCONT')
  }

  /** The names of all keys, sorted. */
  async keys(): Promise<string[]> {
    return ((await this.ask('KEYS', '*')) as string[]).sort()
  }

  /** Everything it holds: the names of all keys and their values, as bytes of latin1. */
  async contents(): Promise<string[]> {
    const keys = await this.keys()
    return Promise.all(keys.map(async (key) => `${key}\n${await this.ask('GET', key)}`))
  }

  /** Its answer to one command. */
  async ask(...command: string[]): Promise<unknown> {
    const socket = connect(this.port, '127.0.0.1')
    const parts = command.map((part) => `$${Buffer.byteLength(part, 'latin1')}\r\n${part}\r\n`)
    const closed = new Promise<never>((_, reject) => {
      socket.once('error', reject)
      socket.once('close', () => reject(new Error('redis-server closed the connection')))
    })
    closed.catch(() => {})
    socket.write(Buffer.from(`*${command.length}\r\n${parts.join('')}`, 'latin1'))
    let received = ''
    try {
      for (;;) {
        const [bytes] = (await Promise.race([once(socket, 'data'), closed])) as [Buffer]
        received += bytes.toString('latin1')
        const answer = parse(received)
        if (answer) return answer.value
      }
    } finally {
      socket.destroy()
    }
  }

  private async answers(): Promise<boolean> {
    return this.ask('PING').then(
      (answer) => answer === 'PONG',
      () => false,
    )
  }
}

/** A server for each test of a file. */
export function useRedis(): () => RedisServer {
  let server: RedisServer
  beforeEach(async () => {
    server = await RedisServer.start()
  })
  afterEach(() => server.stop())
  return () => server
}

/** The first value of a text in Redis' protocol (RESP2), and where it ends; undefined if it is not all there. */
function parse(text: string, start = 0): { value: unknown; end: number } | undefined {
  const lineEnd = text.indexOf('\r\n', start)
  if (lineEnd < 0) return undefined
  const [kind, line, rest] = [text[start], text.slice(start + 1, lineEnd), lineEnd + 2]
  if (kind === '+') return { value: line, end: rest }
  if (kind === ':') return { value: Number(line), end: rest }
  if (kind === '-') throw new Error(line)
  const length = Number(line)
  if (kind === '$') {
    if (length < 0) return { value: null, end: rest }
    const end = rest + length + 2
    return text.length < end ? undefined : { value: text.slice(rest, end - 2), end }
  }
  const values: unknown[] = []
  let end = rest
  for (let index = 0; index < length; index += 1) {
    const item = parse(text, end)
    if (!item) return undefined
    values.push(item.value)
    end = item.end
  }
  return { value: values, end }
}
