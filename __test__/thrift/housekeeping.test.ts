import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CallOptions, ContainerRegistryService } from '../..'
import { json, reply, singlePlatformImage, tooManyRequests } from '../../testing/registry'
import { useWorld } from '../registries/support/world'
import { failure } from '../support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'
import { Gate, silence } from '../support/gate'
import { counter } from './support/counts'
import { type Member, onDockerHub, onGhcr, TWENTY, updatesOf } from './support/fleet'

const fakes = useFakes()
const openWorld = useWorld()

const NOTHING_ASKED = {
  requests: {},
  cacheHits: 0,
  manifestGets: 0,
  retries: 0,
  bytes: 0,
  rateLimitRemaining: {},
}

describe('stats', () => {
  test('are all naught before anything is asked', () => {
    expect(serviceOn({}).service.stats()).toStrictEqual(NOTHING_ASKED)
  })

  test('count what was asked of each host, retries and bytes', async () => {
    const [registry, github] = [await fakes.server(), await fakes.server()]
    registry.on(
      TAGS,
      tooManyRequests('0'),
      reply(200, '{"tags":["1"]}', { 'ratelimit-remaining': '76;w=21600' }),
    )
    github.on('GET /repos/o/r/releases/tags/v1', json({}, { 'x-ratelimit-remaining': '59' }))
    const { service } = serviceOn({ registry, github })
    await service.listTags(app())
    await service.detectReleaseTagPrefix('https://github.com/o/r', '1')
    expect(service.stats()).toStrictEqual({
      requests: { [registry.host]: 2, [github.host]: 1 },
      cacheHits: 0,
      manifestGets: 0,
      retries: 1,
      bytes: 'slow down'.length + '{"tags":["1"]}'.length + '{}'.length,
      rateLimitRemaining: { [registry.host]: 76, [github.host]: 59 },
    })
    await service.detectReleaseTagPrefix('https://github.com/o/r', '1')
    expect(service.stats().cacheHits).toBe(1)
  })

  test('count as manifest GETs what Docker Hub counts as pulls', async () => {
    const world = openWorld()
    const [member] = onDockerHub(world) as [Member]
    const count = counter(world)
    const { service } = world.service({ hubApi: false })
    await service.getAvailableUpdates(member.image, 'arm64')
    await service.getDigest(service.parseImageReference(member.image))
    const { manifestGets, requests } = service.stats()
    expect(manifestGets).toBe(count().manifestGets)
    expect(manifestGets).toBe(5)
    const asked = world.exchanges.map(({ request }) => new URL(request.origin).host)
    for (const host of new Set(asked)) {
      expect(requests[host]).toBe(asked.filter((other) => other === host).length)
    }
  })

  test('are a service’s own', async () => {
    const server = await fakes.server()
    server.on(TAGS, json({ tags: [] }))
    const [one, two] = [serviceOn({ registry: server }).service, serviceOn({ registry: server }).service]
    await one.listTags(app())
    expect(one.stats().requests).toEqual({ [server.host]: 1 })
    expect(two.stats()).toStrictEqual(NOTHING_ASKED)
  })
})

test('clearCache forgets tokens, manifests, sources, prefixes, and what Docker Hub’s API said', async () => {
  const world = openWorld()
  const [onHub] = onDockerHub(world) as [Member]
  const { service } = world.service()
  const count = counter(world)
  await service.getAvailableUpdates(onHub.image, 'arm64')
  const first = count()
  await service.getAvailableUpdates(onHub.image, 'arm64')
  expect(count()).not.toEqual(first)
  await service.clearCache()
  expect(await service.getAvailableUpdates(onHub.image, 'arm64')).toEqual(updatesOf(onHub))
  expect(count()).toEqual(first)
})

