import {
  CUT,
  content,
  descriptor,
  type Image,
  MEDIA_TYPES,
  multiPlatformImage,
  refusal,
  reply,
  singlePlatformImage,
} from '../testing/registry'
import { app, HOST, manifest, NAME, serviceOn, useFakes } from './support/fakes'

const fakes = useFakes()

async function sizeOf(image: Image, hostArch: string) {
  const registry = await fakes.registry()
  registry.repository(NAME).push('2.0.0', image)
  const { service, logger } = serviceOn({ registry })
  return { size: await service.getImageDownloadSize(app(), '2.0.0', hostArch), warnings: logger.warnings }
}

const several = multiPlatformImage({
  platforms: ['linux/arm/v6', 'linux/arm/v7', 'linux/amd64', 'linux/arm64'],
  layersOf: {
    'linux/arm/v6': [60],
    'linux/arm/v7': [70, 7],
    'linux/amd64': [1, 20, 300],
    'linux/arm64': [4, 5],
  },
  attestations: true,
})

test.each([
  ['amd64', 321],
  ['x86_64', 321],
  ['arm64', 9],
  ['arm/v6', 60],
  ['arm', 77],
  ['riscv64', 60],
])('of an index, the layers for %s are summed: %i', async (arch, size) => {
  expect(await sizeOf(several, arch)).toEqual({ size, warnings: [] })
})

test('of one manifest, the layers are summed, whatever its architecture', async () => {
  const image = singlePlatformImage({ platform: 'linux/arm64', layers: [5, 5, 9_007_199_254] })
  expect(await sizeOf(image, 'amd64')).toEqual({ size: 9_007_199_264, warnings: [] })
})

describe('null, with a warning', () => {
  const line = (message: string) =>
    `[ContainerRegistryService] Failed to get image size for ${NAME}:2.0.0: ${message}`
  const complaint = expect.stringMatching(
    /^\[ContainerRegistryService\] Failed to get image size for team\/app:2\.0\.0: \S/,
  )

  test.each([
    ['no layers', singlePlatformImage({ layers: [] })],
    ['an empty index', multiPlatformImage({ platforms: [] })],
    ['a layer without a size', unsized()],
  ])('%s', async (_, image) => {
    expect(await sizeOf(image, 'amd64')).toEqual({ size: null, warnings: [complaint] })
  })

  test.each([
    ['an error status', refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown')],
    ['a server error', reply(500)],
    ['a web page', reply(200, '<html>')],
    ['a connection that is cut', CUT],
  ])('%s', async (_, answer) => {
    const server = await fakes.server()
    server.always(manifest('2.0.0'), answer)
    const { service, logger } = serviceOn({ registry: server })
    expect(await service.getImageDownloadSize(app(), '2.0.0', 'amd64')).toBeNull()
    expect(logger.lines).toEqual([{ level: 'warn', message: complaint }])
  })

  test('a child that is missing', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).push('2.0.0', { root: several.root, contents: [several.root] })
    const { service, logger } = serviceOn({ registry })
    expect(await service.getImageDownloadSize(app(), '2.0.0', 'amd64')).toBeNull()
    expect(logger.warnings).toEqual([complaint])
    expect(logger.warnings[0]).toContain('404')
  })

  test('no token', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME)
    registry.server.always('GET /token', reply(403))
    const { service, logger } = serviceOn({ registry })
    expect(await service.getImageDownloadSize(app(), '2.0.0', 'amd64')).toBeNull()
    expect(logger.warnings).toEqual([line(`Failed to get auth token from ${HOST}: 403`)])
  })
})

function unsized(): Image {
  const config = content(MEDIA_TYPES.config, {})
  const layers = [{ size: 3 }, { digest: config.digest }]
  const root = content(MEDIA_TYPES.manifest, { schemaVersion: 2, config: descriptor(config), layers })
  return { root, contents: [root, config] }
}
