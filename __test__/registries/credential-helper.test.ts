import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { authorizationOf, basic, Registry, refusal } from '../../testing/registry'
import { stocked } from './support/catalogue'
import { MARKS, marksIn, wasSent } from './support/marks'
import { useWorld } from './support/world'

/** A credential helper's secret is shown to nobody but the registry, whatever goes wrong. */

const HOST = 'registry.example.org'
const PROGRAM = join(__dirname, 'fixtures', 'list-tags.cjs')
const GOOD = JSON.stringify({ ServerURL: HOST, Username: 'alice', Secret: MARKS.token })

const openWorld = useWorld()
const directory = mkdtempSync(join(tmpdir(), 'credential-helper-'))
afterAll(() => rmSync(directory, { recursive: true }))

test.each([
  ['fails and talks', `echo '${GOOD}'; echo '${MARKS.token}' >&2; exit 1`],
  ['prints half a document', `printf '%s' '${GOOD.slice(0, -1)}'`],
  ['prints a bare secret', `echo '"${MARKS.token}"'`],
  ['prints a list for a secret', `echo '{"Username":"alice","Secret":["${MARKS.token}"]}'`],
  ['ends by a signal', `echo '${GOOD}'; kill -9 $$`],
])('a helper that %s', async (_what, script) => {
  const { outcome, world } = await listTags(script)

  expect(outcome.code).toBe('AUTH_FAILED')
  expect(marksIn(outcome.said)).toEqual([])
  expect(wasSent(world.exchanges, MARKS.token)).toBe(false)
})

test('a helper whose secret is refused, and repeated', async () => {
  const { outcome, world } = await listTags(`echo '${GOOD}'`)

  expect(outcome.code).toBe('AUTH_FAILED')
  expect(marksIn(outcome.said)).toEqual([])
  expect(wasSent(world.exchanges, MARKS.token)).toBe(true)
})

/** Lists the tags of a registry that wants a password and takes none, in a process that finds the helper. */
async function listTags(script: string) {
  writeFileSync(join(directory, 'docker-credential-test'), `#!/bin/sh\ncat >/dev/null\n${script}\n`, {
    mode: 0o755,
  })
  writeFileSync(join(directory, 'config.json'), JSON.stringify({ credsStore: 'test' }))
  const world = openWorld()
  new Registry({
    host: HOST,
    repositories: { 'team/app': stocked() },
    guard: basic({ challenge: 'Basic realm="registry"' }),
    before({ headers }) {
      const { value } = authorizationOf(headers.authorization)
      return value ? refusal(401, 'UNAUTHORIZED', `${value} ${Buffer.from(value, 'base64')}`) : undefined
    },
  }).enter(world)
  const options = { proxy: world.proxyUrl, ca: world.ca, dockerConfig: directory }
  const env = { ...process.env, PATH: `${directory}${delimiter}${process.env.PATH}` }
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [PROGRAM, `${HOST}/team/app:1.0`, JSON.stringify(options)],
    { env },
  )
  const outcome: { code?: string; said: string[] } = JSON.parse(stdout)
  return { outcome: { ...outcome, said: [...outcome.said, stderr] }, world }
}
