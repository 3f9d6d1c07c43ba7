import type { CallOptions, ContainerRegistryService } from '../..'
import { multiPlatformImage, singlePlatformImage } from '../../testing/registry'
import { failure } from '../support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'
import { Gate } from '../support/gate'

const fakes = useFakes()

const CALLERS = 100
const SOURCE = 'https://github.com/team/app'
const RELEASE = 'GET /repos/team/app/releases/tags/v1.0.0'

const image = multiPlatformImage({
  platforms: ['linux/amd64', 'linux/arm64'],
  labels: { 'org.opencontainers.image.source': SOURCE },
  layers: [7],
})

/** What runs: the same for the same machines, but not the same image. */
const running = multiPlatformImage({
  platforms: ['linux/amd64', 'linux/arm64'],
  labels: { 'org.opencontainers.image.source': SOURCE, tag: '1.0.0' },
  layers: [7],
})

type Call = (service: ContainerRegistryService, options?: CallOptions) => Promise<unknown>

/** Methods, what they ask for that many callers may share, and what they answer. */
const METHODS: [name: string, call: Call, shared: string, answer: unknown][] = [
  ['listTags', (service, options) => service.listTags(app(), options), TAGS, ['1.0.0', '1.1.0']],
  [
    'checkArchSupport',
    (service, options) => service.checkArchSupport(app(), '1.1.0', 's390x', options),
    manifest('1.1.0'),
    false,
  ],
  [
    'getImageDownloadSize',
    (service, options) => service.getImageDownloadSize(app(), '1.1.0', 'arm64', options),
    manifest('1.1.0'),
    7,
  ],
  ['getSourceUrl', (service, options) => service.getSourceUrl(app(), options), manifest('1.0.0'), SOURCE],
  [
    'detectReleaseTagPrefix',
    (service, options) => service.detectReleaseTagPrefix(SOURCE, '1.0.0', options),
    RELEASE,
    'v',
  ],
  [
    'getAvailableUpdates',
    (service, options) => service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'arm64', null, options),
    TAGS,
    [{ tag: '1.1.0', isLatest: true, releaseUrl: `${SOURCE}/releases/tag/v1.1.0` }],
  ],
  [
    'checkImage',
    async (service, options) => (await service.checkImage(`${HOST}/${NAME}:1.0.0`, options)).updates,
    TAGS,
    [
      {
        tag: '1.1.0',
        isLatest: true,
        releaseUrl: `${SOURCE}/releases/tag/v1.1.0`,
        releaseUrlSource: 'release',
      },
    ],
  ],
  [
    'getDigest',
    (service, options) => service.getDigest(app(), '1.1.0', options),
    manifest('1.1.0').replace('GET', 'HEAD'),
    image.root.digest,
  ],
]

async function world() {
  const [registry, github] = [await fakes.registry(), await fakes.github()]
  registry.repository(NAME).push('1.0.0', running).push('1.1.0', image)
  registry.repository('team/other').push('1', singlePlatformImage())
  github.repository('team/app', 'v1.0.0', 'v1.1.0')
  const { service, logger } = serviceOn({ registry, github })
  // From here on the token service is known and asked first.
  await service.listTags({ ...app(), fullName: 'team/other' })
  /** Some round trips, after which everybody who was called before has begun. */
  const passTime = async () => {
    for (let time = 0; time < 50; time += 1) {
      await service.getDigest({ ...app(), fullName: 'team/other' }, '1')
    }
  }
  const server = (route: string) => (route === RELEASE ? github.server : registry.server)
  return { service, logger, registry, github, server, passTime }
}

describe.each(METHODS)('%s', (_, call, shared, answer) => {
  test('by a hundred callers at once is one request for each thing', async () => {
    const { service, logger, registry, github, server, passTime } = await world()
    const gate = new Gate()
    server(shared).on(shared, gate.hold())
    const calls = Array.from({ length: CALLERS }, () => call(service))
    await server(shared).asked(shared)
    await passTime()
    gate.open()
    expect(await Promise.all(calls)).toEqual(Array(CALLERS).fill(answer))
    const asked = [...registry.contentRoutes, ...github.server.routes].filter(
      (route) => !route.includes('other'),
    )
    expect(asked).toEqual([...new Set(asked)])
    expect(asked).toContain(shared)
    expect(registry.tokenRequests.length).toBeLessThanOrEqual(2)
    expect(logger.lines).toEqual([])
  })

  test('is not lost to fifty callers by fifty others who give up, the first one among them', async () => {
    const { service, registry, server, passTime } = await world()
    const gate = new Gate()
    server(shared).on(shared, gate.hold())
    const abort = new AbortController()
    const leaving: Promise<unknown>[] = []
    const staying: Promise<unknown>[] = []
    for (let number = 0; number < CALLERS; number += 2) {
      leaving.push(failure(call(service, { signal: abort.signal })))
      staying.push(call(service))
    }
    await server(shared).asked(shared)
    await passTime()
    abort.abort()
    expect(await Promise.all(leaving)).toEqual(
      Array(CALLERS / 2).fill(expect.objectContaining({ code: 'ABORTED' })),
    )
    gate.open()
    expect(await Promise.all(staying)).toEqual(Array(CALLERS / 2).fill(answer))
    expect(server(shared).of(shared)).toHaveLength(1)
    expect(registry.tokenRequests.length).toBeLessThanOrEqual(2)
  })

  test('is given up when all callers have, and asked for anew by the next one', async () => {
    const { service, server, passTime } = await world()
    server(shared).on(shared, new Gate().hold())
    const abort = new AbortController()
    const calls = Array.from({ length: 10 }, () => failure(call(service, { signal: abort.signal })))
    const { abandoned } = await server(shared).asked(shared)
    await passTime()
    abort.abort()
    await Promise.all(calls)
    await abandoned
    expect(await call(service)).toEqual(answer)
    expect(server(shared).of(shared)).toHaveLength(2)
  })
})

test('a list is read by all checks of its repository, each for what it needs', async () => {
  const registry = await fakes.registry({ pageSize: 3 })
  const repository = registry.repository(NAME)
  for (const variant of ['', '-alpine', '-rocm']) {
    for (const tag of ['1.0.0', '1.1.0', '2.0.0'])
      repository.push(tag + variant, singlePlatformImage({ labels: { tag: tag + variant } }))
  }
  const { service } = serviceOn({ registry })
  const running = ['1.0.0', '1.0.0-alpine', '1.1.0-rocm', '2.0.0']
  const reports = await service.checkImages(
    running.map((tag) => `${HOST}/${NAME}:${tag}`),
    { arch: 'amd64' },
  )
  expect(reports.map(({ latest }) => [latest.minor?.tag, latest.major?.tag])).toEqual([
    ['1.1.0', '2.0.0'],
    ['1.1.0-alpine', '2.0.0-alpine'],
    [undefined, '2.0.0-rocm'],
    [undefined, undefined],
  ])
  expect(registry.contentRoutes.filter((route) => route.includes('/tags/list'))).toHaveLength(3)
})

test('a config that many tags share is asked for once', async () => {
  const registry = await fakes.registry()
  const tags = Array.from({ length: 10 }, (_, number) => `1.${number}.0`)
  const single = singlePlatformImage({ platform: 'linux/arm64' })
  for (const tag of tags) registry.repository(NAME).push(tag, single)
  const { service } = serviceOn({ registry })
  const supported = await Promise.all(tags.map((tag) => service.checkArchSupport(app(), tag, 'arm64')))
  expect(supported).toEqual(tags.map(() => true))
  expect(registry.contentRoutes.filter((route) => route.includes('/blobs/'))).toHaveLength(1)
})
