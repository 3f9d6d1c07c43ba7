import { ContainerRegistryService } from '..'
import {
  content,
  type FakeServer,
  json,
  MEDIA_TYPES,
  multiPlatformImage,
  reply,
  singlePlatformImage,
  tooManyRequests,
} from '../testing/registry'
import { failure } from './support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from './support/fakes'

/**
 * The methods of the class to replace, as their callers meet them: arguments in, answers, errors and log lines out. What
 * the core makes of a server's answers is tested in Rust.
 */

const fakes = useFakes()

const IMAGE = `${HOST}/${NAME}`
const SOURCE = 'https://github.com/team/app'
const V = 'GET /repos/team/app/releases/tags/v1.0.0'
const labels = { 'org.opencontainers.image.source': SOURCE }
const both = multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], labels })
const arm64 = multiPlatformImage({ platforms: ['linux/arm64'], labels })
const page = (tag: string) => `${SOURCE}/releases/tag/${tag}`
const warning = (message: string) => ({ level: 'warn', message: `[ContainerRegistryService] ${message}` })
const NO_TOKEN = `Failed to get auth token from ${HOST}: 403`

/** A registry and GitHub that know the app, with 1.0.0 running and released as v1.0.0. */
async function world() {
  const [registry, github] = [await fakes.registry(), await fakes.github()]
  const repository = registry.repository(NAME).push('1.0.0', both)
  github.repository('team/app', 'v1.0.0')
  return { registry, github, repository, ...serviceOn({ registry, github }) }
}

/** The same, but nobody is given a token. */
async function closedWorld() {
  const opened = await world()
  opened.registry.server.always('GET /token', reply(403))
  return opened
}

describe('listTags', () => {
  test('gives the tags with their duplicates, in the order of the registry', async () => {
    const server = await fakes.server()
    server.on(TAGS, json({ name: NAME, tags: ['2', '1', 'latest', '1', 'v1'] }))
    const { service, logger } = serviceOn({ registry: server })
    expect(await service.listTags(app())).toStrictEqual(['2', '1', 'latest', '1', 'v1'])
    expect(logger.lines).toEqual([])
  })

  test('goes by registry and fullName of the reference alone', async () => {
    const server = await fakes.server()
    server.on(TAGS, json({ tags: ['1'] }))
    const { service } = serviceOn({ registry: server })
    const reference = { registry: HOST, fullName: NAME, namespace: 'x', repo: 'y', tag: 'no tag at all' }
    expect(await service.listTags(reference)).toEqual(['1'])
  })

  test('rejects where it is refused', async () => {
    const server = await fakes.server()
    server.on(TAGS, reply(503))
    const { service, logger } = serviceOn({ registry: server })
    expect(await failure(service.listTags(app()))).toMatchObject({
      code: 'REGISTRY_ERROR',
      message: `Failed to list tags for ${NAME}: 503`,
    })
    expect(logger.lines).toEqual([])
  })
})

test('a token is used for all of its repository, and another one for the next', async () => {
  const { service, registry } = await world()
  registry.repository('team/other').list('2')
  await service.listTags(app())
  await service.checkArchSupport(app(), '1.0.0', 'amd64')
  await service.getSourceUrl(app())
  await service.listTags({ ...app(), fullName: 'team/other' })
  expect(registry.tokenRequests.map(({ query }) => query.get('scope'))).toEqual([
    'repository:team/app:pull',
    'repository:team/other:pull',
  ])
})

describe('a 429 is tried again', () => {
  const busy = (times: number) => Array.from({ length: times }, () => tooManyRequests('0'))
  const line = (server: FakeServer, delay: number) =>
    warning(`Rate limited on ${server.origin}${TAGS.slice(4)}, retrying in ${delay}ms`)

  test('three times, each with a warning', async () => {
    const server = await fakes.server()
    server.on(TAGS, ...busy(3), json({ tags: ['1'] }))
    const { service, logger } = serviceOn({ registry: server })
    expect(await service.listTags(app())).toEqual(['1'])
    expect(logger.lines).toEqual([line(server, 0), line(server, 0), line(server, 0)])
  })

  test.each([0, 1, 5])('maxRetries %i times', async (maxRetries) => {
    const server = await fakes.server()
    server.on(TAGS, ...busy(maxRetries + 1))
    const { service, logger } = serviceOn({ registry: server }, { maxRetries })
    expect(await failure(service.listTags(app()))).toMatchObject({ code: 'RATE_LIMITED', status: 429 })
    expect(logger.warnings).toHaveLength(maxRetries)
  })

  test('after no more than maxRetryDelayMs', async () => {
    const server = await fakes.server()
    server.on(TAGS, tooManyRequests(), json({ tags: ['1'] }), tooManyRequests('1'))
    const { service, logger } = serviceOn({ registry: server }, { maxRetryDelayMs: 5 })
    expect(await service.listTags(app())).toEqual(['1'])
    expect(await failure(service.listTags(app()))).toMatchObject({ code: 'RATE_LIMITED' })
    expect(logger.lines).toEqual([line(server, 5)])
  })
})

