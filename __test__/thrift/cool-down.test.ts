import { ContainerRegistryService } from '../..'
import {
  type FakeServer,
  json,
  multiPlatformImage,
  reply,
  singlePlatformImage,
  tooManyRequests,
} from '../../testing/registry'
import { dockerHub } from '../registries/fakes/docker-hub'
import { CURRENT } from '../registries/support/catalogue'
import { useWorld } from '../registries/support/world'
import { failure } from '../support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'
import { Gate } from '../support/gate'
import { HUB } from './support/fleet'

const fakes = useFakes()
const openWorld = useWorld()

/** A service of its own that leads `HOST` to a server. */
const another = (server: FakeServer) => serviceOn({ registry: server }).service

const release = (repository: string) => `GET /repos/${repository}/releases/tags/v1.0.0`
const prefixOf = (service: ContainerRegistryService, repository: string) =>
  service.detectReleaseTagPrefix(`https://github.com/${repository}`, '1.0.0')

/** Epoch seconds that many seconds from now, as GitHub writes them. */
const inSeconds = (seconds: number) => String(Math.floor(Date.now() / 1000) + seconds)

describe('a registry that asks for patience', () => {
  test('is left alone by every instance, whatever is asked of it', async () => {
    const server = await fakes.server()
    server.on(TAGS, tooManyRequests('600'))
    expect(await failure(another(server).listTags(app()))).toMatchObject({ code: 'RATE_LIMITED' })
    const { service } = serviceOn({ registry: server })
    const error = {
      code: 'RATE_LIMITED',
      status: 429,
      host: server.host,
      message: expect.stringMatching(
        /asked again for \d+ s, longer than a retry may wait: GET http.* \(maxRetryDelayMs\)$/,
      ),
    }
    expect(await failure(service.listTags(app()))).toMatchObject(error)
    expect(await failure(service.listTags({ ...app(), fullName: 'team/other' }))).toMatchObject(error)
    expect(await failure(service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'arm64'))).toMatchObject(error)
    expect(server.requests).toHaveLength(1)
  })

  test('keeps nobody from asking others', async () => {
    const [limited, free] = [await fakes.server(), await fakes.server()]
    limited.on(TAGS, tooManyRequests('600'))
    free.on(TAGS, json({ tags: ['1'] }))
    await failure(another(limited).listTags(app()))
    expect(await another(free).listTags(app())).toEqual(['1'])
  })

  test('is asked again by those who are willing to wait, once it may be', async () => {
    const server = await fakes.server()
    server.on(TAGS, tooManyRequests('1'), json({ tags: ['1'] }))
    server.on(manifest('1').replace('GET', 'HEAD'), reply(404))
    server.on(manifest('1'), reply(404))
    let tell = () => {}
    const limited = new Promise<void>((resolve) => {
      tell = resolve
    })
    const first = new ContainerRegistryService({
      logger: { warn: tell },
      registries: { [HOST]: { url: server.origin } },
    }).listTags(app())
    await limited
    const [tags, digest] = await Promise.all([first, failure(another(server).getDigest(app(), '1'))])
    expect(tags).toEqual(['1'])
    expect(digest).toMatchObject({ code: 'NOT_FOUND' })
  })

  test('is asked for half as much at once, and for more with every success', async () => {
    const server = await fakes.server()
    server.on(TAGS, tooManyRequests('0'), json({ tags: [] }))
    const other = await fakes.server()
    other.always(TAGS, json({ tags: [] }))
    const service = new ContainerRegistryService({
      concurrency: 8,
      registries: { [HOST]: { url: server.origin }, 'other.example': { url: other.origin } },
    })
    /** Asks for forty things, and tells how many of them are asked for while none is answered. */
    async function crowd(round: number, expected: number): Promise<number> {
      const [gate, tags] = [new Gate(), Array.from({ length: 40 }, (_, number) => `${round}.${number}`)]
      const before = server.requests.length
      for (const tag of tags) server.on(manifest(tag), gate.hold(reply(404)))
      const checks = tags.map((tag) => service.checkArchSupport(app(), tag, 'arm64'))
      await server.received(before + expected)
      // Another host's answers show that time has passed in which one more could have come.
      for (let time = 0; time < 10; time += 1) await service.listTags({ ...app(), registry: 'other.example' })
      const asked = server.requests.length - before
      gate.open()
      await Promise.all(checks)
      return asked
    }
    // Half of eight, and a little more after the success that follows.
    await service.listTags(app())
    expect(await crowd(1, 5)).toBe(5)
    expect(await crowd(2, 8)).toBe(8)
  })
})

test('no host is asked for more at once than the limit, by all instances together', async () => {
  const server = await fakes.server()
  const gate = new Gate()
  const options = { concurrency: 3, registries: { [HOST]: { url: server.origin } } }
  const tags = Array.from({ length: 12 }, (_, number) => `1.${number}`)
  for (const tag of tags) server.on(manifest(tag), gate.hold(reply(404)))
  const checks = tags.map((tag) =>
    new ContainerRegistryService(options).checkArchSupport(app(), tag, 'arm64'),
  )
  await server.received(3)
  gate.open()
  await Promise.all(checks)
  expect(server.mostInFlight).toBe(3)
  expect(server.requests).toHaveLength(12)
})

