import type { ImageReport } from '../..'
import { multiPlatformImage, reply, singlePlatformImage } from '../../testing/registry'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const PLATFORMS = ['linux/amd64', 'linux/arm64']
const LABELS = { 'org.opencontainers.image.source': 'https://github.com/team/app' }
const image = (tag: string, platforms = PLATFORMS) =>
  multiPlatformImage({ platforms, labels: { ...LABELS, tag }, layers: [1000, 10 + tag.length] })

/** A repository with these tags, each an image of its own, on a service that is led to it. */
async function world(tags: string[], options = {}) {
  const registry = await fakes.registry()
  const github = await fakes.github()
  github.repository('team/app', 'v1.0.0', 'v1.0.1', 'v1.2.0', 'v2.0.0', 'v16.4', 'v1.0')
  const repository = registry.repository(NAME)
  for (const tag of tags) repository.push(tag, image(tag))
  return { registry, github, repository, ...serviceOn({ registry, github }, options) }
}

const reasons = ({ rejected }: ImageReport) =>
  Object.fromEntries(rejected.map(({ reason, count, examples }) => [reason, [count, ...examples]]))

describe('checkImage', () => {
  test('names the newest on each track, what it weighs, and why the others are none', async () => {
    const { service } = await world([
      '1.0.0',
      '1.0.1',
      '1.2.0',
      '2.0.0',
      '0.9.0',
      '1.3.0-rc1',
      '1.2.0-alpine',
      '1.2',
      '2024.10.22',
      'latest',
      `sha256-${'3f'.repeat(32)}.sig`,
    ])
    const report = await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64' })
    const page = (tag: string) => `https://github.com/team/app/releases/tag/v${tag}`
    expect(report).toMatchObject({
      image: `${HOST}/${NAME}:1.0.0`,
      reference: `${HOST}/${NAME}:1.0.0`,
      arch: 'amd64',
      status: 'update-available',
      scheme: 'semantic version of 3 numbers',
      sourceUrl: 'https://github.com/team/app',
      warnings: [],
      updates: [
        { tag: '1.2.0', isLatest: true, releaseUrl: page('1.2.0') },
        { tag: '1.0.1', isLatest: false, releaseUrl: page('1.0.1') },
      ],
      latest: {
        patch: { tag: '1.0.1', digest: image('1.0.1').root.digest },
        minor: { tag: '1.2.0', digest: image('1.2.0').root.digest, releaseUrl: page('1.2.0') },
        major: { tag: '2.0.0', digest: image('2.0.0').root.digest, releaseUrl: page('2.0.0') },
      },
    })
    // Layers are told apart by their digests, which the fake makes of place and size: both are those of 1.0.0.
    expect(report.latest.minor?.downloadSize).toEqual({ new: 0, all: 1015 })
    expect(reasons(report)).toEqual({
      major: [1, '2.0.0'],
      older: [1, '0.9.0'],
      prerelease: [1, '1.3.0-rc1'],
      variant: [1, '1.2.0-alpine'],
      segments: [1, '1.2'],
      scheme: [2, 'latest', '2024.10.22'],
      signature: [1, `sha256-${'3f'.repeat(32)}.sig`],
    })
    expect(Date.parse(report.checkedAt)).not.toBeNaN()
  })

  test('says that the running tag is not listed, which is no news of updates', async () => {
    const { service } = await world(['1.1.0'])
    const report = await service.checkImage(`${HOST}/${NAME}:9.9.9`, { arch: 'amd64' })
    expect(report).toMatchObject({
      status: 'up-to-date',
      warnings: [`${HOST}/${NAME} lists no tag 9.9.9: it is gone, or never was`],
    })
  })

  test.each(['intel', 'amd46', 'linux', ''])(
    'refuses the architecture %j, for which there is nothing',
    async (arch) => {
      const { service, registry } = await world(['1.0.0'])
      const refused = {
        code: 'INVALID_ARGUMENT',
        message: expect.stringContaining('arch must be an architecture such as'),
      }
      await expect(service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch })).rejects.toMatchObject(refused)
      const images = [{ image: `${HOST}/${NAME}:1.0.0`, arch }]
      await expect(service.checkImages(images)).rejects.toMatchObject(refused)
      expect(registry.server.routes).toEqual([])
    },
  )

  test('stays with the variant that runs, and lets its operating system move up only', async () => {
    const { service } = await world([
      '16.4-alpine3.20',
      '16.15-alpine3.24',
      '16.16-alpine3.19',
      '16.15',
      '17.1-alpine3.24',
    ])
    const check = (policy = {}) =>
      service.checkImage(`${HOST}/${NAME}:16.4-alpine3.20`, { arch: 'arm64', policy })
    expect((await check()).latest.minor?.tag).toBe('16.15-alpine3.24')
    expect((await check({ track: 'major' })).updates[0]?.tag).toBe('17.1-alpine3.24')
    expect(await check({ osRelease: 'pin' })).toMatchObject({ status: 'up-to-date', updates: [] })
    const any = await check({ variant: 'any', osRelease: 'follow' })
    expect(any.updates.map(({ tag }) => tag)).toContain('16.15-alpine3.24')
  })

  test('passes over what is not there for the platform, however far down the next one is', async () => {
    const { service, repository } = await world(['1.0.0', '1.0.1'])
    for (let minor = 1; minor <= 25; minor += 1)
      repository.push(`1.${minor}.0`, image(`1.${minor}.0`, ['linux/s390x']))
    repository.push('1.26.0', singlePlatformImage({ platform: 'windows/amd64' }))
    repository.list('1.27.0')
    const report = await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64' })
    expect(report).toMatchObject({
      status: 'update-available',
      latest: { minor: { tag: '1.0.1' }, major: { tag: '1.0.1' } },
    })
    expect(report.updates.map(({ tag }) => tag)).toEqual(['1.0.1'])
    expect(reasons(report)).toMatchObject({
      architecture: [26, '1.26.0', '1.25.0', '1.24.0'],
      missing: [1, '1.27.0'],
    })
  })

  test('wants the operating system, the architecture and the variant of the machine', async () => {
    const { service, repository } = await world([])
    for (const [tag, platforms] of Object.entries({
      '1.0.0': ['linux/arm/v6'],
      '1.1.0': ['linux/arm/v5', 'linux/arm/v7'],
      '1.2.0': ['linux/arm/v7', 'linux/arm64/v8'],
      '1.3.0': ['windows/arm/v6', 'linux/amd64'],
    })) {
      repository.push(tag, image(tag, platforms))
    }
    const newest = async (arch: string) =>
      (await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch })).latest.minor?.tag
    expect(await newest('arm/v6')).toBe('1.1.0')
    expect(await newest('armv7l')).toBe('1.2.0')
    expect(await newest('aarch64')).toBe('1.2.0')
    expect(await newest('windows/arm/v6')).toBe('1.3.0')
    expect(await newest('s390x')).toBeUndefined()
  })

  test('says that it failed where it cannot be known, and never that all is well', async () => {
    const { service, registry } = await world(['1.0.0', '1.1.0'])
    registry.server.always(`GET /v2/${NAME}/manifests/1.1.0`, reply(500))
    const report = await service.checkImage(`${HOST}/${NAME}:1.0.0`)
    expect(report).toMatchObject({
      status: 'failed',
      updates: [],
      error: { name: 'ContainerRegistryError', code: 'REGISTRY_ERROR', status: 500 },
    })
    expect(report.error).toBeInstanceOf(Error)
    expect(report.error?.message).toContain(`Whether ${HOST}/${NAME}:1.1.0 runs could not be found out`)
    expect(await service.checkImage('No Image')).toMatchObject({
      status: 'failed',
      error: { code: 'INVALID_REFERENCE' },
    })
  })

  test('offers what is older where the newest cannot be looked at, with a warning', async () => {
    const { service, registry } = await world(['1.0.0', '1.1.0', '1.2.0'])
    registry.server.always(`GET /v2/${NAME}/manifests/1.2.0`, reply(500))
    expect(await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64' })).toMatchObject({
      status: 'update-available',
      updates: [{ tag: '1.1.0', isLatest: true }],
      warnings: [expect.stringContaining('Could not look at 1.2.0')],
    })
  })

  test('heeds patterns and prereleases as the policy says', async () => {
    const { service } = await world(['1.0.0', '1.1.0', '1.2.0', '1.3.0-beta.2', '1.3.0-beta.10'])
    const newest = async (policy: object) =>
      (await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64', policy })).updates[0]?.tag
    expect(await newest({ exclude: '^1\\.2\\.' })).toBe('1.1.0')
    expect(await newest({ include: ['^1\\.1\\.', 'nothing'] })).toBe('1.1.0')
    expect(await newest({ prereleases: true })).toBe('1.3.0-beta.10')
    expect(await newest({ track: 'patch' })).toBeUndefined()
  })

  test('goes by the original rule where it is told to', async () => {
    const { service } = await world(['1.0.0', '1.2.0', '2.0.0'])
    const report = await service.checkImage(`${HOST}/${NAME}:1.0.0-alpine`, {
      arch: 'amd64',
      policy: 'original',
    })
    expect(report).toMatchObject({
      status: 'update-available',
      updates: [{ tag: '1.2.0' }, { tag: '1.0.0' }],
      latest: {},
      rejected: [],
    })
  })
})

