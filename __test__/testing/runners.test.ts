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

let examples: Map<string, string>
let app: string

// An app that has the package as it is published, but without a binary, and whose tests are those of the documentation.
beforeAll(async () => {
  const page = await readFile(join(ROOT, 'docs/testing.md'), 'utf8')
  const blocks = page.matchAll(/^```js\n\/\/ (\S+)\n([\s\S]*?)^```$/gm)
  examples = new Map([...blocks].map(([, name = '', code = '']) => [name, code]))

  await mkdir(join(ROOT, 'target'), { recursive: true })
  app = await mkdtemp(join(ROOT, 'target/testing-'))
  const installed = join(app, 'node_modules/container-registry-service')
  for (const part of ['package.json', 'index.js', 'js', 'testing']) {
    await cp(join(ROOT, part), join(installed, part), { recursive: true })
  }
  await writeFile(join(app, 'package.json'), '{ "type": "module" }')
  await writeFile(join(app, 'japa.js'), JAPA)
  for (const [name, code] of examples) await writeFile(join(app, name), code)
})

afterAll(() => rm(app, { recursive: true }))

async function run(...args: string[]): Promise<string> {
  // Runners take what they print from the environment, and Jest's own marks would confuse them.
  const env = {
    PATH: process.env.PATH,
    NO_COLOR: '1',
    NODE_OPTIONS: '--experimental-vm-modules --no-warnings',
  }
  const child = await promisify(execFile)(process.execPath, args, { cwd: app, env, timeout: 25_000 })
  return child.stdout + child.stderr
}

const bin = (path: string) => join(ROOT, 'node_modules', path)

test('there is no binary', async () => {
  expect(await run('-e', "console.log(require('container-registry-service').hasBinary())")).toBe('false\n')
})

test('every example is short', () => {
  expect([...examples.keys()]).toEqual([
    'newest.js',
    'newest.jest.mjs',
    'newest.vitest.js',
    'newest.spec.js',
    'newest.node.js',
  ])
  for (const code of examples.values()) expect(code.trimEnd().split('\n').length).toBeLessThanOrEqual(LONGEST)
})

test('Jest', async () => {
  const config = JSON.stringify({ rootDir: app, testMatch: ['**/*.jest.mjs'], transform: {}, haste: {} })
  expect(await run(bin('jest/bin/jest.js'), '--config', config)).toMatch(/Tests: +1 passed, 1 total/)
})

test('Vitest', async () => {
  await writeFile(join(app, 'vitest.config.js'), "export default { test: { include: ['*.vitest.js'] } }")
  expect(await run(bin('vitest/vitest.mjs'), 'run')).toMatch(/Tests +1 passed \(1\)/)
})

test('Japa', async () => {
  expect(await run('japa.js')).toMatch(/Tests +1 passed \(1\)/)
})

test('node:test', async () => {
  expect(await run('--test', '--test-reporter=tap', 'newest.node.js')).toMatch(/^# pass 1$/m)
})
