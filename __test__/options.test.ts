import { createServer, type Server } from 'node:net'
import { ContainerRegistryService, type ServiceOptions } from '..'
import { version } from '../package.json'
import { json, reply } from '../testing/registry'
import { failure, thrown } from './support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes, wired } from './support/fakes'
import { silence } from './support/gate'

const fakes = useFakes()

const SOURCE = 'https://github.com/o/r'
const RELEASE = 'GET /repos/o/r/releases/tags/v1'

test.each([[[]], [[undefined]], [[{}]]])('new ContainerRegistryService(...%j) works', (options) => {
  const service = new ContainerRegistryService(...(options as [ServiceOptions?]))
  expect(service.parseImageReference('nginx').repo).toBe('nginx')
})

test('an option that is undefined is left out', async () => {
  const server = await fakes.server()
  server.on(TAGS, json({ tags: ['1'] }))
  const absent = Object.fromEntries(
    ['logger', 'userAgent', 'timeoutMs', 'connectTimeoutMs', 'maxRetries', 'maxRetryDelayMs', 'github'].map(
      (key) => [key, undefined],
    ),
  )
  const registries = { [HOST]: { url: server.origin, insecure: undefined }, 'other.example': undefined }
  const service = new ContainerRegistryService({ ...absent, registries } as never)
  expect(await service.listTags(app())).toEqual(['1'])
  expect(server.requests[0]?.headers['user-agent']).toBe(`container-registry-service/${version}`)
})

describe('userAgent', () => {
  test.each([
    [{}, `container-registry-service/${version}`],
    [{ userAgent: 'my-app/1.0 (home)' }, 'my-app/1.0 (home)'],
  ])('%j: every request carries %s', async (options, userAgent) => {
    const [registry, github] = [await fakes.registry(), await fakes.github()]
    registry.repository(NAME).list('1')
    github.repository('o/r', 'v1')
    const { service } = serviceOn({ registry, github }, options)
    await service.listTags(app())
    await service.detectReleaseTagPrefix(SOURCE, '1')
    const sent = [...registry.server.requests, ...github.server.requests].map(
      ({ headers }) => headers['user-agent'],
    )
    expect(sent).toEqual(Array(4).fill(userAgent))
  })
})

describe('timeoutMs', () => {
  test('is for a whole attempt: a server that does not answer', async () => {
    const server = await fakes.server()
    server.on(TAGS, silence())
    const { service } = serviceOn({ registry: server }, { timeoutMs: 60 })
    const error = await failure(service.listTags(app()))
    expect(error).toMatchObject({
      code: 'TIMEOUT',
      host: server.host,
      message: expect.stringContaining('60 ms'),
    })
    await server.requests[0]?.abandoned
  })

  test('is for a whole attempt: an answer that does not end', async () => {
    const server = await fakes.server()
    server.on(TAGS, reply(200, '{"tags":', { 'Content-Length': '100' }))
    const { service } = serviceOn({ registry: server }, { timeoutMs: 60 })
    expect(await failure(service.listTags(app()))).toMatchObject({ code: 'TIMEOUT' })
  })

  test('is for each attempt anew, and does not count waits', async () => {
    const server = await fakes.server()
    server.on(TAGS, reply(429, '', { 'Retry-After': '1' }), json({ tags: ['1'] }))
    const { service } = serviceOn({ registry: server }, { timeoutMs: 900 })
    expect(await service.listTags(app())).toEqual(['1'])
  })
})

describe('connectTimeoutMs', () => {
  let server: Server

  beforeEach((done) => {
    // Takes connections, and never says a word of TLS.
    server = createServer(() => undefined).listen(0, '127.0.0.1', done)
    server.unref()
  })

  afterEach(() => {
    server.close()
  })

  test('is for the connection with its TLS', async () => {
    const { port } = server.address() as { port: number }
    const service = new ContainerRegistryService({
      connectTimeoutMs: 70,
      registries: { [HOST]: { url: `https://127.0.0.1:${port}` } },
    })
    const error = await failure(service.listTags(app()))
    expect(error).toMatchObject({ code: 'TIMEOUT', host: `127.0.0.1:${port}` })
    expect(error.message).toContain('70 ms')
  })
})

