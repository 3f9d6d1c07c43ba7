import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { markdownTable } from '../support/markdown'
import { useWorld } from './support/world'
import { ANSWERS } from './symptoms/answers'
import { CREDENTIALS } from './symptoms/credentials'
import { WAYS } from './symptoms/ways'

const PAGE = join(__dirname, '..', '..', 'docs', 'registries.md')

const openWorld = useWorld()

describe.each([
  ['answers', 'a failure never looks like an answer', ANSWERS],
  ['credentials', 'credentials that live', CREDENTIALS],
  ['ways', 'ways there', WAYS],
] as const)('%s: %s', (block, _, symptoms) => {
  const seen = new Map<string, string>()
  const range = new RegExp(`(?<=<!-- ${block} -->\\n)[\\s\\S]*?(?=<!-- /${block} -->)`)
  const table = () =>
    markdownTable(
      ['what is seen', 'what is made of it'],
      symptoms.map(({ what }) => [what, seen.get(what) ?? '?']),
    )

  test.each(symptoms.map((symptom) => [symptom.what, symptom] as const))('%s', async (what, symptom) => {
    const outcome = await symptom.seen(openWorld())
    seen.set(what, outcome)
    expect(outcome).toBe(symptom.is)
  })

  // WRITE_TABLE=1 puts what was seen where it is looked for.
  test('the table in docs/registries.md is what was seen', () => {
    const page = readFileSync(PAGE, 'utf8')
    if (process.env.WRITE_TABLE) writeFileSync(PAGE, page.replace(range, table()))
    expect(range.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(table())
  })
})
