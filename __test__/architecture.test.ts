import {
  CUT,
  content,
  descriptor,
  type Image,
  json,
  MEDIA_TYPES,
  multiPlatformImage,
  reply,
  singlePlatformImage,
} from '../testing/registry'
import { failure } from './support/failure'
import { app, blob, manifest, NAME, serviceOn, useFakes } from './support/fakes'

const fakes = useFakes()

/** What the method answers for an image that stands behind the tag. */
async function supports(image: Image, hostArch: string) {
  const registry = await fakes.registry()
  registry.repository(NAME).push('2.0.0', image)
  const { service, logger } = serviceOn({ registry })
  const answer = await service.checkArchSupport(app(), '2.0.0', hostArch)
  expect(logger.lines).toEqual([])
  return answer
}

test.each([
  ['amd64', true],
  ['arm64', true],
  ['riscv64', false],
  ['unknown', false],
  ['', false],
])('an index of linux/amd64 and linux/arm64 supports %j: %s', async (arch, expected) => {
  const image = multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64/v8'], attestations: true })
  expect(await supports(image, arch)).toBe(expected)
})

test('the operating system counts only where it is asked for', async () => {
  const image = multiPlatformImage({ platforms: ['windows/amd64', 'linux/arm64'] })
  expect(await supports(image, 'amd64')).toBe(true)
  expect(await supports(image, 'linux/amd64')).toBe(false)
})

test.each(['linux/arm/v5', 'linux/arm/v6', 'linux/arm/v7', 'linux/arm'])(
  'arm matches %s',
  async (platform) => {
    expect(await supports(multiPlatformImage({ platforms: [platform] }), 'arm')).toBe(true)
  },
)

test('an index that lists nothing supports nothing', async () => {
  expect(await supports(multiPlatformImage({ platforms: [] }), 'amd64')).toBe(false)
})

test('an index whose entries name no platform supports nothing', async () => {
  const child = singlePlatformImage()
  const index = content(MEDIA_TYPES.index, { schemaVersion: 2, manifests: [descriptor(child.root)] })
  expect(await supports({ root: index, contents: [index, ...child.contents] }, 'amd64')).toBe(false)
})

test.each([
  ['the body', { mediaType: MEDIA_TYPES.dockerList }, 'application/json'],
  ['the answer', {}, MEDIA_TYPES.dockerList],
])('a list that only %s calls one supports nothing', async (_, document, contentType) => {
  const server = await fakes.server()
  server.on(manifest('2.0.0'), json(document, { 'Content-Type': contentType }))
  const { service } = serviceOn({ registry: server })
  expect(await service.checkArchSupport(app(), '2.0.0', 'amd64')).toBe(false)
})

test('the tag and the digest that are asked for are those of the argument, with all four media types', async () => {
  const registry = await fakes.registry({ token: false })
  const image = multiPlatformImage({ platforms: ['linux/amd64'] })
  registry.repository(NAME).push('2.0.0', image)
  for (const name of ['2.0.0', image.root.digest]) {
    expect(await serviceOn({ registry }).service.checkArchSupport(app('1.0.0'), name, 'amd64')).toBe(true)
  }
  expect(registry.server.routes).toEqual([manifest('2.0.0'), manifest(image.root.digest)])
  const accepted = registry.server.requests[0]?.headers.accept?.split(/,\s*/).sort()
  const { index, manifest: oci, dockerList, dockerManifest } = MEDIA_TYPES
  expect(accepted).toEqual([index, oci, dockerList, dockerManifest].sort())
})

describe('what cannot be found out is compatible', () => {
  test.each([400, 401, 403, 404, 500, 503])('status %i, without a word', async (status) => {
    const server = await fakes.server()
    server.always(manifest('2.0.0'), reply(status))
    const { service, logger } = serviceOn({ registry: server })
    expect(await service.checkArchSupport(app(), '2.0.0', 'amd64')).toBe(true)
    expect(logger.lines).toEqual([])
  })

  test.each([404, 500])('status %i for the config, without a word', async (status) => {
    const registry = await fakes.registry()
    const { root, contents } = singlePlatformImage({ platform: 'linux/arm64' })
    registry.repository(NAME).push('2.0.0', { root, contents })
    const digest = contents.find(({ mediaType }) => mediaType === MEDIA_TYPES.config)?.digest ?? ''
    registry.server.always(blob(digest), reply(status))
    const { service, logger } = serviceOn({ registry })
    expect(await service.checkArchSupport(app(), '2.0.0', 'amd64')).toBe(true)
    expect(logger.lines).toEqual([])
  })

  test.each([
    ['a web page', reply(200, '<html>')],
    ['a connection that is cut', CUT],
    ['half an answer', { status: 200, body: '{"manifests": []}', cutAfter: 5 }],
  ])('%s, with a warning', async (_, answer) => {
    const server = await fakes.server()
    server.always(manifest('2.0.0'), answer)
    const { service, logger } = serviceOn({ registry: server })
    expect(await service.checkArchSupport(app(), '2.0.0', 'amd64')).toBe(true)
    const warning = /^\[ContainerRegistryService\] Error checking arch for 2\.0\.0: \S/
    expect(logger.lines).toEqual([{ level: 'warn', message: expect.stringMatching(warning) }])
  })

  test('no token, with a warning', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME)
    registry.server.always('GET /token', reply(500))
    const { service, logger } = serviceOn({ registry })
    expect(await service.checkArchSupport(app(), '2.0.0', 'amd64')).toBe(true)
    expect(logger.warnings).toEqual([
      '[ContainerRegistryService] Error checking arch for 2.0.0: Failed to get auth token from registry.example: 500',
    ])
  })

  test('but a wrong argument is an error', async () => {
    const { service } = serviceOn({})
    expect(await failure(service.checkArchSupport(app(), 'no tag', 'amd64'))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })
})