describe('the policy of a service', () => {
  test('is that of its checks, and of getAvailableUpdates if it was given one', async () => {
    const tags = ['1.0.0-alpine', '1.2.0-alpine', '1.3.0']
    const { service } = await world(tags)
    const ask = (by: typeof service) => by.getAvailableUpdates(`${HOST}/${NAME}:1.0.0-alpine`, 'amd64')
    expect((await ask(service)).map(({ tag }) => tag)).toEqual(['1.3.0'])
    const { service: other } = await world(tags, { policy: {} })
    expect((await ask(other)).map(({ tag }) => tag)).toEqual(['1.2.0-alpine'])
    const call = other.getAvailableUpdates(`${HOST}/${NAME}:1.0.0-alpine`, 'amd64', null, {
      policy: 'original',
    })
    expect((await call).map(({ tag }) => tag)).toEqual(['1.3.0'])
  })

  test.each([
    [{ track: 'minro' }, 'options.policy.track'],
    [{ variant: 1 }, 'options.policy.variant'],
    [{ include: '(' }, 'options.policy.include'],
    [{ include: '(?=x)' }, 'options.policy.include'],
    [{ exclude: [1] }, 'options.policy.exclude'],
    [{ minAgeHours: -1 }, 'options.policy.minAgeHours'],
    [{ now: 'today' }, 'options.policy.now'],
    [{ now: new Date(Number.NaN) }, 'options.policy.now'],
    [{ tracks: 'minor' }, 'tracks'],
    ['newest', 'options.policy'],
  ])('is refused where it is wrong: %j', async (policy, name) => {
    const { service } = serviceOn({})
    await expect(service.checkImage('a', { policy } as never)).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining(name),
    })
  })
})

