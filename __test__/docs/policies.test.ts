import { told } from './support/page'

test('the answers in docs/policies.md are those that its code is given', async () => {
  const { promised, answers } = await told('docs/policies.md', /^(await newest\(.*\)) \/\/ (.+)$/gm)
  expect(promised.length).toBeGreaterThan(10)
  expect(answers).toEqual(promised)
})
