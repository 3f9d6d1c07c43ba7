import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const ROOT = join(__dirname, '../..')
const page = (path: string) => readFileSync(join(ROOT, path), 'utf8')

/** Each promise with the tests that it names: `[file, test]`. */
const PROMISES = page('SECURITY.md')
  .split(/^- \*\*/m)
  .slice(1)
  .map((part) => {
    const [promise = ''] = part.split('**')
    const tests = [...part.matchAll(/^ {2}- `([^`]+)`: (.+)$/gm)].flatMap(([, file = '', names = '']) =>
      names.split('; ').map((name) => [file, name] as const),
    )
    return { promise, tests }
  })

test('promises are made', () => {
  expect(PROMISES.length).toBeGreaterThan(8)
})

test.each(PROMISES)('$promise', ({ tests }) => {
  expect(tests.length).toBeGreaterThan(0)
  for (const [file, name] of tests) expect([file, page(file)]).toEqual([file, expect.stringContaining(name)])
})

test('packages have no install script and are published with provenance', () => {
  const { scripts } = JSON.parse(page('package.json'))
  for (const script of ['preinstall', 'install', 'postinstall', 'prepare']) {
    expect(scripts).not.toHaveProperty(script)
  }
  expect(page('.github/workflows/release.yml')).toMatch(/publish\.mjs .*--provenance/)
})