describe('watchImages', () => {
  test('gives each report when it is ready, and drops what is in flight when the loop is left', async () => {
    const { service, registry } = await world(['1.0.0', '1.1.0'])
    const slow = `${HOST}/team/slow:1.0.0`
    registry.server.always('GET /v2/team/slow/tags/list?n=1000', () => new Promise(() => {}) as never)
    registry.server.always('GET /v2/team/slow/manifests/1.0.0', reply(404))
    const quick = `${HOST}/${NAME}:1.0.0`
    const seen: string[] = []
    for await (const report of service.watchImages([slow, quick], { arch: 'amd64' })) {
      seen.push(`${report.image} ${report.status}`)
      break
    }
    expect(seen).toEqual([`${quick} update-available`])
  })

  test('gives all, and rejects what is no image list', async () => {
    const { service } = await world(['1.0.0', '1.1.0'])
    const images = [`${HOST}/${NAME}:1.0.0`, `${HOST}/${NAME}:1.1.0`, 'No Image']
    const statuses: string[] = []
    for await (const { status } of service.watchImages(images, { arch: 'amd64' })) statuses.push(status)
    expect(statuses.sort()).toEqual(['failed', 'up-to-date', 'update-available'])
    await expect(service.watchImages('x' as never).next()).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    const signal = AbortSignal.abort('enough')
    await expect(service.watchImages(images, { signal }).next()).rejects.toMatchObject({
      code: 'ABORTED',
      cause: 'enough',
    })
  })
})
