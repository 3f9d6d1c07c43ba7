import { CUT, json, multiPlatformImage, reply, singlePlatformImage } from '../testing/registry'
import { failure } from './support/failure'
import { HOST, manifest, NAME, serviceOn, TAGS, useFakes } from './support/fakes'

const fakes = useFakes()

const IMAGE = `${HOST}/${NAME}`
const SOURCE = 'https://github.com/team/app'
const labels = { 'org.opencontainers.image.source': SOURCE }
const both = multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], labels })
const amd64 = multiPlatformImage({ platforms: ['linux/amd64'], labels })
const page = (tag: string) => `https://github.com/team/app/releases/tag/${tag}`

/** A registry and GitHub that know the app, with 1.0.0 running and released as v1.0.0. */
async function world() {
  const [registry, github] = [await fakes.registry(), await fakes.github()]
  const repository = registry.repository(NAME).push('1.0.0', both)
  github.repository('team/app', 'v1.0.0')
  return { registry, github, repository, ...serviceOn({ registry, github }) }
}

test('lists newer versions with their release pages, newest first', async () => {
  const { service, logger, repository } = await world()
  repository
    .push('1.1.0', both)
    .push('1.10.0', both)
    .push('v1.9', both)
    .push('2.0.0', both)
    .push('latest', both)
  const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')
  expect(updates).toStrictEqual([
    { tag: '1.10.0', isLatest: true, releaseUrl: page('v1.10.0') },
    { tag: 'v1.9', isLatest: false, releaseUrl: page('v1.9') },
    { tag: '1.1.0', isLatest: false, releaseUrl: page('v1.1.0') },
  ])
  expect(logger.lines).toEqual([])
})

