import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { ServiceOptions } from '../../..'
import type { Ended } from '../../support/child'

const BIN = join(__dirname, '../../../bin')

/** Variables that would change what a command says or where it asks. */
const NEUTRAL = { PATH: process.env.PATH, HOME: '/nonexistent', LANG: 'C.UTF-8' }

/** A folder of its own for a test, in which commands are run. */
export class Desk {
  private constructor(readonly folder: string) {}

  static async open(): Promise<Desk> {
    return new Desk(await mkdtemp(join(tmpdir(), 'command-line-')))
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true })
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  /** Puts a file on the desk and answers its path. */
  async file(name: string, content: string): Promise<string> {
    await mkdir(dirname(this.path(name)), { recursive: true })
    await writeFile(this.path(name), content)
    return this.path(name)
  }

  /** Arguments that give a command these options of the class. */
  async config(options: ServiceOptions): Promise<string[]> {
    return ['--config', await this.file('config.json', JSON.stringify(options))]
  }

  /** Runs the command line to its end, with its output in pipes. */
  run(args: string[], env: Record<string, string> = {}, input?: string): Promise<Ended> {
    return this.node([join(BIN, 'container-registry-service.mjs'), ...args], env, input)
  }

  /** Runs a program that has one of the command line's modules as `it`, and answers what it printed as JSON. */
  async evaluate(module: string, program: string): Promise<unknown> {
    const source = `const it = await import(${JSON.stringify(join(BIN, module))})\n${program}`
    const { status, stdout, stderr } = await this.node(['--input-type=module', '-e', source])
    if (status !== 0) throw new Error(stderr)
    return JSON.parse(stdout)
  }

  private async node(args: string[], env: Record<string, string> = {}, input?: string): Promise<Ended> {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...NEUTRAL, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    // A command that ends without reading closes the pipe.
    child.stdin.on('error', () => undefined).end(input)
    const ended = [text(child.stdout), text(child.stderr), once(child, 'exit')] as const
    const [stdout, stderr, [status]] = await Promise.all(ended)
    return { status, stdout, stderr }
  }
}

/** A desk for each test of a file. */
export function useDesk(): () => Desk {
  let desk: Desk
  beforeEach(async () => {
    desk = await Desk.open()
  })
  afterEach(() => desk.close())
  return () => desk
}
