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
  async run(name: string, ...args: string[]): Promise<unknown> {
    return (await this.runWithLog(name, ...args)).answer
  }

  /** The same, with the messages of the app's logger, which prints for itself and in its own time. */
  async runWithLog(name: string, ...args: string[]): Promise<{ answer: unknown; logged: string[] }> {
    const lines = await this.lines(name, args)
    const isLogged = (line: object): line is { msg: string } => 'msg' in line
    return {
      answer: lines.find((line) => !isLogged(line)),
      logged: lines.filter(isLogged).map(({ msg }) => msg),
    }
  }

  private async lines(name: string, args: string[]): Promise<object[]> {
    const program = join(this.directory, `${name}.mjs`)
    const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], { timeout: 20_000 })
    return stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true })
  }
}
