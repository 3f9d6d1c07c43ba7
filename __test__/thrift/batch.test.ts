import { type CheckProgress, ContainerRegistryService } from '../..'
import { json, multiPlatformImage, reply, singlePlatformImage } from '../../testing/registry'
import { CURRENT, NEWEST } from '../registries/support/catalogue'
import { failure } from '../support/failure'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'
import { Gate, silence } from '../support/gate'

const fakes = useFakes()

const IMAGE = `${HOST}/${NAME}:${CURRENT}`
const UPDATES = [{ tag: NEWEST, isLatest: true }]
const tagsOf = (name: string) => `GET /v2/${name}/tags/list?n=1000`

/** A registry with repositories of these names, each with an update. */
async function world(...names: string[]) {
  const registry = await fakes.registry()
  const image = (tag: string) =>
    multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], labels: { tag } })
  for (const name of names) {
    for (const tag of [CURRENT, NEWEST]) registry.repository(name).push(tag, image(tag))
  }
  return { registry, ...serviceOn({ registry }) }
}

test('every image has its result, in the order of the images', async () => {
  const names = Array.from({ length: 30 }, (_, number) => `team/app-${number}`)
  const { service } = await world(...names)
  const images = names.map((name) => `${HOST}/${name}:${CURRENT}`)
  const checks = await service.checkImages(images, { arch: 'arm64' })
  expect(checks.map(({ image, status, updates }) => ({ image, status, updates }))).toStrictEqual(
    images.map((image) => ({ image, status: 'update-available', updates: UPDATES })),
  )
})

test('policies that say the same are one, however they are written', async () => {
  const { service } = await world(NAME)
  const started: string[] = []
  const checked = await service.checkImages(
    [
      { image: IMAGE, policy: { track: 'minor', exclude: ['rc', 'beta'] } },
      { image: IMAGE, policy: { exclude: ['rc', 'beta'], track: 'minor', prereleases: false } },
      { image: IMAGE, policy: { track: 'minor', exclude: ['rc'] } },
    ],
    {
      arch: 'amd64',
      onProgress: ({ phase, image }) => phase === 'started' && started.push(image),
    },
  )
  expect(checked.map(({ status }) => status)).toEqual(Array(3).fill('update-available'))
  expect(started).toEqual([IMAGE, IMAGE])
})

test('no images have no results', async () => {
  const { service, logger } = serviceOn({})
  const onProgress = jest.fn()
  expect(await service.checkImages([], { onProgress })).toStrictEqual([])
  expect(onProgress).not.toHaveBeenCalled()
  expect(logger.lines).toEqual([])
})

test('what is named twice is checked once, unless it is asked for differently', async () => {
  const { service, registry } = await world(NAME)
  const images = [
    IMAGE,
    { image: IMAGE },
    { image: IMAGE, arch: 'arm64' },
    { image: IMAGE, arch: 's390x' },
    IMAGE,
  ]
  const checks = await service.checkImages(images, { arch: 'arm64' })
  expect(checks.map(({ image }) => image)).toEqual(Array(5).fill(IMAGE))
  expect(checks.map(({ updates }) => updates)).toEqual([UPDATES, UPDATES, UPDATES, [], UPDATES])
  // The two checks share their tag list as well.
  expect(registry.contentRoutes.filter((route) => route === tagsOf(NAME))).toHaveLength(1)
})

test('where places are few, the newest version of each image goes before versions that only have to run', async () => {
  const registry = await fakes.registry()
  const names = ['team/a', 'team/b']
  for (const name of names) {
    for (const tag of ['1.0.0', '1.0.1', '1.0.2', '1.0.3']) {
      registry
        .repository(name)
        .push(tag, multiPlatformImage({ platforms: ['linux/amd64'], labels: { tag, name } }))
    }
  }
  const { service } = serviceOn({ registry }, { concurrency: 1 })
  await service.checkImages(
    names.map((name) => `${HOST}/${name}:1.0.0`),
    { arch: 'amd64' },
  )
  const asked = (name: string, tag: string) =>
    registry.contentRoutes.indexOf(`GET /v2/${name}/manifests/${tag}`)
  const newest = names.map((name) => asked(name, '1.0.3'))
  const others = names.flatMap((name) => ['1.0.2', '1.0.1'].map((tag) => asked(name, tag)))
  expect(Math.min(...newest, ...others)).toBeGreaterThan(0)
  expect(Math.max(...newest)).toBeLessThan(Math.min(...others))
})

