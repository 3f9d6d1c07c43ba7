import { multiPlatformImage, reply } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'

const desk = useDesk()
const fakes = useFakes()

const IMAGE = `${HOST}/team/app:1.0.0`
const image = multiPlatformImage({
  platforms: ['linux/amd64', 'linux/arm/v7'],
  labels: { 'org.opencontainers.image.source': 'https://github.com/team/app' },
  layersOf: { 'linux/amd64': [20_000_000, 1_500_000], 'linux/arm/v7': [1] },
})
const [amd64, arm] = JSON.parse(image.root.body).manifests

const TAGS = ['1.0.0', '1.0.1', 'latest', '0.9.0', '1.0.2-alpine']

async function world() {
  const registry = await fakes.registry()
  const github = await fakes.github()
  registry
    .repository('team/app')
    .push('1.0.0', image)
    .push(
      '1.0.1',
      multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm/v7'], labels: { tag: '1.0.1' } }),
    )
    .list('latest', '0.9.0', '1.0.2-alpine')
  github.repository('team/app', 'v1.0.0')
  registry.server.always('GET /v2/team/none/tags/list', reply(404))
  for (const method of ['GET', 'HEAD'])
    registry.server.always(`${method} /v2/team/none/manifests/1`, reply(404))
  return desk().config(wired({ registry, github }))
}

test.each([
  ['tags', `${TAGS.join('\n')}\n`, TAGS],
  ['digest', `${image.root.digest}\n`, { digest: image.root.digest }],
  [
    'platforms',
    `linux/amd64   ${amd64.digest}\nlinux/arm/v7  ${arm.digest}\n`,
    [
      { os: 'linux', architecture: 'amd64', digest: amd64.digest, size: amd64.size },
      { os: 'linux', architecture: 'arm', variant: 'v7', digest: arm.digest, size: arm.size },
    ],
  ],
])('%s, in lines and as JSON', async (command, lines, document) => {
  const config = await world()
  expect(await desk().run([command, IMAGE, ...config])).toEqual({ status: 0, stdout: lines, stderr: '' })
  const { stdout } = await desk().run([command, IMAGE, '--json', ...config])
  expect(JSON.parse(stdout)).toEqual(document)
})

test('explain tells all that is known of an image, and why which tags are not offered', async () => {
  const config = await world()
  const { status, stdout, stderr } = await desk().run(['explain', IMAGE, '--arch', 'amd64', ...config])
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(stdout.split('\n')).toEqual([
    `registry       ${HOST}`,
    'repository     team/app',
    'tag            1.0.0 (semantic version of 3 numbers)',
    `digest         ${image.root.digest}`,
    'platforms      linux/amd64, linux/arm/v7',
    'size on amd64  21.5 MB',
    'source         https://github.com/team/app',
    'release notes  https://github.com/team/app/releases/tag/v1.0.0',
    'update         1.0.1',
    'newest patch   1.0.1',
    'newest minor   1.0.1',
    'newest major   1.0.1',
    'not offered    variant: 1, as 1.0.2-alpine',
    'not offered    scheme: 1, as latest',
    'not offered    older: 1, as 0.9.0',
    '',
  ])
})

test('explain names the page that the host has, or none', async () => {
  const registry = await fakes.registry()
  const github = await fakes.github()
  registry.repository('team/app').push('1.0.0', image)
  github.repository('team/app', 'release-1.0.0')
  const args = ['explain', IMAGE, '--arch', 'amd64', ...(await desk().config(wired({ registry, github })))]
  expect((await desk().run(args)).stdout).toContain(
    'release notes  https://github.com/team/app/releases/tag/release-1.0.0\n',
  )
  github.repository('team/app', 'v9.0.0')
  expect((await desk().run(args)).stdout).toContain('release notes  none known\n')
})

test('explain as JSON', async () => {
  const config = await world()
  const { stdout } = await desk().run(['explain', IMAGE, '--arch', 'arm/v7', '--json', ...config])
  expect(JSON.parse(stdout)).toMatchObject({
    digest: image.root.digest,
    platforms: [{ architecture: 'amd64' }, { architecture: 'arm' }],
    downloadBytes: 1,
    releaseUrl: 'https://github.com/team/app/releases/tag/v1.0.0',
    tag: { numbers: ['1', '0', '0'] },
    report: { arch: 'arm/v7', sourceUrl: 'https://github.com/team/app', updates: [{ tag: '1.0.1' }] },
  })
})

test.each(['tags', 'digest', 'platforms', 'explain'])('%s of what is not there fails', async (command) => {
  const { status, stdout, stderr } = await desk().run([command, `${HOST}/team/none:1`, ...(await world())])
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
  expect(stderr).toMatch(
    /NOT_FOUND: Failed to (list tags for|get digest of) ?team\/none|NOT_FOUND: .*team\/none/,
  )
})

test.each([
  ['tags', 2],
  ['check', 3],
])('%s of what is no image says so', async (command, code) => {
  const { status, stdout, stderr } = await desk().run([command, ':::'])
  expect(status).toBe(code)
  expect(stdout + stderr).toContain('INVALID_REFERENCE: Invalid image reference ":::"')
})
