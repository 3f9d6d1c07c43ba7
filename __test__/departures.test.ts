import { ContainerRegistryService, type ServiceOptions } from '..'
import {
  CUT,
  type Image,
  json,
  multiPlatformImage,
  reply,
  singlePlatformImage,
  tooManyRequests,
} from '../testing/registry'
import { failure, thrown } from './support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from './support/fakes'
import { silence } from './support/gate'

// A test for every row of the table of departures in docs/original.md from the class that this package replaces.

const fakes = useFakes()

const service = new ContainerRegistryService()
const HUB = 'registry-1.docker.io'
const DIGEST = `sha256:${'6c3c624b58dbbcd3'.repeat(4)}`
const SOURCE = 'https://github.com/team/app'
const labels = { 'org.opencontainers.image.source': SOURCE }

async function withImage(image: Image, options?: ServiceOptions) {
  const registry = await fakes.registry()
  registry.repository(NAME).push('1.0.0', image)
  return { registry, ...serviceOn({ registry }, options) }
}

describe('relative Link target', () => {
  test('is followed', async () => {
    const registry = await fakes.registry({ pageSize: 1, link: 'relative' })
    registry.repository(NAME).list('1', '2')
    expect(await serviceOn({ registry }).service.listTags(app())).toEqual(['1', '2'])
  })

  test('but not to another origin, which learns no token', async () => {
    const [registry, other] = [await fakes.registry(), await fakes.server()]
    registry.repository(NAME)
    registry.server.on(TAGS, ({ headers }) =>
      headers.authorization
        ? json({ tags: ['1'] }, { Link: `<//${other.host}/v2/>; rel="next"` })
        : undefined,
    )
    registry.server.on(TAGS, ({ headers }) =>
      headers.authorization
        ? json({ tags: ['1'] }, { Link: `<//${other.host}/v2/>; rel="next"` })
        : undefined,
    )
    expect(await failure(serviceOn({ registry }).service.listTags(app()))).toMatchObject({
      code: 'BAD_RESPONSE',
    })
    expect(other.requests).toEqual([])
  })
})

describe('a registry that needs no token, or whose token endpoint is elsewhere', () => {
  test('works without a token', async () => {
    const registry = await fakes.registry({ token: false })
    registry.repository(NAME).list('1')
    expect(await serviceOn({ registry }).service.listTags(app())).toEqual(['1'])
    expect(registry.server.routes).toEqual([TAGS])
  })

  test('is asked where the challenge says', async () => {
    const [server, tokens] = [await fakes.server(), await fakes.server()]
    server.on(
      TAGS,
      reply(401, '', { 'WWW-Authenticate': `Bearer realm="${tokens.origin}/jwt/auth"` }),
      json({ tags: ['1'] }),
    )
    tokens.on(`GET /jwt/auth?scope=repository:${NAME}:pull`, json({ token: 't' }))
    expect(await serviceOn({ registry: server }).service.listTags(app())).toEqual(['1'])
  })
})

test.each(['docker.io', 'index.docker.io'])('%s/… is Docker Hub', (host) => {
  const hub = (namespace: string, repo: string, tag: string) =>
    ({ registry: HUB, namespace, repo, tag, fullName: `${namespace}/${repo}` }) as const
  expect(service.parseImageReference(`${host}/nginx`)).toStrictEqual(hub('library', 'nginx', 'latest'))
  expect(service.parseImageReference(`${host}/ollama/ollama:1`)).toStrictEqual(hub('ollama', 'ollama', '1'))
})

test('localhost/x is the registry localhost, and a/b/c without a dot in the first part is on Docker Hub', () => {
  expect(service.parseImageReference('localhost/x')).toMatchObject({
    registry: 'localhost',
    namespace: '',
    repo: 'x',
  })
  expect(service.parseImageReference('localhost/x/y')).toMatchObject({
    registry: 'localhost',
    fullName: 'x/y',
  })
  expect(service.parseImageReference('a/b/c:1')).toMatchObject({
    registry: HUB,
    namespace: 'a/b',
    repo: 'c',
    tag: '1',
  })
})

