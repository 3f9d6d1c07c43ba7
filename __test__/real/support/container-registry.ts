import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './port'
import { Program } from './program'

/** The registry of the crate `container-registry`: images of one platform under names of two parts, and no lists of tags. */
export class ContainerRegistry {
  private constructor(
    readonly host: string,
    private readonly program: Program,
    private readonly directory: string,
  ) {}

  /** With a password, any user name that comes with it may read and write; without one, anybody may. */
  static async start(password?: string): Promise<ContainerRegistry> {
    const directory = await mkdtemp(join(tmpdir(), 'container-registry-'))
    const port = await freePort()
    const host = `127.0.0.1:${port}`
    const args = ['--bind', host, '--storage', directory, ...(password ? ['--password', password] : [])]
    const program = await Program.start('container-registry', args, port)
    return new ContainerRegistry(host, program, directory)
  }

  async stop(): Promise<void> {
    await this.program.stop()
    await rm(this.directory, { recursive: true })
  }
}
