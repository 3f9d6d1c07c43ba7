import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '../..')
const CALL = /^(await newest\(.*\)) \/\/ (.+)$/gm

test('the answers in docs/policies.md are those that its code is given', async () => {
  const page = await readFile(join(ROOT, 'docs/policies.md'), 'utf8')
  const code = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block).join('\n')
  const promised = [...code.matchAll(CALL)].map(([, call, answer]) => [call, answer])
  expect(promised.length).toBeGreaterThan(10)

  // Below the package's root, so that the page's imports by its name lead to the checkout.
  await mkdir(join(ROOT, 'target'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, 'target/policies-'))
  try {
    const telling = code.replace(CALL, (_, call) => `console.log(String(${call}))`)
    await writeFile(join(folder, 'page.mjs'), telling)
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, 'page.mjs')])
    expect(stderr).toBe('')
    const told = stdout.trimEnd().split('\n')
    expect(promised.map(([call], index) => [call, told[index]])).toEqual(
      promised.map(([call, answer = '']) => [call, answer.replace(/^'(.*)'$/, '$1')]),
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})
