import { ContainerRegistryService } from '../..'
import { type FixtureRegistries, startRegistries } from '../../testing'
import { failure } from '../support/failure'

let registries: FixtureRegistries
let service: ContainerRegistryService

beforeEach(async () => {
  registries = await startRegistries({
    images: [
      {
        image: 'ghcr.io/kiwix/kiwix-serve',
        tags: ['3.7.0', '3.8.0', '3.8.1', 'latest'],
        aliases: { latest: '3.8.0' },
        platforms: ['linux/amd64', 'linux/arm/v7'],
        onlyFor: { '3.8.1': ['linux/arm/v7'] },
        source: 'https://github.com/kiwix/kiwix-tools',
        releases: 'v',
      },
      { image: 'redis', tags: ['7.4.1', '7.4.2'], single: true, platforms: ['linux/arm64'] },
    ],
    hosts: { 'docker.io': { token: false, pageSize: 1 } },
  })
  service = new ContainerRegistryService({ ...registries.options, maxRetries: 0 })
})

afterEach(() => registries.close())

test('a service finds updates, platforms and release pages in them', async () => {
  expect(await service.getAvailableUpdates('ghcr.io/kiwix/kiwix-serve:3.7.0', 'amd64')).toEqual([
    { tag: '3.8.0', isLatest: true, releaseUrl: 'https://github.com/kiwix/kiwix-tools/releases/tag/v3.8.0' },
  ])
  const redis = service.parseImageReference('redis:7.4.1')
  expect(await service.checkArchSupport(redis, '7.4.2', 'amd64')).toBe(false)
  expect(await service.checkArchSupport(redis, '7.4.2', 'arm64')).toBe(true)
})

test('a floating tag is the version that it is another name of', async () => {
  const report = await service.checkImage('ghcr.io/kiwix/kiwix-serve:latest', { arch: 'amd64' })
  const latest = service.parseImageReference('ghcr.io/kiwix/kiwix-serve')
  expect(report.digest).toEqual({
    available: await service.getDigest(latest, '3.8.0'),
    changed: false,
    version: '3.8.0',
  })
})

test('they behave as they were told', async () => {
  const redis = service.parseImageReference('redis')
  expect(await service.listTags(redis)).toEqual(['7.4.1', '7.4.2'])
  const asked = registries.requests.filter(({ host }) => host === 'registry-1.docker.io')
  // Two pages, and no token.
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
    'GET /v2/library/redis/tags/list?n=1000',
    'GET /v2/library/redis/tags/list?last=7.4.1&n=1',
  ])
})

test('they refuse for as long as they are told to', async () => {
  const redis = service.parseImageReference('redis')
  registries.refuse('docker.io', 503)
  expect(await failure(service.listTags(redis))).toMatchObject({ code: 'REGISTRY_ERROR', status: 503 })
  registries.recover('docker.io')
  expect(await service.listTags(redis)).toHaveLength(2)
  expect(() => registries.refuse('quay.io', 500)).toThrow('No registry is served for quay.io')
})

test('what they do not have is not found', async () => {
  const missing = service.parseImageReference('ghcr.io/kiwix/other')
  expect(await failure(service.listTags(missing))).toMatchObject({ code: 'NOT_FOUND' })
})

test('what is no question to a registry fails at the end, by its name', async () => {
  const other = await startRegistries({ images: [{ image: 'ghcr.io/o/r', tags: ['1'] }] })
  const url = (other.options.registries as Record<string, { url: string }>)['ghcr.io']?.url
  expect((await fetch(`${url}/v2/o/r/blobs/uploads`, { method: 'POST' })).status).toBe(599)
  expect((await failure(other.close())).message).toContain('unexpected request: POST /v2/o/r/blobs/uploads')
})