describe('checkArchSupport', () => {
  test('answers about the tag or the digest of its argument', async () => {
    const { service, repository, registry, logger } = await world()
    repository.put('2.0.0', arm64)
    const { digest } = both.root
    expect(await service.checkArchSupport(app(), '2.0.0', 'amd64')).toBe(false)
    expect(await service.checkArchSupport(app(), '2.0.0', 'arm64')).toBe(true)
    expect(await service.checkArchSupport(app(), digest, 'amd64')).toBe(true)
    expect(registry.contentRoutes).toEqual(expect.arrayContaining([manifest('2.0.0'), manifest(digest)]))
    expect(registry.contentRoutes).not.toContain(manifest('1.0.0'))
    expect(logger.lines).toEqual([])
  })

  test('is true where nothing can be found out, with a warning', async () => {
    const { service, logger } = await closedWorld()
    expect(await service.checkArchSupport(app(), '2.0.0', 'amd64')).toBe(true)
    expect(logger.lines).toEqual([warning(`Error checking arch for 2.0.0: ${NO_TOKEN}`)])
  })

  test('rejects a wrong argument', async () => {
    const { service } = serviceOn({})
    expect(await failure(service.checkArchSupport(app(), 'no tag', 'amd64'))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })
})

describe('getImageDownloadSize', () => {
  test('is a number, be it a large one', async () => {
    const { service, repository, logger } = await world()
    repository.put('2.0.0', singlePlatformImage({ layers: [5, 5, 9_007_199_254] }))
    expect(await service.getImageDownloadSize(app(), '2.0.0', 'amd64')).toBe(9_007_199_264)
    expect(logger.lines).toEqual([])
  })

  test('is null where it cannot be found out, with a warning', async () => {
    const { service, logger } = await closedWorld()
    expect(await service.getImageDownloadSize(app(), '2.0.0', 'amd64')).toBeNull()
    expect(logger.lines).toEqual([warning(`Failed to get image size for ${NAME}:2.0.0: ${NO_TOKEN}`)])
  })
})

describe('getSourceUrl', () => {
  test('is the label, of the digest if the reference has one', async () => {
    const { service, registry, logger } = await world()
    const { digest } = both.root
    expect(await service.getSourceUrl({ ...app('9.9.9'), digest })).toBe(SOURCE)
    expect(registry.contentRoutes[0]).toBe(manifest(digest))
    expect(logger.lines).toEqual([])
  })

  test('is null where there is none, without a word', async () => {
    const { service, repository, logger } = await world()
    repository.put('1.0.0', singlePlatformImage({ labels: {} }))
    expect(await service.getSourceUrl(app())).toBeNull()
    expect(logger.lines).toEqual([])
  })

  test('is null where it cannot be found out, with a warning', async () => {
    const { service, logger } = await closedWorld()
    expect(await service.getSourceUrl(app())).toBeNull()
    expect(logger.lines).toEqual([warning(`Failed to get source URL for ${IMAGE}: ${NO_TOKEN}`)])
  })
})

describe('detectReleaseTagPrefix', () => {
  test('asks GitHub as the class does that is replaced', async () => {
    const { service, github, logger } = await world()
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.0.0')).toBe('v')
    expect(github.server.routes).toEqual([V])
    const { headers } = github.server.requests[0] ?? {}
    expect(headers).toMatchObject({
      accept: 'application/vnd.github.v3+json',
      'user-agent': expect.stringMatching(/^container-registry-service\/\d/),
    })
    expect(headers).not.toHaveProperty('authorization')
    expect(logger.lines).toEqual([])
  })

  test('is none without a release', async () => {
    const { service } = await world()
    expect(await service.detectReleaseTagPrefix(SOURCE, '9.9.9')).toBe('')
  })

  test('tries a 429 again once at most', async () => {
    const { service, github, logger } = await world()
    github.server.on(V, tooManyRequests('0'), tooManyRequests('0'))
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.0.0')).toBe('')
    expect(logger.lines).toEqual([
      warning(`Rate limited on ${github.server.origin}${V.slice(4)}, retrying in 0ms`),
    ])
  })
})

test('buildReleaseUrl answers at once, undefined where there is no page', () => {
  const service = new ContainerRegistryService()
  expect(service.buildReleaseUrl(SOURCE, 'v1.2', 'v')).toBe(page('v1.2'))
  expect(service.buildReleaseUrl(SOURCE, 'v1.2')).toBe(page('1.2'))
  expect(service.buildReleaseUrl(SOURCE, 'v1.2', undefined)).toBe(page('1.2'))
  expect(service.buildReleaseUrl('https://bitbucket.org/o/r', '1', '')).toBeUndefined()
})

describe('getAvailableUpdates', () => {
  const unknown = content(MEDIA_TYPES.manifest, { schemaVersion: 2, layers: [] })

  test('lists newer versions with their release pages, newest first', async () => {
    const { service, logger, repository } = await world()
    for (const tag of ['1.1.0', '1.10.0', 'v1.9', '2.0.0', 'latest']) repository.push(tag, both)
    expect(await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')).toStrictEqual([
      { tag: '1.10.0', isLatest: true, releaseUrl: page('v1.10.0') },
      { tag: 'v1.9', isLatest: false, releaseUrl: page('v1.9') },
      { tag: '1.1.0', isLatest: false, releaseUrl: page('v1.1.0') },
    ])
    expect(logger.lines).toEqual([])
  })

  test('is an empty list where there is none', async () => {
    const { service } = await world()
    expect(await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')).toStrictEqual([])
  })

  test('asks about ten candidates, and offers those behind them unchecked', async () => {
    const { service, registry, repository } = await world()
    const tags = Array.from({ length: 13 }, (_, index) => `1.${13 - index}.0`)
    for (const tag of tags) repository.push(tag, both)
    const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')
    expect(updates.map(({ tag }) => tag)).toEqual(tags)
    expect(updates.map(({ isLatest }) => isLatest)).toEqual([true, ...Array(12).fill(false)])
    const checked = registry.contentRoutes.filter((route) => tags.some((tag) => route === manifest(tag)))
    expect(checked.sort()).toEqual(tags.slice(0, 10).map(manifest).sort())
  })

  test.each(['nginx:latest', 'nginx', IMAGE])('warns for %s, which has no version', async (image) => {
    const { service, logger } = serviceOn({})
    expect(await service.getAvailableUpdates(image, 'amd64')).toStrictEqual([])
    expect(logger.lines).toEqual([warning(`Cannot check updates for ${image} — using :latest tag`)])
  })

  test('of tag@digest, compares the tag and reads the digest', async () => {
    const { service, registry, repository } = await world()
    repository.push('1.1.0', both)
    const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0@${both.root.digest}`, 'amd64')
    expect(updates).toEqual([{ tag: '1.1.0', isLatest: true, releaseUrl: page('v1.1.0') }])
    expect(registry.contentRoutes).toContain(manifest(both.root.digest))
    expect(registry.contentRoutes).not.toContain(manifest('1.0.0'))
  })

  test.each([
    [undefined, undefined],
    [null, undefined],
    ['', undefined],
    ['https://github.com/team/fallback', 'https://github.com/team/fallback/releases/tag/v1.1.0'],
  ])('takes %j for the source that an image does not name', async (fallback, releaseUrl) => {
    const { service, repository, github } = await world()
    github.repository('team/fallback', 'v1.0.0')
    const image = { root: unknown, contents: [unknown] }
    repository.put('1.0.0', image).push('1.1.0', image)
    const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64', fallback)
    expect(updates).toStrictEqual([{ tag: '1.1.0', isLatest: true, ...(releaseUrl && { releaseUrl }) }])
  })

  test('rejects without a token, and warns for the source as well', async () => {
    const { service, logger } = await closedWorld()
    const error = await failure(service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64'))
    expect(error).toMatchObject({ code: 'AUTH_FAILED', message: NO_TOKEN })
    expect(logger.lines).toEqual([warning(`Failed to get source URL for ${IMAGE}: ${NO_TOKEN}`)])
  })

  test('rejects a text that is no reference', async () => {
    const { service } = serviceOn({})
    expect(await failure(service.getAvailableUpdates('Not A Reference', 'amd64'))).toMatchObject({
      code: 'INVALID_REFERENCE',
    })
  })

  test('has one token for a whole check, and the next one', async () => {
    const { service, registry, repository } = await world()
    for (const tag of ['1.4', '1.3', '1.2', '1.1']) repository.push(tag, both)
    await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64')
    await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')
    expect(registry.tokenRequests).toHaveLength(1)
    expect(registry.contentRoutes.filter((route) => route === TAGS)).toHaveLength(2)
  })
})