describe('registries', () => {
  const HUB_NAMES = ['docker.io', 'index.docker.io', 'registry-1.docker.io']

  test.each(HUB_NAMES)("%s as a key is Docker Hub's, however an image is written", async (key) => {
    const registry = await fakes.registry()
    registry.repository('library/nginx').list('1')
    const service = new ContainerRegistryService({ registries: { [key]: { url: registry.server.origin } } })
    for (const image of [
      'nginx',
      'docker.io/nginx',
      'index.docker.io/library/nginx',
      'registry-1.docker.io/library/nginx',
    ]) {
      expect(await service.listTags(service.parseImageReference(image))).toEqual(['1'])
    }
    expect(registry.tokenRequests).toHaveLength(1)
  })

  test.each([
    ['docker.io', 'registry-1.docker.io'],
    ['index.docker.io', 'docker.io'],
    ['GHCR.io', 'ghcr.io'],
  ])('%s and %s are one key, which may not stand there twice', (one, other) => {
    const error = thrown(() => new ContainerRegistryService({ registries: { [one]: {}, [other]: {} } }))
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining('.io') })
  })

  test('lead the hosts that are named elsewhere, and the server there is asked for its own challenge', async () => {
    const registry = await fakes.registry({ service: 'elsewhere' })
    registry.repository('kiwix/kiwix-serve').list('3.7.0')
    const service = new ContainerRegistryService({
      registries: { 'ghcr.io': { url: registry.server.origin } },
    })
    expect(await service.listTags(service.parseImageReference('ghcr.io/kiwix/kiwix-serve'))).toEqual([
      '3.7.0',
    ])
    expect(registry.tokenRequests[0]?.query.get('service')).toBe('elsewhere')
  })

  test('may have a path, and a slash at its end', async () => {
    const server = await fakes.server()
    server.always('GET /hub/v2/team/app/tags/list?n=1000', json({ tags: ['1'] }))
    for (const url of [`${server.origin}/hub`, `${server.origin}/hub/`]) {
      const service = new ContainerRegistryService({ registries: { [HOST]: { url } } })
      expect(await service.listTags(app())).toEqual(['1'])
    }
  })

  test('are plain http beyond this machine only if they are insecure', () => {
    const make = (insecure?: boolean) =>
      new ContainerRegistryService({ registries: { [HOST]: { url: 'http://nas.lan:5000', insecure } } })
    for (const insecure of [undefined, false]) {
      const error = thrown(() => make(insecure))
      expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(HOST) })
    }
    expect(make(true)).toBeInstanceOf(ContainerRegistryService)
  })

  test('that are insecure are asked by https, then by plain http', async () => {
    const error = await failure(
      new ContainerRegistryService({ registries: { 'nas.invalid': { insecure: true } } }).listTags({
        ...app(),
        registry: 'nas.invalid',
      }),
    )
    expect(error).toMatchObject({ code: 'NETWORK', message: expect.stringContaining('http://nas.invalid/') })
  })
})

