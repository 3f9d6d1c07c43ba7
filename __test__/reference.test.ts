import { ContainerRegistryService, formatImageReference } from '..'
import { FakeContainerRegistryService } from '../testing'
import { multiPlatformImage } from '../testing/registry'
import { failure, thrown } from './support/failure'
import { HOST, NAME, serviceOn, useFakes } from './support/fakes'

const service = new ContainerRegistryService()
const HUB = 'registry-1.docker.io'

test.each([
  ['nginx', HUB, 'library', 'nginx', 'latest'],
  ['nginx:1.27', HUB, 'library', 'nginx', '1.27'],
  ['ollama/ollama:0.24.0', HUB, 'ollama', 'ollama', '0.24.0'],
  ['ghcr.io/kiwix/kiwix-serve:3.7.0', 'ghcr.io', 'kiwix', 'kiwix-serve', '3.7.0'],
  ['registry.gitlab.com/a/b/c/d:v1', 'registry.gitlab.com', 'a/b/c', 'd', 'v1'],
  ['nas.lan:5000/app:2', 'nas.lan:5000', '', 'app', '2'],
  ['nas:5000/team/app', 'nas:5000', 'team', 'app', 'latest'],
  ['registry-1.docker.io/nginx', HUB, '', 'nginx', 'latest'],
  ['localhost:5000', HUB, 'library', 'localhost', '5000'],
  ['[::1]:5000/app:1', '[::1]:5000', '', 'app', '1'],
])('%s', (image, registry, namespace, repo, tag) => {
  const fullName = namespace ? `${namespace}/${repo}` : repo
  expect(service.parseImageReference(image)).toStrictEqual({ registry, namespace, repo, tag, fullName })
})

test.each([
  ['', 'nothing'],
  ['   ', 'blanks'],
  ['ngi nx', 'a blank within'],
  ['Nginx', 'capitals in the path'],
  ['ghcr.io/Kiwix/serve', 'capitals behind the registry'],
  ['nginx\n', 'a line break'],
  ['ngi\0nx', 'a control character'],
  ['nginx:', 'an empty tag'],
  ['nginx:-1', 'a tag that begins with a dash'],
  [`nginx:${'1'.repeat(129)}`, 'a tag that is too long'],
  ['a//b', 'an empty component'],
  ['https://ghcr.io/a/b', 'a URL'],
  ['nginx@sha256:abc', 'a digest that is none'],
  ['user@ghcr.io/a/b', 'a user'],
])('%j is no reference: %s', (image) => {
  expect(thrown(() => service.parseImageReference(image))).toMatchObject({
    name: 'ContainerRegistryError',
    code: 'INVALID_REFERENCE',
    message: expect.stringMatching(/^Invalid image reference "/),
  })
})

describe('what takes a parsed reference takes it as text, too', () => {
  const fakes = useFakes()
  const text = `${HOST}/${NAME}:1.0.0`
  const labels = { 'org.opencontainers.image.source': 'https://github.com/team/app' }

  /** The answers of every such method about an image. */
  async function answers(asked: ContainerRegistryService, image: Parameters<typeof asked.listTags>[0]) {
    return {
      tags: await asked.listTags(image),
      isSupported: await asked.checkArchSupport(image, '1.0.0', 'arm64'),
      size: await asked.getImageDownloadSize(image, '1.0.0', 'amd64'),
      digest: await asked.getDigest(image),
      platforms: await asked.getPlatforms(image),
      source: await asked.getSourceUrl(image),
    }
  }

  test('with the same answers', async () => {
    const registry = await fakes.registry()
    registry
      .repository(NAME)
      .push('1.0.0', multiPlatformImage({ platforms: ['linux/amd64'], labelsOf: { 'linux/amd64': labels } }))
    const real = serviceOn({ registry }).service
    const told = await answers(real, text)
    expect(told).toEqual(await answers(real, real.parseImageReference(text)))
    expect(told).toMatchObject({ tags: ['1.0.0'], isSupported: false, source: 'https://github.com/team/app' })
    const { digest } = told
    expect(await real.getDigest(`${HOST}/${NAME}@${digest}`)).toBe(digest)
    expect(formatImageReference('docker.io/library/nginx')).toBe('nginx:latest')
  })

  test('of the fake as well', async () => {
    const fake = new FakeContainerRegistryService().image(text, {
      ...{ tags: ['1.0.0'], platforms: ['linux/amd64'], downloadSize: 7, digest: `sha256:${'a'.repeat(64)}` },
      sourceUrl: 'https://github.com/team/app',
    })
    expect(await answers(fake, text)).toEqual(await answers(fake, fake.parseImageReference(text)))
  })

  test('and refuses a text that is none', async () => {
    expect(await failure(service.listTags('Not One'))).toMatchObject({ code: 'INVALID_REFERENCE' })
    expect(thrown(() => formatImageReference(''))).toMatchObject({ code: 'INVALID_REFERENCE' })
  })
})
