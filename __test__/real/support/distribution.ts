import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import type { Certificate } from './certificate'
import type { Image, WrittenImage } from './layout'
import { type Login, push } from './push'

const execute = promisify(execFile)

export interface DistributionOptions {
  login?: Login
  tls?: Certificate
  /** Ask clients for a certificate of the same authority. */
  asksForCertificate?: boolean
  /** URL of a registry that it is a pull-through cache of. */
  upstream?: string
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

  static async start({
    login,
    tls,
    asksForCertificate,
    upstream,
  }: DistributionOptions = {}): Promise<Distribution> {
    const directory = await mkdtemp(join(tmpdir(), 'distribution-'))
    const clientcas = asksForCertificate && tls ? { clientcas: [tls.authority] } : {}
    const configuration = {
      version: '0.1',
      storage: { filesystem: { rootdirectory: join(directory, 'storage') } },
      http: {
        addr: '127.0.0.1:0',
        ...(tls && { tls: { certificate: tls.certificate, key: tls.key, ...clientcas } }),
      },
      ...(upstream && { proxy: { remoteurl: upstream } }),
      ...(login && { auth: { htpasswd: { realm: 'test', path: await writeHtpasswd(directory, login) } } }),
    }
    // JSON is YAML, too.
    const path = join(directory, 'config.yml')
    await writeFile(path, JSON.stringify(configuration))
    const registry = spawn('docker-registry', ['serve', path], { stdio: ['ignore', 'ignore', 'pipe'] })
    return new Distribution(await listening(registry), registry, directory, login)
  }

  /** Pushes an image under its tag, and says what was pushed. */
  push(repository: string, image: Image): Promise<WrittenImage> {
    return push(this.host, repository, image, this.login)
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
