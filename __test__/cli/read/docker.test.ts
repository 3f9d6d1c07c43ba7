import type { ServerResponse } from 'node:http'
import { multiPlatformImage } from '../../../testing/registry'
import { HOST, useFakes, wired } from '../../support/fakes'
import { useDesk } from '../support/cli'
import { useDocker } from '../support/docker'

const desk = useDesk()
const fakes = useFakes()

const docker = useDocker(desk)

const ID = 'a'.repeat(64)
const LOST = 'b'.repeat(64)
const CONTAINERS = [
  { Id: '1', Image: 'nginx:1.27', ImageID: 'sha256:1', Names: ['/web'], Labels: { mine: '1' } },
  { Id: '2', Image: `sha256:${ID}`, ImageID: `sha256:${ID}`, Names: ['/moved'] },
  { Id: '3', Image: LOST.slice(0, 12), ImageID: `sha256:${LOST}`, Names: ['/lost'] },
  { Id: '4', Image: 'built:dev', ImageID: 'sha256:4', Names: ['/built'] },
]
const DIGEST = `sha256:${'c'.repeat(64)}`

test('images of running containers, under the names they were started with, for the machine of Docker', async () => {
  const host = await docker().start({
    '/containers/json': CONTAINERS,
    '/containers/2/json': { Config: { Image: 'ghcr.io/team/app:1.0' } },
    '/containers/3/json': { Config: { Image: `sha256:${LOST}` } },
    '/images/sha256:1/json': { RepoDigests: [`mirror.lan/nginx@${DIGEST}`, `nginx@${DIGEST}`] },
    [`/images/sha256:${ID}/json`]: { RepoDigests: [`other.example/app@${DIGEST}`] },
    '/images/sha256:4/json': { RepoDigests: [] },
    '/version': { Arch: 'arm64' },
  })
  const labels = [['mine', '1']]
  expect(await found(host)).toEqual([
    {
      image: 'nginx:1.27',
      arch: 'arm64',
      currentDigest: `nginx@${DIGEST}`,
      labels,
      place: { container: 'web' },
    },
    {
      image: 'ghcr.io/team/app:1.0',
      arch: 'arm64',
      currentDigest: `other.example/app@${DIGEST}`,
      labels: [],
      place: { container: 'moved' },
    },
    { image: LOST.slice(0, 12), local: 'its image has no name any more', place: { container: 'lost' } },
    {
      image: 'built:dev',
      arch: 'arm64',
      labels: [],
      local: 'it was built on this machine, or loaded there',
      place: { container: 'built' },
    },
  ])
})

/** What `runningEntries` answers, or the message that it fails with. */
function found(host: string, timeoutMs = 10_000) {
  return desk().evaluate(
    'read/docker/containers.mjs',
    `const found = await it.runningEntries({ DOCKER_HOST: ${JSON.stringify(host)} }, ${timeoutMs}).catch((error) => error.message)
     console.log(JSON.stringify(found, (name, value) => (value instanceof Map ? [...value] : value)))`,
  )
}

test('a socket may be named by its path alone', async () => {
  const host = await docker().start({ '/containers/json': [], '/version': {} })
  expect(await found(host.replace('unix://', ''))).toEqual([])
})

