import { HOST, useFakes, wired } from '../support/fakes'
import { multiPlatformImage } from '../support/image'
import { reply } from '../support/reply'
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
  const image = multiPlatformImage({ platforms: ['linux/amd64'], labels })
  registry.repository('team/old').push('1.0.0', image).push('1.1.0', image).push('1.2.0', image)
  const plain = multiPlatformImage({ platforms: ['linux/amd64'] })
  registry.repository('team/new').push('v2.1.0', plain).push('v2.0.0', plain)
  registry.server.always('GET /v2/team/missing/tags/list', reply(404))
  registry.server.always('GET /v2/team/missing/manifests/1.0.0', reply(404))
  return desk().config(wired({ registry, github }))
}

const URL = 'https://github.com/team/old/releases/tag/v1.2.0'
const LOST = 'NOT_FOUND: Failed to list tags for team/missing: 404'

test('a table shows what came of each image, without colours or a bar in a pipe', async () => {
  const args = ['check', OLD, NEW, MISSING, '--arch', 'amd64', ...(await world())]
  const { status, stdout, stderr } = await desk().run(args)
  expect(stdout.split('\n')).toEqual([
    'image                                current  newest      updates  release notes',
    `registry.example/team/old            1.0.0    1.2.0       2        ${URL}`,
    'registry.example/team/new            v2.1.0   up to date',
    `registry.example/team/missing:1.0.0           failed               ${LOST}`,
    '',
    '1 update, 1 up to date, 1 failed',
    '',
  ])
  expect({ status, stderr }).toEqual({ status: 2, stderr: '' })
})

test('Markdown shows the same', async () => {
  const args = ['check', OLD, NEW, MISSING, '--arch', 'amd64', '--markdown', ...(await world())]
  const { status, stdout } = await desk().run(args)
  expect(status).toBe(2)
  expect(stdout.split('\n')).toEqual([
    '| image | current | newest | updates | release notes |',
    '| --- | --- | --- | ---: | --- |',
    `| \`registry.example/team/old\` | \`1.0.0\` | \`1.2.0\` | 2 | <${URL}> |`,
    '| `registry.example/team/new` | `v2.1.0` | up to date |  |  |',
    `| \`registry.example/team/missing:1.0.0\` |  | failed |  | ${LOST} |`,
    '',
    '1 update, 1 up to date, 1 failed',
    '',
  ])
})

test('JSON tells programs all of it', async () => {
  const args = ['check', OLD, LATEST, MISSING, '--arch', 'amd64', '--json', ...(await world())]
  const { status, stdout, stderr } = await desk().run(args)
  const newest = { tag: '1.2.0', isLatest: true, releaseUrl: URL }
  const other = { tag: '1.1.0', isLatest: false, releaseUrl: URL.replace('1.2', '1.1') }
  expect(JSON.parse(stdout)).toEqual([
    { image: OLD, current: '1.0.0', status: 'update-available', newest, updates: [newest, other] },
    { image: LATEST, current: 'latest', status: 'unorderable', updates: [] },
    {
      image: MISSING,
      current: '',
      status: 'failed',
      updates: [],
      error: { code: 'NOT_FOUND', message: 'Failed to list tags for team/missing: 404' },
    },
  ])
  expect(status).toBe(2)
  expect(stderr).toMatch(/^\[ContainerRegistryService\] Cannot check updates for .*team\/new/)
})

test.each([
  ['updates', OLD, [], 0],
  ['updates, with the flag,', OLD, ['--fail-on-update'], 1],
  ['no updates, with the flag,', NEW, ['--fail-on-update'], 0],
])('the exit code of %s', async (_, image, flags, code) => {
  const { status } = await desk().run(['check', image, '--arch', 'amd64', ...flags, ...(await world())])
  expect(status).toBe(code)
})

test('a failure is the exit code before an update is', async () => {
  const { status } = await desk().run(['check', OLD, MISSING, '--fail-on-update', ...(await world())])
  expect(status).toBe(2)
})

test('what is named twice is checked and shown once', async () => {
  const args = ['check', NEW, NEW, '--policy', 'original', ...(await world())]
  const { stdout } = await desk().run(args)
  expect(stdout).toContain('\n1 up to date\n')
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

test('what a server says cannot steer the terminal', async () => {
  const registry = await fakes.server()
  registry.always('GET /v2/team/old/tags/list', {
    status: 200,
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ tags: ['1.0.0', '\u001b]0;owned\u0007', 'a\u202eb\nc'] }),
  })
  const { status, stdout } = await desk().run(['tags', OLD, ...(await desk().config(wired({ registry })))])
  expect({ status, stdout }).toEqual({ status: 0, stdout: '1.0.0\n�]0;owned�\na�b�c\n' })
})
