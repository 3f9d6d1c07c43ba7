import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceOptions } from '../..'
import { json, LOGIN, multiPlatformImage, type Repository, reply, type Site } from '../../testing/registry'
import { CURRENT, NEWEST, SINGLE } from '../registries/support/catalogue'
import { useWorld } from '../registries/support/world'
import { useFakes } from '../support/fakes'
import { counter } from './support/counts'
import { HUB_API, type Member, onDockerHub, updatesOf } from './support/fleet'

const openWorld = useWorld()
const SOURCE = 'org.opencontainers.image.source'
const fakes = useFakes()

/** What a check at Docker Hub answers and asks, with an API beside it. */
async function check(
  { api, fill, ...options }: ServiceOptions & { api?: Site; fill?: (repository: Repository) => void } = {},
  arch = 'arm64',
) {
  const world = openWorld()
  const [member] = onDockerHub(world, { api, ...(fill && { fill }) }) as [Member]
  const count = counter(world)
  const { service, logger } = world.service(options)
  const updates = await service.getAvailableUpdates(member.image, arch)
  return { world, service, member, logger, updates, ...count() }
}

const image = (architecture: string, variant?: string) => ({ os: 'linux', architecture, variant })
const listing = (results: unknown) => () => json({ count: 3, next: null, results })

describe('Docker Hub’s API', () => {
  test('spares the manifests of candidates', async () => {
    const { updates, member, hubApi, manifestGets } = await check()
    expect(updates).toEqual(updatesOf(member))
    expect([hubApi, manifestGets]).toEqual([1, 1])
  })

  test.each([
    ['the index', { indexAnnotations: { [SOURCE]: 'https://github.com/team/app-0' } }, true],
    ['nothing', {}, false],
  ])(
    'names a manifest, after which the index is read where the source stands in %s',
    async (_, image, isFound) => {
      const built = multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], ...image })
      const { updates, member, manifestGets } = await check({
        fill: (repository: Repository) => repository.put(CURRENT, built),
      })
      expect(updates.map(({ releaseUrl }) => releaseUrl !== undefined)).toEqual([isFound, isFound])
      expect(updates.map(({ tag }) => tag)).toEqual(updatesOf(member).map(({ tag }) => tag))
      expect(manifestGets).toBe(2)
    },
  )

  test('is asked for a hundred tags, those that were changed last, and for nothing twice', async () => {
    const { world, service, member } = await check()
    await service.getAvailableUpdates(member.image, 'amd64')
    const asked = world.receivedBy(HUB_API).map(({ method, url }) => `${method} ${url}`)
    expect(asked).toEqual(['GET /v2/repositories/team/app-0/tags?page_size=100&ordering=last_updated'])
  })

  test('is asked again when what it said is as old as a tag may be', async () => {
    const { world, service, member } = await check({ tagTtlMs: 0 })
    await service.getAvailableUpdates(member.image, 'arm64')
    expect(world.receivedBy(HUB_API)).toHaveLength(2)
  })

  test.each(['arm64', 'aarch64', 'amd64', 'x86_64', 'arm', 'armv7l', 'arm/v6', 's390x'])(
    'changes nothing about what is offered to %s',
    async (arch) => {
      const { updates: sparing } = await check({}, arch)
      const { updates: plain } = await check({ hubApi: false }, arch)
      expect(sparing).toEqual(plain)
    },
  )

  test('is believed, and what it does not tell is asked of the manifests', async () => {
    const api = listing([
      { name: NEWEST, images: [image('amd64')] },
      { name: SINGLE, images: [image('arm64', 'v8'), image('unknown')] },
      { name: '3.7.1', images: [image('unknown')] },
    ])
    const { updates, manifestGets } = await check({ api })
    expect(updates.map(({ tag }) => tag)).toEqual([SINGLE, '3.7.1'])
    expect(manifestGets).toBe(3)
  })
})