test('where places are few, lists go before the candidates of the last check', async () => {
  const names = ['team/a', 'team/b']
  const registry = await fakes.registry()
  for (const name of names) {
    for (const tag of ['1.0.0', '1.0.1', '1.0.2', '1.0.3'])
      registry
        .repository(name)
        .push(tag, multiPlatformImage({ platforms: ['linux/amd64'], labels: { tag, name } }))
  }
  const { service } = serviceOn({ registry }, { concurrency: 1, tagTtlMs: 0 })
  const images = names.map((name) => `${HOST}/${name}:1.0.0`)
  await service.checkImages(images, { arch: 'amd64', policy: 'original' })
  const before = registry.contentRoutes.length
  await service.checkImages(images, { arch: 'amd64', policy: 'original' })
  const again = registry.contentRoutes.slice(before)
  expect(again.filter((route) => route.startsWith('HEAD '))).not.toEqual([])
  expect(again.slice(0, 3)).toEqual(expect.arrayContaining(names.map(tagsOf)))
})

test('a failure is one image’s alone, and a real error', async () => {
  const { service, registry } = await world(NAME, 'team/broken')
  registry.server.always(tagsOf('team/broken'), reply(500, 'out of order'))
  const images = [IMAGE, `${HOST}/team/broken:1.0`, 'Not A Reference', `${HOST}/${NAME}:latest`, IMAGE]
  const checks = await service.checkImages(images, { arch: 'amd64' })
  expect(checks.map(({ updates }) => updates)).toEqual([UPDATES, [], [], [], UPDATES])
  expect(checks.map(({ status }) => status)).toEqual([
    'update-available',
    'failed',
    'failed',
    'failed',
    'update-available',
  ])
  expect(checks.map(({ error }) => error?.code)).toEqual([
    undefined,
    'REGISTRY_ERROR',
    'INVALID_REFERENCE',
    'NOT_FOUND',
    undefined,
  ])
  const error = checks[1]?.error
  expect(error).toBeInstanceOf(Error)
  expect(error).toMatchObject({
    name: 'ContainerRegistryError',
    message: 'Failed to list tags for team/broken: 500',
    status: 500,
    host: registry.server.host,
    detail: 'out of order',
  })
  expect(checks[0]).not.toHaveProperty('error')
})

test('a fallback belongs to the image that names it', async () => {
  const registry = await fakes.registry()
  const github = await fakes.github()
  for (const name of ['team/a', 'team/b', 'team/c']) {
    for (const tag of [CURRENT, NEWEST])
      registry.repository(name).push(tag, singlePlatformImage({ labels: { tag } }))
  }
  github.repository('team/a', `v${CURRENT}`, `v${NEWEST}`)
  const { service } = serviceOn({ registry, github })
  const image = (name: string) => `${HOST}/${name}:${CURRENT}`
  const checks = await service.checkImages(
    [
      { image: image('team/a'), fallbackSourceRepo: 'https://github.com/team/a' },
      { image: image('team/b'), fallbackSourceRepo: null },
      image('team/c'),
    ],
    { arch: 'amd64' },
  )
  expect(checks.map(({ updates }) => updates?.[0]?.releaseUrl)).toEqual([
    `https://github.com/team/a/releases/tag/v${NEWEST}`,
    undefined,
    undefined,
  ])
})