test('no newer version is an empty list', async () => {
  const { service } = await world()
  expect(await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')).toStrictEqual([])
})

test('isLatest is for the first version that runs on the architecture', async () => {
  const { service, repository } = await world()
  repository.push('1.3.0', amd64).push('1.2.0', both).push('1.1.0', both)
  const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')
  expect(updates.map(({ tag, isLatest }) => [tag, isLatest])).toEqual([
    ['1.2.0', true],
    ['1.1.0', false],
  ])
})

describe('ten candidates are checked', () => {
  const tags = Array.from({ length: 13 }, (_, index) => `1.${13 - index}.0`)

  test('and those behind them are offered unchecked', async () => {
    const { service, registry, repository } = await world()
    for (const tag of tags) repository.push(tag, both)
    const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')
    expect(updates.map(({ tag }) => tag)).toEqual(tags)
    expect(updates.map(({ isLatest }) => isLatest)).toEqual([true, ...Array(12).fill(false)])
    const checked = registry.contentRoutes.filter((route) => tags.some((tag) => route === manifest(tag)))
    expect(checked.sort()).toEqual(tags.slice(0, 10).map(manifest).sort())
  })

  test('and none of them is the latest if none of the ten runs', async () => {
    const { service, repository } = await world()
    for (const tag of tags) repository.push(tag, amd64)
    const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')
    expect(updates.map(({ tag, isLatest }) => [tag, isLatest])).toEqual(
      tags.slice(10).map((tag) => [tag, false]),
    )
  })
})

test('a tag that is listed twice is offered twice', async () => {
  const { service, repository } = await world()
  repository.push('1.1.0', both).list('1.1.0')
  const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64')
  expect(updates.map(({ tag, isLatest }) => [tag, isLatest])).toEqual([
    ['1.1.0', true],
    ['1.1.0', false],
  ])
})

test.each(['stable', 'rc', 'sha-4bfc5bb'])('the tag %s is no version and is offered 0.x', async (tag) => {
  const { service, github, repository } = await world()
  repository.push(tag, both).push('0.1.0', both).push('0.2', both)
  github.repository('team/app')
  const updates = await service.getAvailableUpdates(`${IMAGE}:${tag}`, 'amd64')
  expect(updates.map((update) => update.tag)).toEqual(['0.2', '0.1.0'])
})

test.each(['nginx:latest', 'nginx', `${HOST}/${NAME}`])(
  '%s has no versions: an empty list and a warning',
  async (image) => {
    const { service, logger } = serviceOn({})
    expect(await service.getAvailableUpdates(image, 'amd64')).toStrictEqual([])
    const line = `[ContainerRegistryService] Cannot check updates for ${image} — using :latest tag`
    expect(logger.lines).toEqual([{ level: 'warn', message: line }])
  },
)

test('of tag@digest, the tag is compared and the digest is read', async () => {
  const { service, registry, repository } = await world()
  repository.push('1.1.0', both)
  const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0@${both.root.digest}`, 'amd64')
  expect(updates).toEqual([{ tag: '1.1.0', isLatest: true, releaseUrl: page('v1.1.0') }])
  expect(registry.contentRoutes).toContain(manifest(both.root.digest))
  expect(registry.contentRoutes).not.toContain(manifest('1.0.0'))
})

describe('the source repository', () => {
  const bare = singlePlatformImage({})

  async function updateOf(image: typeof bare, fallback?: string | null) {
    const { service, repository, github } = await world()
    github.repository('team/fallback', 'v1.0.0')
    repository.put('1.0.0', image).push('1.1.0', image)
    const [update] = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64', fallback)
    return update
  }

  test('is that of the label before that of the caller', async () => {
    expect((await updateOf(both, 'https://github.com/team/fallback'))?.releaseUrl).toBe(page('v1.1.0'))
  })

  test('is that of the caller where there is no label', async () => {
    const update = await updateOf(bare, 'https://github.com/team/fallback')
    expect(update?.releaseUrl).toBe('https://github.com/team/fallback/releases/tag/v1.1.0')
  })

  test.each([undefined, null, ''])('is none where the caller names %j', async (fallback) => {
    expect(await updateOf(bare, fallback)).toEqual({ tag: '1.1.0', isLatest: true })
  })

  test.each(['https://bitbucket.org/o/r', 'no url'])('%s has no release pages', async (fallback) => {
    expect(await updateOf(bare, fallback)).toEqual({ tag: '1.1.0', isLatest: true })
  })
})

describe('what fails', () => {
  test('a tag list that is refused rejects', async () => {
    const { service, registry } = await world()
    registry.server.always('GET /v2/team/app/tags/list', reply(500))
    expect(await failure(service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64'))).toMatchObject({
      code: 'REGISTRY_ERROR',
      message: `Failed to list tags for ${NAME}: 500`,
    })
  })

  test.each([
    ['refused', reply(403), 'AUTH_FAILED', `Failed to get auth token from ${HOST}: 403`],
    ['not to be had', reply(500), 'REGISTRY_ERROR', `Failed to get auth token from ${HOST}: 500`],
    ['empty', json({ token: '' }), 'AUTH_FAILED', `No token returned from ${HOST}`],
    ['cut off', CUT, 'NETWORK', ''],
    ['no JSON', reply(200, '<html>'), 'BAD_RESPONSE', ''],
  ])('a token that is %s rejects, and warns for the source as well', async (_, answer, code, message) => {
    const { service, registry, logger } = await world()
    registry.server.always('GET /token', answer)
    const error = await failure(service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64'))
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
    const line = `[ContainerRegistryService] Failed to get source URL for ${HOST}/${NAME}: ${error.message}`
    expect(logger.lines).toEqual([{ level: 'warn', message: line }])
  })

  test('a text that is no reference rejects', async () => {
    const { service } = serviceOn({})
    expect(await failure(service.getAvailableUpdates('Not A Reference', 'amd64'))).toMatchObject({
      code: 'INVALID_REFERENCE',
    })
  })

  test('a source that cannot be read costs the release pages only', async () => {
    const { service, registry, repository, logger } = await world()
    repository.push('1.1.0', both)
    registry.server.always(manifest('1.0.0'), ({ headers }) => (headers.authorization ? CUT : undefined))
    expect(await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64')).toEqual([
      { tag: '1.1.0', isLatest: true },
    ])
    expect(logger.warnings).toEqual([
      expect.stringMatching(/Failed to get source URL for registry\.example\/team\/app: /),
    ])
  })

  test('architectures that cannot be read warn in the order of the versions', async () => {
    const { service, registry, repository, logger } = await world()
    const tags = ['1.5', '1.4', '1.3', '1.2', '1.1']
    for (const tag of tags) {
      repository.list(tag)
      registry.server.always(manifest(tag), reply(200, '<html>'))
    }
    const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64')
    expect(updates.map(({ tag }) => tag)).toEqual(tags)
    expect(logger.warnings.map((line) => /checking arch for (\S+):/.exec(line)?.[1])).toEqual(tags)
  })

  test('GitHub costs the prefix only', async () => {
    const { service, github, repository } = await world()
    repository.push('1.1.0', both)
    github.server.always('GET /repos/team/app/releases/tags/v1.0.0', CUT)
    const updates = await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64')
    expect(updates).toEqual([{ tag: '1.1.0', isLatest: true, releaseUrl: page('1.1.0') }])
  })
})

test('one token serves a whole check, and the next one', async () => {
  const { service, registry, repository } = await world()
  for (const tag of ['1.4', '1.3', '1.2', '1.1']) repository.push(tag, both)
  await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'amd64')
  await service.getAvailableUpdates(`${IMAGE}:1.0.0`, 'arm64')
  expect(registry.tokenRequests).toHaveLength(1)
  expect(registry.contentRoutes.filter((route) => route === TAGS)).toHaveLength(2)
})