describe('its failure shows in nothing but requests', () => {
  test.each<[string, Site]>([
    ['it knows nothing of the repository', () => json({ message: 'object not found', errinfo: {} }, {}, 404)],
    ['it is out of order', () => reply(500)],
    ['it has had enough', () => reply(429, '', { 'Retry-After': '60' })],
    ['it wants a login', () => json({ detail: 'Unauthorized' }, {}, 401)],
    ['it forbids it', () => reply(403, '<html>')],
    ['it answers with a page', () => reply(200, '<html>')],
    ['it answers with another document', () => json({ tags: [] })],
    ['it answers with a list of something else', listing([{ tag: NEWEST }])],
    ['it answers with images that are none', listing([{ name: NEWEST, images: 'arm64' }])],
    ['it knows no tags', listing([])],
    ['it knows other tags', listing([{ name: 'nightly', images: [image('arm64')] }])],
    ['it does not say what the images are for', listing([{ name: NEWEST, images: [{}] }])],
    ['it says too much', () => reply(200, ' '.repeat(5 * 1024 * 1024))],
    ['it leads away', () => reply(302, '', { Location: 'http://169.254.169.254/latest' })],
  ])('where %s', async (_, api) => {
    const { updates, member, manifestGets, logger } = await check({ api })
    expect(updates).toEqual(updatesOf(member))
    expect(manifestGets).toBe(5)
    expect(logger.warnings).toEqual([])
  })

  test('where it cannot be reached', async () => {
    openWorld().cutOff(HUB_API)
    const { updates, member, manifestGets, logger } = await check()
    expect(updates).toEqual(updatesOf(member))
    expect(manifestGets).toBe(5)
    expect(logger.warnings).toEqual([])
  })

  test('where it does not answer', async () => {
    openWorld().holdBack(({ origin }) => (origin === HUB_API ? new Promise(() => {}) : Promise.resolve()))
    const { updates, member, manifestGets, logger } = await check()
    expect(updates).toEqual(updatesOf(member))
    expect(manifestGets).toBe(5)
    expect(logger.warnings).toEqual([])
  })

  test('and it is left alone for a while', async () => {
    const { world, service, member, logger } = await check({ api: () => reply(500) })
    await service.getAvailableUpdates(member.image, 'amd64')
    expect(world.receivedBy(HUB_API)).toHaveLength(1)
    const told = logger.lines.filter(
      ({ message }) => message.includes('Docker Hub’s API') || message.includes('API is'),
    )
    expect(told).toHaveLength(1)
  })
})

describe('it is not asked', () => {
  test('where the option says so', async () => {
    const { updates, member, hubApi, manifestGets } = await check({ hubApi: false })
    expect(updates).toEqual(updatesOf(member))
    expect([hubApi, manifestGets]).toEqual([0, 5])
  })

  test('with credentials for Docker Hub, which it is not for', async () => {
    const { updates, member, hubApi } = await check({ registries: { 'docker.io': LOGIN } })
    expect(updates).toEqual(updatesOf(member))
    expect(hubApi).toBe(0)
  })

  test('where Docker’s configuration says who asks', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'container-registry-hub-'))
    writeFileSync(join(folder, 'config.json'), '{}')
    try {
      expect((await check({ dockerConfig: folder })).hubApi).toBe(0)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('of a Docker Hub that is reached elsewhere', async () => {
    const registry = await fakes.registry()
    registry.repository('team/app').list(CURRENT)
    const world = openWorld()
    const registries = { 'docker.io': { url: registry.server.origin } }
    const { service } = world.service({ registries, proxy: undefined })
    expect(await service.getAvailableUpdates(`team/app:${CURRENT}`, 'arm64')).toEqual([])
    expect(world.exchanges).toEqual([])
  })

  test('for an image of another registry', async () => {
    const registry = await fakes.registry()
    const hub = await fakes.server()
    registry.repository('team/app').list(CURRENT)
    const { service } = openWorld().service({
      registries: { 'nas.lan': { url: registry.server.origin } },
      hubApi: { url: hub.origin },
      proxy: undefined,
    })
    expect(await service.getAvailableUpdates(`nas.lan/team/app:${CURRENT}`, 'arm64')).toEqual([])
    expect(hub.requests).toEqual([])
  })
})

describe('{ url }', () => {
  test('says where it is, also for a Docker Hub that is reached elsewhere', async () => {
    const registry = await fakes.registry()
    const hub = await fakes.server()
    const tags = '/hub/v2/repositories/team/app/tags?page_size=100&ordering=last_updated'
    hub.on(`GET ${tags}`, listing([{ name: '3.9.0', images: [image('arm64')] }])())
    registry.repository('team/app').list(CURRENT, '3.9.0')
    const { service } = openWorld().service({
      registries: { 'docker.io': { url: registry.server.origin } },
      hubApi: { url: `${hub.origin}/hub/` },
      proxy: undefined,
    })
    expect(await service.getAvailableUpdates(`team/app:${CURRENT}`, 'arm64')).toEqual([
      { tag: '3.9.0', isLatest: true },
    ])
    expect(registry.contentRoutes).not.toContain('GET /v2/team/app/manifests/3.9.0')
  })

  test('asks for official images by their full name', async () => {
    const registry = await fakes.registry()
    const hub = await fakes.server()
    hub.on('GET /v2/repositories/library/nginx/tags', listing([{ name: '1.28', images: [image('s390x')] }])())
    registry.repository('library/nginx').list('1.27', '1.28')
    const { service } = openWorld().service({
      registries: { 'docker.io': { url: registry.server.origin } },
      hubApi: { url: hub.origin },
      proxy: undefined,
    })
    expect(await service.getAvailableUpdates('nginx:1.27', 'arm64')).toEqual([])
  })
})
