import {
  CUT,
  type Image,
  json,
  MEDIA_TYPES,
  multiPlatformImage,
  type Reply,
  reply,
  singlePlatformImage,
  tooManyRequests,
} from '../testing/registry'
import { app, blob, manifest, NAME, serviceOn, useFakes } from './support/fakes'

const fakes = useFakes()

const SOURCE = 'https://github.com/team/app'
const labels = { 'org.opencontainers.image.source': SOURCE }
const labelled = singlePlatformImage({ labels })
const LINE = /^\[ContainerRegistryService\] Failed to get source URL for registry\.example\/team\/app: \S/

async function serviceFor(image: Image) {
  const registry = await fakes.registry()
  registry.repository(NAME).push('1.0.0', image)
  return { registry, ...serviceOn({ registry }) }
}

test.each([
  ['one manifest', labelled],
  ['an index', multiPlatformImage({ platforms: ['linux/arm64', 'linux/amd64'], labels })],
])('reads the label of %s', async (_, image) => {
  const { service, logger } = await serviceFor(image)
  expect(await service.getSourceUrl(app())).toBe(SOURCE)
  expect(logger.lines).toEqual([])
})

test('gives the label as it was written', async () => {
  const odd = ' git@github.com:team/app.git#main '
  const { service } = await serviceFor(
    singlePlatformImage({ labels: { 'org.opencontainers.image.source': odd } }),
  )
  expect(await service.getSourceUrl(app())).toBe(odd)
})

test.each([
  ['no label', singlePlatformImage({ labels: { other: 'x' } })],
  ['an empty label', singlePlatformImage({ labels: { 'org.opencontainers.image.source': '' } })],
  ['an empty index', multiPlatformImage({ platforms: [] })],
])('%s is null without a word, and final', async (_, image) => {
  const { service, logger, registry } = await serviceFor(image)
  expect(await service.getSourceUrl(app())).toBeNull()
  const asked = registry.server.requests.length
  expect(await service.getSourceUrl(app())).toBeNull()
  expect(registry.server.requests).toHaveLength(asked)
  expect(logger.lines).toEqual([])
})

test('is remembered for the repository, whatever the tag, and by each service for itself', async () => {
  const { service, registry } = await serviceFor(labelled)
  expect(await service.getSourceUrl(app('1.0.0'))).toBe(SOURCE)
  const asked = registry.server.requests.length
  expect(await service.getSourceUrl(app('2.0.0'))).toBe(SOURCE)
  expect(registry.server.requests).toHaveLength(asked)
  expect(await serviceOn({ registry }).service.getSourceUrl(app('2.0.0'))).toBeNull()
})

test('of a reference with a digest, the digest is what is read', async () => {
  const registry = await fakes.registry({ token: false })
  registry.repository(NAME).push('1.0.0', labelled)
  const { service } = serviceOn({ registry })
  expect(await service.getSourceUrl({ ...app('9.9.9'), digest: labelled.root.digest })).toBe(SOURCE)
  expect(registry.server.routes[0]).toBe(manifest(labelled.root.digest))
})

describe('what failed is null', () => {
  /** The answers to two calls, the first of which meets `answer`. */
  async function afterwards(route: string, answer: Reply) {
    const registry = await fakes.registry({ token: false })
    registry.repository(NAME).push('1.0.0', labelled)
    registry.server.on(route, answer)
    const { service, logger } = serviceOn({ registry }, { maxRetries: 0 })
    const answers = [await service.getSourceUrl(app()), await service.getSourceUrl(app())]
    return { answers, lines: logger.lines }
  }

  const config = labelled.contents.find(({ mediaType }) => mediaType === MEDIA_TYPES.config)?.digest ?? ''
  const routes: [string, string][] = [
    ['the manifest', manifest('1.0.0')],
    ['the config', blob(config)],
  ]

  describe.each(routes)('for %s', (_, route) => {
    test('404 is final and says nothing', async () => {
      expect(await afterwards(route, reply(404))).toEqual({ answers: [null, null], lines: [] })
    })

    test.each([400, 403, 500, 503])('status %i says nothing and is not remembered', async (status) => {
      expect(await afterwards(route, reply(status))).toEqual({ answers: [null, SOURCE], lines: [] })
    })

    test('429 says nothing and is not remembered', async () => {
      expect(await afterwards(route, tooManyRequests())).toEqual({ answers: [null, SOURCE], lines: [] })
    })

    test.each([
      ['a connection that is cut', CUT],
      ['no JSON', reply(200, '<html>')],
      ['JSON of another shape', json(['x'])],
    ])('%s warns and is not remembered', async (_name, answer) => {
      const { answers, lines } = await afterwards(route, answer)
      expect(answers).toEqual([null, SOURCE])
      expect(lines).toEqual([{ level: 'warn', message: expect.stringMatching(LINE) }])
    })
  })

  test('no token warns and is not remembered', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).push('1.0.0', labelled)
    registry.server.on('GET /token', reply(500))
    const { service, logger } = serviceOn({ registry })
    expect(await service.getSourceUrl(app())).toBeNull()
    expect(await service.getSourceUrl(app())).toBe(SOURCE)
    expect(logger.warnings).toEqual([
      '[ContainerRegistryService] Failed to get source URL for registry.example/team/app: ' +
        'Failed to get auth token from registry.example: 500',
    ])
  })
})
