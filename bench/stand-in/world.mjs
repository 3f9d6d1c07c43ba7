import { ARCH, images, manyTags, newer, vast } from '../catalogue.mjs'
import { Github } from './github.mjs'
import { HubApi } from './hub-api.mjs'
import { Registry } from './registry.mjs'
import { Repository } from './repository.mjs'

const TAGS_OF_VAST = 100_000
/** As many of the newest tags of the vast repository are built; more than are verified. */
const BUILT_OF_VAST = 20

/** Host name to the function that answers a request there with `{ status, headers, body }`, or with nothing. */
export function world() {
  const held = images.map((image) => ({ ...image, repository: build(image) }))
  const onHost = (host) =>
    held.filter(({ registry }) => registry === host).map(({ repository }) => repository)
  const hub = new Registry({
    host: 'registry-1.docker.io',
    service: 'registry.docker.io',
    realm: 'https://auth.docker.io/token',
    storage: 'production.cloudflare.docker.com',
    repositories: onHost('docker.io'),
  })
  const ghcr = new Registry({
    host: 'ghcr.io',
    service: 'ghcr.io',
    realm: 'https://ghcr.io/token',
    storage: 'pkg-containers.githubusercontent.com',
    repositories: [...onHost('ghcr.io'), buildVast()],
  })
  const hubApi = new HubApi(onHost('docker.io'))
  const github = new Github([...images, vast].map((image) => ({ ...image, tags: [image.running] })))

  return {
    'auth.docker.io': (url) => hub.token(url, { expires_in: 300, issued_at: new Date().toISOString() }),
    'registry-1.docker.io': (url, headers) => hub.answer(url, headers),
    'production.cloudflare.docker.com': (url, headers) => hub.stored(url, headers),
    'hub.docker.com': (url) => hubApi.answer(url),
    'ghcr.io': (url, headers) => (url.pathname === '/token' ? ghcr.token(url) : ghcr.answer(url, headers)),
    'pkg-containers.githubusercontent.com': (url, headers) => ghcr.stored(url, headers),
    'api.github.com': (url) => github.answer(url),
  }
}

/** Some forty tags, oldest first; one of the candidates is not built for the architecture that is looked for. */
function build(image) {
  const { name, major, v, running, label, fallback } = image
  const repository = new Repository({ name, source: label ? fallback : undefined })
  for (const minor of [0, 1, 2, 3, 4, 5]) repository.list(`${v}${major - 1}.${minor}.0`)
  for (const tag of [`${v}${major}.0.0`, `${v}${major}.1.0`]) repository.list(tag)
  repository.add(running)
  const updates = newer(image)
  updates.forEach((tag, index) => {
    repository.list(`${tag}-alpine`)
    repository.add(tag, index === 9 ? ['amd64'] : ['amd64', ARCH])
  })
  repository.list(`${v}${major + 1}.0.0-rc1`)
  repository.add(`${v}${major + 1}.0.0`)
  for (const tag of ['nightly', 'latest']) repository.list(tag)
  return repository
}

function buildVast() {
  const { name, running, fallback } = vast
  const repository = new Repository({ name, source: fallback })
  repository.add(running)
  const tags = manyTags(TAGS_OF_VAST - 1)
  const newest = tags.filter((tag) => /^1\.\d+\.\d+$/.test(tag)).sort(byVersion)
  const built = new Set(newest.slice(-BUILT_OF_VAST))
  for (const tag of tags) {
    if (built.has(tag)) repository.add(tag)
    else repository.list(tag)
  }
  return repository
}

function byVersion(a, b) {
  return a.localeCompare(b, 'en', { numeric: true })
}
