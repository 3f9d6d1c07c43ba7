import { multiPlatformImage } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'
import { useDocker } from './support/docker'

const desk = useDesk()
const fakes = useFakes()

const docker = useDocker(desk)

const ID = 'a'.repeat(64)
const LOST = 'b'.repeat(64)
const CONTAINERS = [
  { Id: '1', Image: 'nginx:1.27', ImageID: 'sha256:1', Names: ['/web'] },
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
  const found = await desk().evaluate(
    'read/docker/running.mjs',
    `console.log(JSON.stringify(await it.runningImages({ DOCKER_HOST: ${JSON.stringify(host)} })))`,
  )
  expect(found).toEqual({
    images: [
      { image: 'nginx:1.27', arch: 'arm64', currentDigest: `nginx@${DIGEST}` },
      { image: 'ghcr.io/team/app:1.0', arch: 'arm64', currentDigest: `other.example/app@${DIGEST}` },
      { image: 'built:dev', arch: 'arm64' },
    ],
    notes: ['The image of the container lost has no name, so it is not checked.'],
  })
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
  expect(stdout).toMatch(/^registry\.example\/team\/app +latest +latest/m)
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
