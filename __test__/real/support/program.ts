import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** Output that is kept, in characters: enough to say why a program did not start. */
const KEPT = 4_000

/** A server of this machine that runs until it is stopped. */
export class Program {
  /** The end of what it has printed. */
  output = ''

  private constructor(
    private readonly name: string,
    private readonly process: ChildProcess,
  ) {
    for (const stream of [process.stdout, process.stderr]) {
      stream?.on('data', (bytes) => {
        this.output = (this.output + bytes).slice(-KEPT)
      })
    }
  }

  /** Starts a program that stays in the foreground, and waits until it accepts connections on a port of loopback. */
  static async start(name: string, args: string[], port: number, options?: SpawnOptions): Promise<Program> {
    const child = spawn(name, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let failed: Error | undefined
    child.once('error', (error) => {
      failed = error
    })
    const program = new Program(name, child)
    while (!(await accepts(port))) {
      if (failed) throw failed
      if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}:\n${program.output}`)
      await wait(20)
    }
    return program
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) {
      throw new Error(`${this.name} had ended with ${this.process.exitCode}:\n${this.output}`)
    }
    const exited = once(this.process, 'exit')
    this.process.kill()
    await exited
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