test('name@sha256:… and name:tag@sha256:… have a digest, and keep their tag', () => {
  const parsed = {
    registry: HUB,
    namespace: 'library',
    repo: 'nginx',
    fullName: 'library/nginx',
    digest: DIGEST,
  }
  expect(service.parseImageReference(`nginx@${DIGEST}`)).toStrictEqual({ ...parsed, tag: 'latest' })
  expect(service.parseImageReference(`nginx:1.27@${DIGEST}`)).toStrictEqual({ ...parsed, tag: '1.27' })
})

test.each(['', ' ', 'a b', 'Nginx', 'ghcr.io/Kiwix/serve', 'nginx\u0000', 'nginx\n'])(
  'text that is no image reference (%j) is INVALID_REFERENCE',
  (text) => {
    expect(thrown(() => service.parseImageReference(text))).toMatchObject({ code: 'INVALID_REFERENCE' })
  },
)

describe('Retry-After', () => {
  test('as an HTTP-date is the date', async () => {
    const server = await fakes.server()
    server.on(TAGS, tooManyRequests('Sun, 06 Nov 1994 08:49:37 GMT'), json({ tags: ['1'] }))
    const { service, logger } = serviceOn({ registry: server })
    expect(await service.listTags(app())).toEqual(['1'])
    expect(logger.warnings).toEqual([expect.stringMatching(/retrying in 0ms$/)])
  })

  test('that is enormous is not slept through: the 429 is the answer', async () => {
    const server = await fakes.server()
    server.on(TAGS, tooManyRequests('86400'))
    expect(await failure(serviceOn({ registry: server }).service.listTags(app()))).toMatchObject({
      code: 'RATE_LIMITED',
    })
  })
})

test('a request has a time limit', async () => {
  const server = await fakes.server()
  server.on(TAGS, silence())
  const { service } = serviceOn({ registry: server }, { timeoutMs: 50 })
  expect(await failure(service.listTags(app()))).toMatchObject({ code: 'TIMEOUT' })
})

test('of an index that begins with an attestation, the manifest of a real platform is read', async () => {
  const image = multiPlatformImage({
    platforms: ['linux/arm64', 'linux/amd64'],
    labelsOf: { 'linux/arm64': labels },
    attestations: true,
  })
  expect(await (await withImage(image)).service.getSourceUrl(app())).toBe(SOURCE)
})

test('a GitLab release page is /-/releases/<tag>', () => {
  const page = 'https://gitlab.com/group/sub/app/-/releases/v1.2'
  expect(service.buildReleaseUrl('https://gitlab.com/group/sub/app', '1.2', 'v')).toBe(page)
  expect(service.buildReleaseUrl('https://gitlab.example.org:8443/g/a.git', 'v1.2', '')).toBe(
    'https://gitlab.example.org:8443/g/a/-/releases/1.2',
  )
})

describe("a source URL in git's forms is the https page of its host", () => {
  const page = 'https://github.com/o/r/releases/tag/v1.2'

  test.each([
    'git+https://github.com/o/r.git',
    'git://github.com/o/r.git',
    'ssh://git@github.com/o/r.git',
    'git+ssh://git@github.com:22/o/r.git',
    'git@github.com:o/r.git',
    'git@github.com:o/r',
  ])('%s', async (source) => {
    expect(service.buildReleaseUrl(source, '1.2', 'v')).toBe(page)
    const github = await fakes.github()
    github.repository('o/r', 'v1.2')
    expect(await serviceOn({ github }).service.detectReleaseTagPrefix(source, '1.2')).toBe('v')
  })
})

