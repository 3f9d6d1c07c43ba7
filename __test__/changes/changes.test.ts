import { multiPlatformImage, type SinglePlatform, singlePlatformImage } from '../../testing/registry'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'
import { POSTGRES_17, POSTGRES_18 } from './support/postgres'

const fakes = useFakes()
const IMAGE = `${HOST}/${NAME}`

/** What `inspectUpdate` says of the move from one image to another. */
async function inspected(from: SinglePlatform, to: SinglePlatform) {
  const registry = await fakes.registry()
  const repository = registry.repository(NAME)
  repository.push('1.0.0', singlePlatformImage(from)).push('1.1.0', singlePlatformImage(to))
  const { service, logger } = serviceOn({ registry })
  const inspection = await service.inspectUpdate(`${IMAGE}:1.0.0`, '1.1.0', { arch: 'amd64' })
  return { registry, service, logger, inspection }
}

const NOTHING = {
  ports: { added: [], removed: [] },
  volumes: { added: [], removed: [] },
  env: { added: [], removed: [], changed: [] },
  labels: { added: [], removed: [], changed: [] },
}

describe('the changes of inspectUpdate', () => {
  test('are those between the two configs', async () => {
    const { inspection } = await inspected(
      { container: POSTGRES_17, created: '2026-01-02T03:04:05Z', layers: [1000, 20], labels: { a: 'b' } },
      {
        container: { ...POSTGRES_18, User: '999', Healthcheck: { Test: ['CMD', 'x'], Timeout: 3e9 } },
        created: '2026-02-02T03:04:05Z',
        layers: [1000, 40, 40],
        labels: { a: 'b' },
        annotations: { 'org.opencontainers.image.base.name': 'debian:trixie-slim' },
      },
    )
    expect(inspection.changes).toEqual({
      ...NOTHING,
      user: { to: '999' },
      healthcheck: { to: { test: ['CMD', 'x'], timeoutMs: 3000 } },
      volumes: { added: ['/var/lib/postgresql'], removed: ['/var/lib/postgresql/data'] },
      env: {
        added: [],
        removed: [],
        changed: [
          { name: 'GOSU_VERSION', from: '1.18', to: '1.19' },
          {
            name: 'PATH',
            from: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/17/bin',
            to: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/18/bin',
          },
          { name: 'PGDATA', from: '/var/lib/postgresql/data', to: '/var/lib/postgresql/18/docker' },
          { name: 'PG_MAJOR', from: '17', to: '18' },
        ],
      },
      base: { to: 'debian:trixie-slim' },
      layers: {
        shared: { count: 1, bytes: 1000 },
        added: { count: 2, bytes: 80 },
        removed: { count: 1, bytes: 20 },
      },
      createdAt: { from: '2026-01-02T03:04:05Z', to: '2026-02-02T03:04:05Z' },
    })
  })

  test('are those of the machine’s platform', async () => {
    const registry = await fakes.registry()
    const image = (salt: string, labelsOf = {}) =>
      multiPlatformImage({
        platforms: ['linux/amd64', 'linux/arm64'],
        salt,
        labelsOf,
        container: { Env: [] },
      })
    registry.repository(NAME).push('1.0.0', image('a'))
    registry.repository(NAME).push('1.1.0', image('b', { 'linux/arm64': { only: 'here' } }))
    const { service } = serviceOn({ registry })
    const added = async (arch: string) =>
      (await service.inspectUpdate(`${IMAGE}:1.0.0`, '1.1.0', { arch })).changes?.labels.added
    expect(await added('arm64')).toEqual([{ name: 'only', value: 'here' }])
    expect(await added('amd64')).toEqual([])
  })

  test.each<[string, SinglePlatform]>([
    ['nulls', { config: { config: { Entrypoint: null, Env: null, Volumes: null, Labels: null } } }],
    ['no config at all', { config: { config: undefined } }],
    [
      'other types',
      { container: { Entrypoint: 7, Env: {}, Volumes: 'x'.repeat(0), User: ['a'], Shell: false } },
    ],
  ])('are none where a config has %s', async (_, odd) => {
    const { inspection } = await inspected({}, odd)
    expect(inspection.changes).toMatchObject(NOTHING)
  })

  test('are absent where what is running is gone, or its config is longer than any is', async () => {
    const registry = await fakes.registry()
    const repository = registry.repository(NAME).push('1.1.0', singlePlatformImage())
    repository.push('1.2.0', singlePlatformImage({ container: { Env: [`A=${'x'.repeat(600_000)}`] } }))
    const { service } = serviceOn({ registry })
    for (const [from, to] of [
      ['1.0.0', '1.1.0'],
      ['1.1.0', '1.2.0'],
    ]) {
      const inspection = await service.inspectUpdate(`${IMAGE}:${from}`, to as string, { arch: 'amd64' })
      expect(inspection).toMatchObject({ exists: true, runs: true })
      expect(inspection).not.toHaveProperty('changes')
    }
  })

  test('are absent, with a warning, where what is running cannot be looked at', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).push('1.1.0', singlePlatformImage())
    registry.server.always(`GET /v2/${NAME}/manifests/1.0.0`, { status: 500 })
    const { service, logger } = serviceOn({ registry }, { maxRetries: 0 })
    const inspection = await service.inspectUpdate(`${IMAGE}:1.0.0`, '1.1.0', { arch: 'amd64' })
    expect(inspection).not.toHaveProperty('changes')
    expect(logger.warnings.join()).toMatch(
      /What changes from registry\.example\/team\/app:1\.0\.0 to 1\.1\.0 is unknown: /,
    )
  })

  test('take four manifests and two configs, and nothing again', async () => {
    const registry = await fakes.registry()
    const image = (salt: string) => multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], salt })
    registry.repository(NAME).push('1.0.0', image('a')).push('1.1.0', image('b'))
    const { service } = serviceOn({ registry })
    const ask = () => service.inspectUpdate(`${IMAGE}:1.0.0`, '1.1.0', { arch: 'arm64' })
    await ask()
    const count = (what: RegExp) => registry.contentRoutes.filter((route) => what.test(route)).length
    const asked = [count(/^GET .*\/manifests\//), count(/^HEAD /), count(/\/blobs\//), count(/\/tags\//)]
    expect(asked).toEqual([4, 0, 2, 0])
    const before = registry.server.requests.length
    await ask()
    expect(registry.server.requests).toHaveLength(before)
  })
})
