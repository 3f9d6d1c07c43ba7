import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { configure } from '../..'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'configure-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** Records what is asked of the framework's codemods. */
function recorder() {
  const asked: Record<string, unknown[]> = {}
  const record =
    (name: string) =>
    async (...args: unknown[]) => {
      asked[name] = args
    }
  const codemods = {
    makeUsingStub: record('makeUsingStub'),
    defineEnvVariables: record('defineEnvVariables'),
    defineEnvValidations: record('defineEnvValidations'),
    updateRcFile: async (change: (rcFile: object) => void) => change({ addProvider: record('addProvider') }),
  }
  const app = { makePath: (path: string) => join(root, path) }
  return { asked, command: { app, createCodemods: async () => codemods } }
}

test('configure writes settings, environment and provider', async () => {
  const { asked, command } = recorder()
  await configure(command)
  expect(asked.addProvider).toEqual(['container-registry-service/adonis/provider'])

  const [stubs, stub] = asked.makeUsingStub as [string, string]
  expect(existsSync(join(stubs, stub))).toBe(true)
  const settings = readFileSync(join(stubs, stub), 'utf8')
  const [{ variables }] = asked.defineEnvValidations as [{ variables: Record<string, string> }]
  const read = [...settings.matchAll(/env\.get\('(\w+)'/g)].map(([, name]) => name)
  expect(Object.keys(variables).sort()).toEqual(read.sort())
  expect(asked.defineEnvVariables).toEqual([Object.fromEntries(read.map((name) => [name, '']))])
})

test('the files that the codemods change end as they did, and as linters want them', async () => {
  mkdirSync(join(root, 'start'))
  const env = join(root, 'start/env.ts')
  for (const name of ['.env', '.env.example']) writeFileSync(join(root, name), 'GITHUB_TOKEN=')
  writeFileSync(env, 'export default await Env.create({\n  GITHUB_TOKEN: Env.schema.string.optional()\n})')
  await configure(recorder().command)
  expect(readFileSync(join(root, '.env'), 'utf8')).toBe('GITHUB_TOKEN=\n')
  expect(readFileSync(join(root, '.env.example'), 'utf8')).toBe('GITHUB_TOKEN=\n')
  expect(readFileSync(env, 'utf8')).toMatch(/optional\(\),\n\}\)\n$/)
})

describe('in an app that has prettier', () => {
  const LOOSE = 'export default  {}\n'
  const rc = () => join(root, 'adonisrc.ts')

  // Stands in for prettier, by which a text is formatted when it has no two blanks in a row.
  beforeEach(() => {
    mkdirSync(join(root, 'node_modules/prettier'), { recursive: true })
    writeFileSync(
      join(root, 'node_modules/prettier/index.js'),
      `exports.resolveConfig = async () => ({})
      exports.check = async (text) => !text.includes('  ')
      exports.format = async (text) => text.replace(/ +/g, ' ')`,
    )
  })

  /** Codemods that leave a file in another format. */
  const loosening = () => {
    const { command } = recorder()
    const codemods = { updateRcFile: async () => writeFileSync(rc(), LOOSE) }
    return { ...command, createCodemods: async () => ({ ...(await command.createCodemods()), ...codemods }) }
  }

  test('a file that was formatted is so again', async () => {
    writeFileSync(rc(), 'export default {}\n')
    await configure(loosening())
    expect(readFileSync(rc(), 'utf8')).toBe('export default {}\n')
  })

  test('one that was not stays as it is', async () => {
    writeFileSync(rc(), LOOSE)
    await configure(loosening())
    expect(readFileSync(rc(), 'utf8')).toBe(LOOSE)
  })
})