describe('progress', () => {
  test('tells of each image that it has begun, and how it has ended', async () => {
    const { service, registry } = await world('team/a', 'team/b', 'team/broken')
    registry.server.always(tagsOf('team/broken'), reply(500))
    const image = (name: string) => `${HOST}/${name}:${CURRENT}`
    const [a, b, broken] = ['team/a', 'team/b', 'team/broken'].map(image) as [string, string, string]
    const told: CheckProgress[] = []
    await service.checkImages([a, broken, b, a], {
      arch: 'arm64',
      onProgress: (progress) => told.push(progress),
    })
    expect(told.map(({ total }) => total)).toEqual(Array(told.length).fill(4))
    const phases = (of: string) => told.filter(({ image }) => image === of).map(({ phase }) => phase)
    expect([phases(a), phases(b), phases(broken)]).toEqual([
      ['started', 'done', 'done'],
      ['started', 'done'],
      ['started', 'failed'],
    ])
    const ended = told.filter(({ phase }) => phase !== 'started')
    expect(ended.map(({ done }) => done)).toEqual([1, 2, 3, 4])
  })

  test('is told as it happens', async () => {
    const { service, registry } = await world('team/quick', 'team/slow')
    const gate = new Gate()
    registry.server.on(tagsOf('team/slow'), gate.hold(), gate.hold())
    const [quick, slow] = ['team/quick', 'team/slow'].map((name) => `${HOST}/${name}:${CURRENT}`)
    const checks = await service.checkImages([slow as string, quick as string], {
      arch: 'arm64',
      // The slow image gets its tags only when the quick one is known to be done.
      onProgress: ({ image, phase }) => {
        if (image === quick && phase === 'done') gate.open()
      },
    })
    expect(checks.map(({ updates }) => updates)).toEqual([UPDATES, UPDATES])
  })

  test('that throws ends the batch with what was thrown', async () => {
    const { service } = await world(NAME)
    const thrown = new TypeError('no such screen')
    const error = await failure(
      service.checkImages([IMAGE], {
        onProgress: () => {
          throw thrown
        },
      }),
    )
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT', cause: thrown })
  })
})

describe('an abort', () => {
  test('ends the batch with ABORTED, drops what is in flight and tells nothing more', async () => {
    const server = await fakes.server()
    const tags = ['team/a', 'team/b', 'team/c'].map(tagsOf)
    for (const route of tags) server.on(route, silence())
    for (const name of ['a', 'b', 'c']) server.always(`GET /v2/team/${name}/manifests/${CURRENT}`, silence())
    const service = new ContainerRegistryService({ registries: { [HOST]: { url: server.origin } } })
    const abort = new AbortController()
    const told: CheckProgress[] = []
    const images = ['team/a', 'team/b', 'team/c'].map((name) => `${HOST}/${name}:${CURRENT}`)
    const batch = failure(
      service.checkImages(images, { signal: abort.signal, onProgress: (progress) => told.push(progress) }),
    )
    const asked = await Promise.all(tags.map((route) => server.asked(route)))
    abort.abort('enough')
    expect(await batch).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    const before = told.length
    await Promise.all(asked.map(({ abandoned }) => abandoned))
    await new Promise(setImmediate)
    expect(told.map(({ phase }) => phase)).toEqual(Array(before).fill('started'))
  })

  test('that came before the call asks nothing', async () => {
    const server = await fakes.server()
    const { service } = serviceOn({ registry: server })
    const onProgress = jest.fn()
    const error = await failure(service.checkImages([IMAGE], { signal: AbortSignal.abort(), onProgress }))
    expect(error).toMatchObject({ code: 'ABORTED' })
    expect(server.requests).toEqual([])
    expect(onProgress).not.toHaveBeenCalled()
  })
})

describe('a wrong argument', () => {
  test.each([
    ['images', 'nginx:1.27', undefined],
    ['images[1]', [IMAGE, 7], undefined],
    ['images[0].image', [{}], undefined],
    ['images[0].arch', [{ image: IMAGE, arch: 7 }], undefined],
    ['images[0] has an unknown key "tag"', [{ image: IMAGE, tag: '1' }], undefined],
    ['options.arch', [IMAGE], { arch: 7 }],
    ['options.onProgress', [IMAGE], { onProgress: 'loud' }],
    ['options has an unknown key "architecture"', [IMAGE], { architecture: 'arm64' }],
  ])('is named: %s', async (name, images, options) => {
    const { service } = serviceOn({})
    const error = await failure(service.checkImages(images as string[], options as object))
    expect(error.code).toBe('INVALID_ARGUMENT')
    expect(error.message).toContain(name)
  })
})

test('an image that names no architecture is checked for that of the batch, else for this machine', async () => {
  const registry = await fakes.registry()
  const here = { x64: 'linux/amd64', arm64: 'linux/arm64' }[process.arch as 'x64' | 'arm64'] ?? process.arch
  registry
    .repository(NAME)
    .list(CURRENT)
    .push(NEWEST, multiPlatformImage({ platforms: [here] }))
  registry.server.always(`GET /v2/${NAME}/manifests/${CURRENT}`, json({ errors: [] }, {}, 404))
  const { service } = serviceOn({ registry })
  const offered = async (arch?: string) => (await service.checkImages([IMAGE], { arch }))[0]?.updates?.length
  expect([await offered(), await offered('mips64le')]).toEqual([1, 0])
})
