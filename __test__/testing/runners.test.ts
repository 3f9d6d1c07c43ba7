import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '..', '..')
const LONGEST = 15

const JAPA = `import { assert } from '@japa/assert'
import { configure, run } from '@japa/runner'
configure({ files: ['newest.spec.js'], plugins: [assert()] })
await run()
`

/** What each section of the page shows: the name of its file, and the file. */
let examples: Map<string, { name: string; code: string }>
let app: string

// An app that has the package as it is published, but without a binary, and whose tests are those of the documentation.
beforeAll(async () => {
  const page = await readFile(join(ROOT, 'docs/testing.md'), 'utf8')
  const sections = page.split(/^#+ /m).map((text) => {
    const [, name = '', code = ''] = /^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/m.exec(text) ?? []
    return [text.split('\n', 1)[0] ?? '', { name, code }] as const
  })
  examples = new Map(sections.filter(([, { name }]) => name !== ''))

  await mkdir(join(ROOT, 'target'), { recursive: true })
  app = await mkdtemp(join(ROOT, 'target/testing-'))
  const installed = join(app, 'node_modules/container-registry-service')
  for (const part of ['package.json', 'index.js', 'js', 'testing']) {
    await cp(join(ROOT, part), join(installed, part), { recursive: true })
  }
  await writeFile(join(app, 'package.json'), '{ "type": "module" }')
  for (const runner of examples.keys()) await write(runner)
  await writeFile(join(app, 'Japa/japa.js'), JAPA)
})

afterAll(() => rm(app, { recursive: true }))

const folderOf = (runner: string) => runner.replace(/\W+/g, '-')

/** A project of a runner has the function that is tested, and the test; the runner has its default configuration. */
async function write(runner: string) {
  const shown = [examples.get('A fake service'), examples.get(runner)]
  const folder = join(app, folderOf(runner))
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  for (const { name, code } of shown.filter((example) => example !== undefined)) {
    await writeFile(join(folder, name), code)
  }
}

async function run(runner: string, ...args: string[]): Promise<string> {
  // Runners take what they print from the environment, and Jest's own marks would confuse them.
  const env = {
    PATH: process.env.PATH,
    NO_COLOR: '1',
    NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
  }
  const cwd = join(app, folderOf(runner))
  const child = await promisify(execFile)(process.execPath, args, { cwd, env, timeout: 25_000 })
  return child.stdout + child.stderr
}

const bin = (path: string) => join(ROOT, 'node_modules', path)

test('there is no binary', async () => {
  expect(await run('', '-e', "console.log(require('container-registry-service').hasBinary())")).toBe(
    'false\n',
  )
})

test('every example is short', () => {
  expect([...examples.keys()]).toEqual([
    'A fake service',
    'Jest',
    'Vitest',
    'Japa',
    'node:test, with a clock',
  ])
  for (const { code } of examples.values()) {
    expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(LONGEST)
  }
})

test('Jest', async () => {
  expect(await run('Jest', bin('jest/bin/jest.js'))).toMatch(/Tests: +1 passed, 1 total/)
})

test('Vitest', async () => {
  expect(await run('Vitest', bin('vitest/vitest.mjs'), 'run')).toMatch(/Tests +1 passed \(1\)/)
})

test('Japa', async () => {
  expect(await run('Japa', 'japa.js')).toMatch(/Tests +1 passed \(1\)/)
})

test('node:test', async () => {
  expect(await run('node:test, with a clock', '--test', '--test-reporter=tap')).toMatch(/^# pass 1$/m)
})