describe('github', () => {
  test.each(['', '/', '/api', '/api/'])('apiUrl may end in %j', async (path) => {
    const server = await fakes.server()
    server.on(`GET ${path.replace(/\/$/, '')}${RELEASE.slice(4)}`, json({}))
    const service = new ContainerRegistryService({ github: { apiUrl: `${server.origin}${path}` } })
    expect(await service.detectReleaseTagPrefix(SOURCE, '1')).toBe('v')
  })

  test('token is sent to GitHub, and to nobody else', async () => {
    const [registry, github] = [await fakes.registry(), await fakes.github()]
    registry.repository(NAME).list('1')
    github.repository('o/r', 'v1')
    const options = wired({ registry, github })
    const service = new ContainerRegistryService({
      ...options,
      github: { ...options.github, token: 'gh-secret' },
    })
    await service.listTags(app())
    await service.detectReleaseTagPrefix(SOURCE, '1')
    expect(github.server.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer gh-secret'])
    expect(JSON.stringify(registry.server.requests.map(({ headers }) => headers))).not.toContain('gh-secret')
  })
})

test('maxRetries and maxRetryDelayMs are for every request to a registry', async () => {
  const server = await fakes.server()
  server.on(manifest('1.0.0'), reply(429), reply(429), reply(404))
  const { service, logger } = serviceOn({ registry: server }, { maxRetries: 2, maxRetryDelayMs: 0 })
  expect(await service.getSourceUrl(app())).toBeNull()
  expect(logger.warnings).toHaveLength(2)
})

describe('what is not understood is INVALID_ARGUMENT and named', () => {
  const url = 'http://127.0.0.1:1'

  test.each<[name: string, options: unknown]>([
    ['options', 7],
    ['options', 'text'],
    ['options', []],
    ['options', true],
    ['unknown key "retries"', { retries: 3 }],
    ['unknown key "timeout"', { timeout: 3 }],
    ['logger', { logger: 'console' }],
    ['logger', { logger: true }],
    ['logger.warn', { logger: { warn: 'yes' } }],
    ['logger.debug', { logger: { debug: 1 } }],
    ['userAgent', { userAgent: 7 }],
    ['userAgent', { userAgent: '' }],
    ['userAgent', { userAgent: 'a\r\nX: y' }],
    ['timeoutMs', { timeoutMs: '15000' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: -1 }],
    ['timeoutMs', { timeoutMs: 1.5 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['timeoutMs', { timeoutMs: Number.POSITIVE_INFINITY }],
    ['timeoutMs', { timeoutMs: 15_000n }],
    ['connectTimeoutMs', { connectTimeoutMs: true }],
    ['connectTimeoutMs', { connectTimeoutMs: 0 }],
    ['maxRetries', { maxRetries: '3' }],
    ['maxRetries', { maxRetries: -1 }],
    ['maxRetries', { maxRetries: 0.5 }],
    ['maxRetryDelayMs', { maxRetryDelayMs: {} }],
    ['maxRetryDelayMs', { maxRetryDelayMs: -1 }],
    ['deadlineMs', { deadlineMs: 0 }],
    ['staleIfError', { staleIfError: 'yes' }],
    ['limits', { limits: 7 }],
    ['limits has an unknown key "bytes"', { limits: { bytes: 1 } }],
    ['limits.releaseBytes', { limits: { releaseBytes: 0 } }],
    ['limits.hubBytes', { limits: { hubBytes: '4096' } }],
    ['limits.waiting', { limits: { waiting: -1 } }],
    ['registries', { registries: 7 }],
    ['registries', { registries: 'ghcr.io' }],
    ['registries["ghcr.io"]', { registries: { 'ghcr.io': url } }],
    ['registries["ghcr.io"] has an unknown key "uri"', { registries: { 'ghcr.io': { uri: url } } }],
    ['registries["ghcr.io"].url', { registries: { 'ghcr.io': { url: 7 } } }],
    ['registries["ghcr.io"].url', { registries: { 'ghcr.io': { url: 'ghcr.io' } } }],
    ['registries["ghcr.io"].url', { registries: { 'ghcr.io': { url: 'ftp://127.0.0.1' } } }],
    ['registries["ghcr.io"].url', { registries: { 'ghcr.io': { url: 'https://user:pass@ghcr.io' } } }],
    ['registries["ghcr.io"].url', { registries: { 'ghcr.io': { url: `${url}/?a=b` } } }],
    ['registries["ghcr.io"].insecure', { registries: { 'ghcr.io': { insecure: 'yes' } } }],
    ['registries["https://ghcr.io"]', { registries: { 'https://ghcr.io': { url } } }],
    ['github', { github: SOURCE }],
    ['github has an unknown key "url"', { github: { url } }],
    ['github.apiUrl', { github: { apiUrl: 'api.github.com' } }],
    ['github.apiUrl', { github: { apiUrl: 7 } }],
    ['github.apiUrl', { github: { apiUrl: 'http://api.github.com' } }],
    ['github.token', { github: { token: 7 } }],
    ['github.token', { github: { token: 'a\nb' } }],
  ])('%s in %j', (name, options) => {
    const error = thrown(() => new ContainerRegistryService(options as ServiceOptions))
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'ContainerRegistryError',
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(name),
    })
  })

  test('without what may be secret in it', () => {
    const secret = 'https://user:hunter2@ghcr.io'
    const error = thrown(() => new ContainerRegistryService({ registries: { 'ghcr.io': { url: secret } } }))
    expect(error.message).not.toContain('hunter2')
  })

  test('an option whose getter throws keeps what it threw as the cause', () => {
    const cause = new RangeError('not now')
    const options = Object.defineProperty({}, 'userAgent', {
      enumerable: true,
      get() {
        throw cause
      },
    })
    expect(thrown(() => new ContainerRegistryService(options))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      cause,
    })
  })
})
