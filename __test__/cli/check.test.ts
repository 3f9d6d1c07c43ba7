import { multiPlatformImage, reply } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'

const desk = useDesk()
const fakes = useFakes()

const OLD = `${HOST}/team/old:1.0.0`
const NEW = `${HOST}/team/new:v2.1.0`
const LATEST = `${HOST}/team/new`
const MISSING = `${HOST}/team/missing:1.0.0`

/** Arguments that lead to a registry with an image that has updates, one that has none, and one that is not there. */
async function world() {
  const registry = await fakes.registry()
  const github = await fakes.github()
  github.repository('team/old', 'v1.0.0', 'v1.2.0')
  const labels = { 'org.opencontainers.image.source': 'https://github.com/team/old' }
  const image = (size: number) => multiPlatformImage({ platforms: ['linux/amd64'], labels, layers: [size] })
  const old = registry.repository('team/old')
  old.push('1.0.0', image(1)).push('1.1.0', image(2)).push('1.2.0', image(3_450_000)).push('2.0.0', image(4))
  const plain = multiPlatformImage({ platforms: ['linux/amd64'] })
  registry.repository('team/new').push('v2.1.0', plain).push('v2.0.0', plain).push('latest', plain)
  registry.server.always('GET /v2/team/missing/tags/list', reply(404))
  registry.server.always('GET /v2/team/missing/manifests/1.0.0', reply(404))
  return desk().config(wired({ registry, github }))
}

const URL = 'https://github.com/team/old/releases/tag/v1.2.0'
const UNKNOWN =
  'The tag latest has no order; whether it has changed is known only beside the digest of what is running'
const LOST = 'Failed to list tags for team/missing: 404'

test('a table shows what came of each image, without colours or a bar in a pipe', async () => {
  const args = ['check', OLD, NEW, LATEST, MISSING, '--arch', 'amd64', ...(await world())]
  const { status, stdout, stderr } = await desk().run(args)
  expect(stdout.split('\n')).toEqual([
    'image                                current          newest      download  beyond  release notes',
    `registry.example/team/old            1.0.0            1.2.0       3.5 MB    2.0.0   ${URL}`,
    'registry.example/team/new            v2.1.0           up to date',
    'registry.example/team/new            latest (v2.1.0)  no order                      floating tag, which moves on to newer images',
    `registry.example/team/missing:1.0.0                   failed                        NOT_FOUND: ${LOST}`,
    '',
    '1 update, 1 up to date, 1 without an order of versions, 1 failed',
    '',
    `registry.example/team/new: ${UNKNOWN}`,
    '',
  ])
  expect({ status, stderr }).toEqual({ status: 3, stderr: '' })
})

test('an image that is named by its digest alone has no tag', async () => {
  const digest = `sha256:${'4'.repeat(64)}`
  const images = [`${LATEST}@${digest}`, `${NEW}@${digest}`]
  const { stdout } = await desk().run(['check', ...images, '--arch', 'amd64', ...(await world())])
  const [, alone, tagged] = stdout.split('\n')
  expect(alone?.split(/ {2,}/)).toEqual([
    'registry.example/team/new',
    'sha256:444444444444',
    'no order',
    'a digest without a tag',
  ])
  expect(tagged).toMatch(/^registry\.example\/team\/new +v2\.1\.0 /)
})

test('Markdown shows the same', async () => {
  const args = ['check', OLD, NEW, MISSING, '--arch', 'amd64', '--markdown', ...(await world())]
  const { status, stdout } = await desk().run(args)
  expect(status).toBe(3)
  expect(stdout.split('\n')).toEqual([
    '| image | current | newest | download | beyond | release notes |',
    '| --- | --- | --- | ---: | --- | --- |',
    `| \`registry.example/team/old\` | \`1.0.0\` | \`1.2.0\` | 3.5 MB | \`2.0.0\` | <${URL}> |`,
    '| `registry.example/team/new` | `v2.1.0` | up to date |  |  |  |',
    `| \`registry.example/team/missing:1.0.0\` |  | failed |  |  | NOT_FOUND: ${LOST} |`,
    '',
    '1 update, 1 up to date, 1 failed',
    '',
  ])
})

test('JSON tells programs the whole report, with what an error says', async () => {
  const args = ['check', OLD, LATEST, MISSING, '--arch', 'amd64', '--json', ...(await world())]
  const { status, stdout } = await desk().run(args)
  const [old, latest, missing] = JSON.parse(stdout)
  expect(old).toMatchObject({ image: OLD, status: 'update-available', latest: { major: { tag: '2.0.0' } } })
  expect(old.updates.map(({ tag }: { tag: string }) => tag)).toEqual(['1.2.0', '1.1.0'])
  expect(latest).toMatchObject({ image: LATEST, status: 'unorderable', updates: [] })
  expect(missing).toMatchObject({
    image: MISSING,
    status: 'failed',
    error: { code: 'NOT_FOUND', message: LOST, transient: false, status: 404, host: expect.any(String) },
  })
  expect(status).toBe(3)
})

test.each([
  ['patch', '1.0.0', 'up to date'],
  ['minor', '1.0.0', '1.2.0'],
  ['major', '1.0.0', '2.0.0'],
  ['original', '1.0.0', '1.2.0'],
])('--policy %s moves %s to %s', async (policy, _, newest) => {
  const args = ['check', OLD, '--arch', 'amd64', '--policy', policy, ...(await world())]
  const { stdout } = await desk().run(args)
  expect(stdout.split('\n')[1]).toMatch(new RegExp(`team/old +1\\.0\\.0 +${newest.replaceAll('.', '\\.')} `))
})

