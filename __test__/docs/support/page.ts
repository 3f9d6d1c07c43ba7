import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

const ROOT = join(__dirname, '../../..')

/** The calls of a page's code with the answers that stand behind them, and with those that the code is given. */
export async function told(file: string, call: RegExp) {
  const page = await readFile(join(ROOT, file), 'utf8')
  const code = [...page.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, block = '']) => block).join('\n')
  const promised = [...code.matchAll(call)].map(([, line, answer = '']) => [
    line,
    answer.replace(/^'(.*)'$/, '$1'),
  ])
  // Below the package's root, so that the page's imports by its name lead to the checkout.
  await mkdir(join(ROOT, 'target'), { recursive: true })
  const folder = await mkdtemp(join(ROOT, 'target/page-'))
  try {
    const telling = code.replace(call, (_, line) => `console.log(String(${line}))`)
    await writeFile(join(folder, 'page.mjs'), telling)
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [join(folder, 'page.mjs')])
    expect(stderr).toBe('')
    const lines = stdout.trimEnd().split('\n')
    return { promised, answers: promised.map(([line], index) => [line, lines[index]]) }
  } finally {
    await rm(folder, { recursive: true })
  }
}
