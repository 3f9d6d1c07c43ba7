import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ATTACKS } from './attacks'
import { markdown } from './support/markdown'

const ROOT = join(__dirname, '../..')
const DOCS = join(ROOT, 'docs', 'reliability.md')
const BLOCK = /(?<=<!-- attacks -->\n)[\s\S]*?(?=<!-- \/attacks -->)/

const table = new Map<string, string>()

test.each(ATTACKS)('$attack: $made', async ({ attack, made, run }) => {
  const seen = await run()
  table.set(attack, seen)
  expect(seen).toBe(made)
})

describe('the table of attacks', () => {
  const printed = () =>
    markdown(
      ['attack', 'what is made of it', 'held in more detail by'],
      ATTACKS.map(({ attack, tests }) => [
        attack,
        table.get(attack) ?? '?',
        tests.map((file) => `\`${file}\``).join(', '),
      ]),
    )

  // WRITE_TABLE=1 puts what was seen where it is looked for.
  if (process.env.WRITE_TABLE) {
    beforeAll(() => writeFileSync(DOCS, readFileSync(DOCS, 'utf8').replace(BLOCK, printed())))
  }

  test('is what was seen', () => {
    expect(BLOCK.exec(readFileSync(DOCS, 'utf8'))?.[0]).toBe(printed())
  })

  test.each([...new Set(ATTACKS.flatMap(({ tests }) => tests))])('names %s, which is there', (file) => {
    expect(() => readFileSync(join(ROOT, file))).not.toThrow()
  })
})