test.each([
  ['updates', OLD, [], 0],
  ['updates, with the flag,', OLD, ['--fail-on-update'], 1],
  ['no updates, with the flag,', NEW, ['--fail-on-update'], 0],
])('the exit code of %s', async (_, image, flags, code) => {
  const { status } = await desk().run(['check', image, '--arch', 'amd64', ...flags, ...(await world())])
  expect(status).toBe(code)
})

test('an update is the exit code before a failure is', async () => {
  const { status } = await desk().run(['check', OLD, MISSING, '--fail-on-update', ...(await world())])
  expect(status).toBe(1)
})

test('what is named twice is checked and shown once', async () => {
  const { stdout } = await desk().run(['check', NEW, NEW, '--arch', 'amd64', ...(await world())])
  expect(stdout).toContain('\n1 up to date\n')
})

test('images of a Compose file are checked, each for its own platform', async () => {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  repository.push('1.0.0', multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'] }))
  repository.push('1.1.0', multiPlatformImage({ platforms: ['linux/arm64'] }))
  await desk().file('.env', `REGISTRY=${HOST}\n`)
  const service = (name: string, platform: string) =>
    `  ${name}: { image: "\${REGISTRY}/team/app:\${TAG:-1.0.0}", platform: ${platform} }\n`
  const yaml = `services:\n${service('here', 'linux/amd64')}${service('there', 'linux/arm64')}`
  const file = await desk().file('stack.yml', yaml)
  const args = ['check', '--file', file, '--json', ...(await desk().config(wired({ registry })))]
  const { stdout } = await desk().run(args)
  const found = JSON.parse(stdout).map(({ arch, status }: { arch: string; status: string }) => [arch, status])
  expect(found).toEqual([
    ['linux/amd64', 'up-to-date'],
    ['linux/arm64', 'update-available'],
  ])
})

test('a service that cannot be read fails the command, and the others are shown', async () => {
  const yaml = `services:\n  a: { image: "x:\${T:?set T}" }\n  b: { image: "${NEW}" }\n`
  await desk().file('compose.yml', yaml)
  const args = ['check', '--file', 'compose.yml', '--arch', 'amd64', ...(await world())]
  const { status, stdout, stderr } = await desk().run(args)
  expect({ status, stderr }).toEqual({ status: 3, stderr: '' })
  expect(stdout).toMatch(/^x:\$\{T:\?set T\} +failed +compose\.yml:2 a +T is required: set T\.$/m)
  expect(stdout).toContain('\n1 up to date, 1 failed\n')
})

test('a token in the environment goes to GitHub, and nowhere else', async () => {
  const registry = await fakes.registry({ token: false })
  const image = multiPlatformImage({ platforms: ['linux/amd64'] })
  registry.repository('team/new').push('v2.1.0', image)
  const env = { GITHUB_TOKEN: 'ghp_secret' }
  const args = ['check', NEW, '--arch', 'amd64', ...(await desk().config(wired({ registry })))]
  const { stdout, stderr } = await desk().run(args, env)
  expect(stdout).toContain('1 up to date')
  expect(JSON.stringify([stdout, stderr, registry.server.requests])).not.toContain('ghp_secret')
})

test("the environment's token is what GitHub is asked with", async () => {
  const settings = (config: string) =>
    desk().evaluate(
      'args/settings.mjs',
      `console.log(JSON.stringify(await it.settings(${config}, { GITHUB_TOKEN: 'ghp_secret' })))`,
    )
  expect(await settings('{}')).toEqual({ github: { token: 'ghp_secret' } })
  const path = await desk().file('config.json', '{"github": {"apiUrl": "https://ghe.example/api/v3"}}')
  expect(await settings(JSON.stringify({ config: path, dockerConfig: true }))).toEqual({
    dockerConfig: true,
    github: { apiUrl: 'https://ghe.example/api/v3' },
  })
})

test('what a server says cannot steer the terminal', async () => {
  const registry = await fakes.server()
  registry.always('GET /v2/team/old/tags/list', {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ tags: ['1.0.0', '\u001b]0;owned\u0007', 'a\u202eb\nc'] }),
  })
  const { status, stdout } = await desk().run(['tags', OLD, ...(await desk().config(wired({ registry })))])
  expect({ status, stdout }).toEqual({ status: 0, stdout: '1.0.0\n' })
})

test('what is told by an earlier check is said to be old', async () => {
  const report = {
    image: 'redis:7.4.1',
    reference: 'registry-1.docker.io/library/redis:7.4.1',
    status: 'up-to-date',
    updates: [],
    latest: {},
    stale: true,
    checkedAt: '2026-06-10T08:00:00Z',
  }
  const asked = { images: ['redis:7.4.1'], files: [], running: false, format: 'table', failOnUpdate: false }
  const told = await desk().evaluate(
    'check/command.mjs',
    `const said = []
     const io = { stdout: { write: () => {} }, stderr: { write: () => {} }, env: {}, cwd: () => '.' }
     const service = { checkImages: async () => [${JSON.stringify(report)}] }
     const status = await it.check(${JSON.stringify(asked)}, { service, io, say: (line) => said.push(line) })
     console.log(JSON.stringify({ status, said }))`,
  )
  expect(told).toEqual({
    status: 0,
    said: ['redis:7.4.1 cannot be checked for now: this is what was found at 2026-06-10T08:00:00Z.'],
  })
})
