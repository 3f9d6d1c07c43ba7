import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Certificate } from './certificate'
import { type Image, type WrittenImage, writeLayout } from './layout'

const execute = promisify(execFile)

export interface Login {
  user: string
  password: string
}

export interface Guard {
  login?: Login
  tls?: Certificate
}

/** A Distribution registry as Debian packages it, on a free loopback port, with its own directory. */
export class Distribution {
  private constructor(
    /** `127.0.0.1:PORT`, what stands before the first slash of an image. */
    readonly host: string,
    private readonly process: ChildProcess,
    private readonly directory: string,
    private readonly login?: Login,
  ) {}

  static async start({ login, tls }: Guard = {}): Promise<Distribution> {
    const directory = await mkdtemp(join(tmpdir(), 'distribution-'))
    const configuration = {
      version: '0.1',
      storage: { filesystem: { rootdirectory: join(directory, 'storage') } },
      http: { addr: '127.0.0.1:0', ...(tls && { tls: { certificate: tls.certificate, key: tls.key } }) },
      ...(login && { auth: { htpasswd: { realm: 'test', path: await writeHtpasswd(directory, login) } } }),
    }
    // JSON is YAML, too.
    const path = join(directory, 'config.yml')
    await writeFile(path, JSON.stringify(configuration))
    const registry = spawn('docker-registry', ['serve', path], { stdio: ['ignore', 'ignore', 'pipe'] })
    return new Distribution(await listening(registry), registry, directory, login)
  }

  /** Pushes an image under each of its tags, and says what was pushed. */
  async push(repository: string, image: Image): Promise<WrittenImage> {
    const layout = join(this.directory, 'layouts', repository, image.tag)
    await mkdir(layout, { recursive: true })
    const written = await writeLayout(layout, image)
    const credentials = this.login ? [`--dest-creds=${this.login.user}:${this.login.password}`] : []
    await execute('skopeo', [
      '--insecure-policy',
      'copy',
      '--quiet',
      '--all',
      '--preserve-digests',
      '--dest-tls-verify=false',
      ...credentials,
      `oci:${layout}:${image.tag}`,
      `docker://${this.host}/${repository}:${image.tag}`,
    ])
    return written
  }

  async stop(): Promise<void> {
    const exited = once(this.process, 'exit')
    this.process.kill()
    await exited
    await rm(this.directory, { recursive: true })
  }
}

/** The registry logs the address it was given by the system. */
async function listening(registry: ChildProcess): Promise<string> {
  const log: string[] = []
  const lines = createInterface({ input: registry.stderr as NodeJS.ReadableStream })
  const address = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      log.push(line)
      const found = /listening on (127\.0\.0\.1:\d+)/.exec(line)?.[1]
      if (found) resolve(found)
    })
    registry.once('error', reject)
    registry.once('exit', () => reject(new Error(`docker-registry ended:\n${log.join('\n')}`)))
  })
  return address
}

async function writeHtpasswd(directory: string, { user, password }: Login): Promise<string> {
  const path = join(directory, 'htpasswd')
  // Distribution reads bcrypt only.
  await execute('htpasswd', ['-B', '-b', '-c', path, user, password])
  return path
}