describe('Docker Hub with no pulls left', () => {
  test('is asked for no manifest, and goes on telling tags and digests', async () => {
    const world = openWorld()
    dockerHub({ isExhausted: true }).enter(world)
    const parsed = world.service().service.parseImageReference(`team/app:${CURRENT}`)
    const first = world.service({ hubApi: false, maxRetries: 0 }).service
    // The first refusal says it; a HEAD is none.
    await first.getDigest(parsed)
    const pulls = () =>
      world.receivedBy(HUB).filter(({ method, path }) => method === 'GET' && path.includes('/manifests/'))
    const { service } = world.service({ hubApi: false, maxRetries: 0 })
    expect(await failure(service.getPlatforms(parsed))).toMatchObject({ code: 'RATE_LIMITED' })
    expect(pulls()).toEqual([])
    expect(await service.listTags(parsed)).toContain(CURRENT)
    expect(await service.getDigest(parsed)).toMatch(/^sha256:/)
    expect(service.stats().rateLimitRemaining).toEqual({ 'registry-1.docker.io': 0 })
  })
})

test('pulls that one account has used up are left to the others', async () => {
  const server = await fakes.server()
  const { root } = multiPlatformImage({ platforms: ['linux/amd64'] })
  const pulled = (left: string) =>
    reply(200, root.body, { 'Content-Type': root.mediaType, 'ratelimit-remaining': `${left};w=21600` })
  server.on(manifest('1'), pulled('0'), pulled('76'), pulled('0'))
  const as = (account: object) =>
    serviceOn({}, { registries: { [HOST]: { url: server.origin, ...account } }, maxRetries: 0 }).service
  const pull = (account: object) =>
    as(account)
      .getPlatforms(app('1'))
      .then(
        () => 'pulled',
        (error) => error.code,
      )
  const [ada, bob] = [{ token: 'ada' }, { token: 'bob' }]
  for (const account of [{}, ada, bob]) expect(await pull(account)).toBe('pulled')
  server.on(manifest('1'), pulled('75'))
  expect(await pull(ada)).toBe('pulled')
  for (const account of [{}, bob]) expect(await pull(account)).toBe('RATE_LIMITED')
  expect(server.requests.map(({ headers }) => headers.authorization)).toEqual([
    undefined,
    'Bearer ada',
    'Bearer bob',
    'Bearer ada',
  ])
})

describe('GitHub', () => {
  const limited = (status: number, reset: string) =>
    json({}, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': reset }, status)

  test.each([403, 429, 200])('with nothing left (%i) is left alone until it says so', async (status) => {
    const github = await fakes.server()
    github.on(release('team/app'), limited(status, inSeconds(3000)))
    const first = serviceOn({ github }, { maxRetries: 0 }).service
    expect(await prefixOf(first, 'team/app')).toBe(status === 200 ? 'v' : '')
    expect(await prefixOf(first, 'team/other')).toBe('')
    expect(await prefixOf(serviceOn({ github }).service, 'team/third')).toBe('')
    expect(github.requests).toHaveLength(1)
    expect(first.stats().rateLimitRemaining).toEqual({ [github.host]: 0 })
  })

  test('is asked again when its hour is over, and what was not found out is not remembered', async () => {
    const github = await fakes.server()
    github.on(release('team/app'), limited(403, inSeconds(-1)), json({}, { 'x-ratelimit-remaining': '59' }))
    const { service } = serviceOn({ github })
    expect(await prefixOf(service, 'team/app')).toBe('')
    expect(await prefixOf(service, 'team/app')).toBe('v')
    expect(service.stats().rateLimitRemaining).toEqual({ [github.host]: 59 })
  })

  test.each([403, 429])(
    'with its second limit reached (%i with Retry-After) is left alone',
    async (status) => {
      const github = await fakes.server()
      github.on(release('team/app'), reply(status, 'secondary rate limit', { 'Retry-After': '600' }))
      expect(await prefixOf(serviceOn({ github }).service, 'team/app')).toBe('')
      expect(await prefixOf(serviceOn({ github }).service, 'team/other')).toBe('')
      expect(github.requests).toHaveLength(1)
    },
  )

  test.each([
    ['nothing left', limited(403, inSeconds(3000))],
    ['its second limit reached', reply(403, '', { 'Retry-After': '600' })],
    [
      'its second limit reached by 429',
      reply(429, '', { 'Retry-After': '600', 'x-ratelimit-remaining': '9' }),
    ],
  ])('with %s for an account goes on answering others', async (_, refused) => {
    const github = await fakes.server()
    const as = (token?: string) =>
      serviceOn({}, { github: { apiUrl: github.origin, ...(token && { token }) }, maxRetries: 0 }).service
    github.on(release('team/app'), refused, json({}), refused, json({}))
    expect(await prefixOf(as(), 'team/app')).toBe('')
    expect(await prefixOf(as('ada'), 'team/app')).toBe('v')
    expect(await prefixOf(as('bob'), 'team/app')).toBe('')
    expect(await prefixOf(as('ada'), 'team/app')).toBe('v')
    // Each who was refused stays refused, also in a service of its own.
    for (const token of [undefined, 'bob']) expect(await prefixOf(as(token), 'team/app')).toBe('')
    expect(github.requests.map(({ headers }) => headers.authorization)).toEqual([
      undefined,
      'Bearer ada',
      'Bearer bob',
      'Bearer ada',
    ])
  })

  test('that is left alone costs a check its prefix only', async () => {
    const [registry, github] = [await fakes.registry(), await fakes.server()]
    const image = singlePlatformImage({
      labels: { 'org.opencontainers.image.source': 'https://github.com/team/app' },
    })
    registry.repository(NAME).push('1.0.0', image).push('1.1.0', image)
    github.on(release('team/other'), limited(403, inSeconds(3000)))
    const { service } = serviceOn({ registry, github })
    await prefixOf(service, 'team/other')
    expect(await service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'amd64')).toEqual([
      { tag: '1.1.0', isLatest: true, releaseUrl: 'https://github.com/team/app/releases/tag/1.1.0' },
    ])
  })
})
