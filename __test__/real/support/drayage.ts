import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './port'
import { Program } from './program'

/** drayage, a pull-through cache: each registry behind it is a first part of the path, and it lists no tags. */
export class Drayage {
  private constructor(
    readonly host: string,
    private readonly program: Program,
    private readonly directory: string,
  ) {}

  /** A cache of one registry, which it calls `registry.test`. */
  static async before(upstream: string): Promise<Drayage> {
    const directory = await mkdtemp(join(tmpdir(), 'drayage-'))
    const port = await freePort()
    const cache = join(directory, 'cache')
    await mkdir(cache)
    const path = join(directory, 'config.toml')
    const settings = [
      `listen = "127.0.0.1:${port}"`,
      `cache_dir = "${cache}"`,
      'manifest_ttl_seconds = 900',
      '[upstreams.registry_test]',
      `registry = "${upstream}"`,
    ]
    await writeFile(path, settings.join('\n'))
    const program = await Program.start('drayage', ['serve', '--config', path], port)
    return new Drayage(`127.0.0.1:${port}`, program, directory)
  }

  async stop(): Promise<void> {
    await this.program.stop()
    await rm(this.directory, { recursive: true })
  }
}