describe('an engine that answers anything', () => {
  const VERSION = { '/version': { Arch: 'amd64' } }

  test.each([
    ['null'],
    ['{}'],
    ['"text"'],
    ['[1]'],
    ['[{"Id":5,"Image":"a","ImageID":"b"}]'],
    ['[{"Id":"../../secrets","Image":"a","ImageID":"b"}]'],
    ['[{"Id":"a b","Image":"a","ImageID":"b"}]'],
    ['[{"Id":"a","Image":"a"}]'],
    ['['.repeat(100_000) + ']'.repeat(100_000)],
  ])('no list of containers (%#) is an error that says so', async (answer) => {
    const host = await docker().start({ '/containers/json': answer, ...VERSION })
    expect(await found(host)).toMatch(
      /: \/containers\/json was answered with what is no list of containers\.$/,
    )
  })

  test('odd fields of a container count as none', async () => {
    const host = await docker().start({
      '/containers/json': [{ Id: 'abc', Image: 'nginx:1', ImageID: 'sha256:1', Names: {}, Labels: ['x'] }],
      '/images/sha256:1/json': { RepoDigests: [1, `nginx@${DIGEST}`], Config: null },
      '/version': [null],
    })
    expect(await found(host)).toEqual([
      { image: 'nginx:1', currentDigest: `nginx@${DIGEST}`, labels: [], place: { container: 'abc' } },
    ])
  })

  test('a container that ends meanwhile is a row, and the others go on', async () => {
    const host = await docker().start({
      '/containers/json': [
        { Id: 'a', Image: 'nginx:1', ImageID: 'sha256:1', Names: ['/gone'] },
        { Id: 'b', Image: 'nginx:1', ImageID: 'sha256:2', Names: ['/here'] },
      ],
      '/images/sha256:1/json': 404,
      '/images/sha256:2/json': { RepoDigests: [`nginx@${DIGEST}`] },
      ...VERSION,
    })
    expect(await found(host)).toEqual([
      {
        image: 'nginx:1',
        problem: expect.stringContaining('was answered with 404.'),
        place: { container: 'gone' },
      },
      expect.objectContaining({ image: 'nginx:1', place: { container: 'here' } }),
    ])
  })

  test.each([
    ['silent', () => undefined],
    ['slow', (response: ServerResponse) => drip(response)],
  ])('one that is %s is left after a time for all questions', async (_, answer) => {
    const host = await docker().start({ '/containers/json': answer, ...VERSION })
    expect(await found(host, 300)).toMatch(/: it did not answer within 0\.3 s\.$/)
  })

  test('an answer is bounded', async () => {
    const flood = (response: ServerResponse) => {
      const more = () => response.write('['.repeat(1024 * 1024), (error) => error ?? more())
      response.on('error', () => undefined)
      more()
    }
    const host = await docker().start({ '/containers/json': flood, ...VERSION })
    expect(await found(host)).toMatch(/: \/containers\/json was answered with more than 16 MiB\.$/)
  })

  /** Writes a blank now and then, without end. */
  function drip(response: ServerResponse) {
    const timer = setInterval(() => response.write(' '), 20)
    response.on('close', () => clearInterval(timer))
  }
})

test('labels that came with the image are not the owner of the container', async () => {
  const labels = { 'container-registry-service.track': 'major', 'wud.watch': 'false' }
  const host = await docker().start({
    '/containers/json': [
      {
        Id: 'a',
        Image: 'nginx:1',
        ImageID: 'sha256:1',
        Names: ['/web'],
        Labels: { ...labels, 'wud.watch': 'true' },
      },
    ],
    '/images/sha256:1/json': { RepoDigests: [`nginx@${DIGEST}`], Config: { Labels: labels } },
    '/version': {},
  })
  expect(await found(host)).toEqual([expect.objectContaining({ labels: [['wud.watch', 'true']] })])
})

test('a running image whose tag has moved since is an update to itself', async () => {
  const registry = await fakes.registry()
  registry.repository('team/app').push('latest', multiPlatformImage({ platforms: ['linux/amd64'] }))
  const host = await docker().start({
    '/containers/json': [{ Id: '1', Image: `${HOST}/team/app:latest`, ImageID: 'sha256:1' }],
    '/images/sha256:1/json': { RepoDigests: [`${HOST}/team/app@${DIGEST}`] },
    '/version': { Arch: 'amd64' },
  })
  const args = ['check', '--running', '--fail-on-update', ...(await desk().config(wired({ registry })))]
  const { status, stdout } = await desk().run(args, { DOCKER_HOST: host })
  expect(stdout).toMatch(/^registry\.example\/team\/app +latest +rebuilt/m)
  expect(status).toBe(1)
})

test('a machine that runs nothing has nothing to check', async () => {
  const host = await docker().start({ '/containers/json': [], '/version': { Arch: 'amd64' } })
  const { status, stdout } = await desk().run(['check', '--running'], { DOCKER_HOST: host })
  expect(status).toBe(0)
  expect(stdout).toContain('no images')
})

test.each([
  ['a refusal', 500, /\/containers\/json was answered with 500\./],
  ['what is no JSON', '<html>', /\/containers\/json was not answered with JSON: /],
])('%s is said', async (_, answer, complaint) => {
  const host = await docker().start({ '/containers/json': answer, '/version': { Arch: 'amd64' } })
  const { status, stdout, stderr } = await desk().run(['check', '--running'], { DOCKER_HOST: host })
  expect({ status, stdout }).toEqual({ status: 3, stdout: '' })
  expect(stderr).toMatch(complaint)
  expect(stderr).toMatch(/^Docker could not be asked at \S+docker\.sock: /)
})

test('a Docker that does not run is said', async () => {
  const { status, stderr } = await desk().run(['check', '--running'], { DOCKER_HOST: 'unix:///nowhere.sock' })
  expect(status).toBe(3)
  expect(stderr).toBe(
    'Docker could not be asked at /nowhere.sock: nothing listens there. Is Docker running?\n',
  )
})

test('an address that cannot be asked is said', async () => {
  const { status, stderr } = await desk().run(['check', '--running'], { DOCKER_HOST: 'ssh://me@nas' })
  expect(status).toBe(3)
  expect(stderr).toBe('DOCKER_HOST is ssh://me@nas; only unix:// (npipe:// on Windows) can be asked.\n')
})
