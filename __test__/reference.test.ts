import { ContainerRegistryService } from '..'
import { thrown } from './support/failure'

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