test.each([
  ['https://github.com/o/r/tree/main/x', 'https://github.com/o/r/releases/tag/1'],
  ['https://github.com/o/r.git/', 'https://github.com/o/r/releases/tag/1'],
  ['https://github.com/o/r/blob/main/Dockerfile?x#y', 'https://github.com/o/r/releases/tag/1'],
  ['https://gitlab.com/g/s/p/-/tree/main', 'https://gitlab.com/g/s/p/-/releases/1'],
  ['https://gitlab.com/g/s/p.git/', 'https://gitlab.com/g/s/p/-/releases/1'],
])('a source URL with a path below the repository (%s) is cut to the repository', (source, page) => {
  expect(service.buildReleaseUrl(source, '1', '')).toBe(page)
})

test.each([
  ['a rate limit', json({ message: 'API rate limit exceeded' }, {}, 403)],
  ['another rate limit', tooManyRequests('0')],
  ['a server error', reply(503)],
  ['a network failure', CUT],
])("GitHub's %s while the prefix is probed is not remembered", async (_, answer) => {
  const github = await fakes.github()
  github.repository('team/app', 'v1.0.0')
  github.server.on('GET /repos/team/app/releases/tags/v1.0.0', answer)
  const { service } = serviceOn({ github }, { maxRetries: 0 })
  expect(await service.detectReleaseTagPrefix(SOURCE, '1.0.0')).toBe('')
  expect(await service.detectReleaseTagPrefix(SOURCE, '1.0.0')).toBe('v')
})

test.each([
  ['a 429', tooManyRequests('0')],
  ['a 5xx', reply(502)],
  ['a network failure', { status: 200, body: '{"config": {}}', cutAfter: 3 }],
])('a source lookup that met %s is not remembered', async (_, answer) => {
  const { registry, service } = await withImage(singlePlatformImage({ labels }), { maxRetries: 0 })
  registry.server.on(manifest('1.0.0'), answer)
  expect(await service.getSourceUrl(app())).toBeNull()
  expect(await service.getSourceUrl(app())).toBe(SOURCE)
})

describe("of a single-platform manifest the config's architecture is compared", () => {
  test.each([
    ['linux/arm64', 'arm64', true],
    ['linux/arm64', 'amd64', false],
    ['linux/arm/v7', 'arm/v6', false],
    ['', 'amd64', true],
  ])('%j for %s: %s', async (platform, arch, expected) => {
    const { service, logger } = await withImage(singlePlatformImage({ platform }))
    expect(await service.checkArchSupport(app(), '1.0.0', arch)).toBe(expected)
    expect(logger.lines).toEqual([])
  })
})

describe('platforms are understood in other words', () => {
  const image = multiPlatformImage({
    platforms: ['linux/amd64', 'linux/arm64/v8', 'linux/arm/v7', 'linux/386'],
  })

  test.each([
    ['x86_64', true],
    ['x64', true],
    ['aarch64', true],
    ['arm64/v8', true],
    ['armv7l', true],
    ['arm/v7', true],
    ['linux/arm/v7', true],
    ['armv6l', false],
    ['arm/v6', false],
    ['i686', true],
    ['ppc64le', false],
  ])('%s: %s', async (arch, expected) => {
    expect(await (await withImage(image)).service.checkArchSupport(app(), '1.0.0', arch)).toBe(expected)
  })
})

describe('loopback registries', () => {
  test.each(['127.0.0.1', 'localhost'])(
    '%s is asked by https, then by plain http, as Docker does',
    async (host) => {
      const server = await fakes.server()
      server.always(TAGS, json({ tags: ['1'] }))
      const registry = server.host.replace('127.0.0.1', host)
      const service = new ContainerRegistryService()
      const parsed = service.parseImageReference(`${registry}/${NAME}:1`)
      expect(await service.listTags(parsed)).toEqual(['1'])
      expect(server.malformed).toBe(1)
      expect(await service.listTags(parsed)).toEqual(['1'])
      expect(server.malformed).toBe(1)
    },
  )

  test('others are asked by https only', async () => {
    const error = await failure(
      new ContainerRegistryService().listTags({ ...app(), registry: `${HOST}.invalid` }),
    )
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: expect.stringContaining(`https://${HOST}.invalid/`),
    })
  })
})
