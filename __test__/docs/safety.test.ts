import { told } from './support/page'

test('the answers in docs/safety.md are those that its code is given', async () => {
  const { promised, answers } = await told(
    'docs/safety.md',
    /^(await (?:lives|parts|offered|risks|weaknesses|signatures)\(.*\)|String\(.*\)) \/\/ (.+)$/gm,
  )
  expect(promised.length).toBeGreaterThan(15)
  expect(answers).toEqual(promised)
})