describe('close', () => {
  const calls: [string, (service: ContainerRegistryService, options?: CallOptions) => Promise<unknown>][] = [
    ['listTags', (service) => service.listTags(app())],
    ['checkArchSupport', (service) => service.checkArchSupport(app(), '2', 'amd64')],
    ['getSourceUrl', (service) => service.getSourceUrl(app())],
    ['getAvailableUpdates', (service) => service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'amd64')],
    ['checkImages', (service) => service.checkImages([`${HOST}/${NAME}:1.0.0`])],
  ]

  test.each(calls)('aborts %s in flight and refuses it from then on', async (_, call) => {
    const server = await fakes.server()
    for (const route of [TAGS, manifest('1.0.0'), manifest('2')]) server.always(route, silence())
    const { service, logger } = serviceOn({ registry: server })
    const ended = failure(call(service))
    await server.received(1)
    const { abandoned } = server.requests[0] as { abandoned: Promise<void> }
    await service.close()
    expect(await ended).toMatchObject({ code: 'ABORTED', message: 'The service is closed' })
    await abandoned
    const asked = server.requests.length
    expect(await failure(call(service))).toMatchObject({ code: 'ABORTED' })
    expect(server.requests).toHaveLength(asked)
    expect(logger.lines).toEqual([])
  })

  test('may be called again, and leaves what asks nobody', async () => {
    const { service } = serviceOn({})
    await service.close()
    await service.close()
    expect(service.parseImageReference('nginx').repo).toBe('nginx')
    expect(service.stats()).toStrictEqual(NOTHING_ASKED)
  })

  test('leaves other services alone', async () => {
    const server = await fakes.server()
    const gate = new Gate()
    server.on(TAGS, gate.hold(json({ tags: ['1'] })))
    const tags = serviceOn({ registry: server }).service.listTags(app())
    await server.asked(TAGS)
    await serviceOn({ registry: server }).service.close()
    gate.open()
    expect(await tags).toEqual(['1'])
  })

  test('is over when what was learnt is on disk', async () => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY })
    const directory = mkdtempSync(join(tmpdir(), 'container-registry-close-'))
    try {
      const { service } = world.service({ cache: { directory: join(directory, 'made', 'for', 'it') } })
      await service.checkImages(
        fleet.map(({ image }) => image),
        { arch: 'arm64' },
      )
      await service.close()
      const files = readdirSync(join(directory, 'made', 'for', 'it'))
      // Of each image: an index, a child, three candidates, their pointers, three configs, a source and a prefix.
      expect(files.filter((file) => file.endsWith('.entry')).length).toBeGreaterThanOrEqual(TWENTY * 12)
      expect(files.filter((file) => !file.endsWith('.entry'))).toEqual([])
    } finally {
      rmSync(directory, { recursive: true, maxRetries: 9 })
    }
  })

  test('of a service that was never used makes no folder', async () => {
    const directory = join(tmpdir(), `container-registry-never-${process.pid}`)
    const { service } = serviceOn({}, { cache: { directory } })
    await service.close()
    expect(existsSync(directory)).toBe(false)
  })

  test('with what came before it in flight keeps what was learnt until then', async () => {
    const registry = await fakes.registry()
    registry
      .repository(NAME)
      .push('1', singlePlatformImage({ layers: [5] }))
      .list('2')
    registry.server.on(manifest('2'), silence())
    const directory = mkdtempSync(join(tmpdir(), 'container-registry-close-'))
    try {
      const options = { cache: { directory } }
      const first = serviceOn({ registry }, options).service
      expect(await first.getImageDownloadSize(app(), '1', 'amd64')).toBe(5)
      const aborted = failure(first.getImageDownloadSize(app(), '2', 'amd64'))
      await registry.server.asked(manifest('2'))
      await first.close()
      expect(await aborted).toMatchObject({ code: 'ABORTED' })
      const asked = registry.contentRoutes.length
      expect(await serviceOn({ registry }, options).service.getImageDownloadSize(app(), '1', 'amd64')).toBe(5)
      expect(registry.contentRoutes).toHaveLength(asked)
    } finally {
      rmSync(directory, { recursive: true, maxRetries: 9 })
    }
  })
})
