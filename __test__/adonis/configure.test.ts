import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { configure } from '../..'

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
  return { asked, command: { createCodemods: async () => codemods } }
}

test('configure writes settings, environment and provider', async () => {
  const { asked, command } = recorder()
  await configure(command)
  expect(asked.addProvider).toEqual(['container-registry-service/adonis/provider'])

  const [root, stub] = asked.makeUsingStub as [string, string]
  expect(existsSync(join(root, stub))).toBe(true)
  const settings = readFileSync(join(root, stub), 'utf8')
  const [{ variables }] = asked.defineEnvValidations as [{ variables: Record<string, string> }]
  const read = [...settings.matchAll(/env\.get\('(\w+)'/g)].map(([, name]) => name)
  expect(Object.keys(variables).sort()).toEqual(read.sort())
  expect(asked.defineEnvVariables).toEqual([Object.fromEntries(read.map((name) => [name, '']))])
})
