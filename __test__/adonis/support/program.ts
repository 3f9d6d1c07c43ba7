import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { transformFile } from '@swc/core'

const ROOT = join(__dirname, '..', '..', '..')
const FIXTURES = join(__dirname, '..', 'fixtures')

/**
 * The programs in `fixtures`, compiled to ES modules as an AdonisJS app is: with decorators and their metadata. They run
 * in Node processes of their own, because Jest cannot load the framework's modules.
 */
export class Programs {
  private constructor(private readonly directory: string) {}

  static async compile(): Promise<Programs> {
    // Below the package's root, so that they import the package by its name.
    const builds = join(ROOT, 'target')
    await mkdir(builds, { recursive: true })
    const directory = await mkdtemp(join(builds, 'adonis-'))
    for (const name of await readdir(FIXTURES)) {
      const { code } = await transformFile(join(FIXTURES, name), {
        configFile: false,
        swcrc: false,
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      })
      await writeFile(join(directory, `${basename(name, '.mts')}.mjs`), code)
    }
    return new Programs(directory)
  }

  /** Runs a program to its end and reads what it printed as JSON. */
  async run(name: string): Promise<unknown> {
    const { stdout } = await promisify(execFile)(process.execPath, [join(this.directory, `${name}.mjs`)])
    return JSON.parse(stdout)
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true })
  }
}
