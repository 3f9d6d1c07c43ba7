import registry from '../../testing/registry/index.js'
import { ARCH, images, manyTags, newer, vast } from '../catalogue.mjs'

const { Github, hubApi, multiPlatformImage, Registry, Repository, storage, TokenService } = registry
const MOMENT = '2026-05-04T03:02:01.000Z'
const TAGS_OF_VAST = 100_000
/** Newest tags of the vast repository that are built: more than are verified. */
const BUILT_OF_VAST = 20

/** Puts Docker Hub, GHCR and GitHub at the origins at which both sides ask them. */
export function settle(internet) {
  const on = (host) =>
    Object.fromEntries(
      images.filter(({ registry }) => registry === host).map((image) => [image.name, build(image)]),
    )
  dockerHub(on('docker.io')).enter(internet)
  ghcr({ ...on('ghcr.io'), [vast.name]: buildVast() }).enter(internet)
  const github = new Github({ describe })
  for (const image of [...images, vast]) {
    const releases = releasesOf(image).map((version) => `v${version.replace(/^v/, '')}`)
    github.repository(new URL(image.fallback).pathname.slice(1), ...releases)
  }
  internet.put('https://api.github.com', (request) => github.answer(request))
}

/** The versions of an image for which its source has a release, the newest first. */
function releasesOf(image) {
  if (image === vast) return [vast.running]
  return [nextOf(image), ...newer(image).toReversed(), image.running]
}

function nextOf({ major, v }) {
  return `${v}${major + 1}.0.0`
}

function dockerHub(repositories) {
  return new Registry({
    host: 'docker.io',
    origin: 'https://registry-1.docker.io',
    repositories,
    expectsKnown: true,
    guard: new TokenService({
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      repositories,
    }),
    paging: paging('https://registry-1.docker.io'),
    storage: storage('https://production.cloudflare.docker.com'),
    beside: { 'https://hub.docker.com': remembered(hubApi(repositories)) },
  })
}

/** Answers as `site` does. A page is written once, because a real server takes none of this machine's time for it. */
function remembered(site) {
  const answers = new Map()
  return (request) => {
    const key = `${request.method} ${request.url}`
    if (!answers.has(key)) answers.set(key, site(request))
    return answers.get(key)
  }
}

function ghcr(repositories) {
  return new Registry({
    host: 'ghcr.io',
    repositories,
    expectsKnown: true,
    guard: new TokenService({
      realm: 'https://ghcr.io/token',
      service: 'ghcr.io',
      placeholder: 'repository:user/image:pull',
      repositories,
      answer: (token) => ({ token }),
    }),
    paging: paging('https://ghcr.io'),
    storage: storage('https://pkg-containers.githubusercontent.com'),
  })
}

/** Lists pages of a thousand tags. The Link is absolute, because the original cannot follow a relative one. */
function paging(origin) {
  return {
    order: 'pushed',
    usual: 1000,
    most: 1000,
    link: ({ path, cursor, size }) => `<${origin}${path}?last=${cursor}&n=${size}>; rel="next"`,
  }
}

/** Builds some forty tags, oldest first. One of the candidates is not built for the architecture. */
function build(image) {
  const { major, v, running } = image
  const repository = new Repository()
  for (const minor of [0, 1, 2, 3, 4, 5]) repository.list(`${v}${major - 1}.${minor}.0`)
  repository.list(`${v}${major}.0.0`, `${v}${major}.1.0`).push(running, built(image, running))
  newer(image).forEach((tag, index) => {
    repository.list(`${tag}-alpine`).push(tag, built(image, tag, index === 9 ? ['amd64'] : ['amd64', ARCH]))
  })
  const next = nextOf(image)
  return repository.list(`${next}-rc1`).push(next, built(image, next)).list('nightly', 'latest')
}

function buildVast() {
  const repository = new Repository().push(vast.running, built(vast, vast.running))
  const tags = manyTags(TAGS_OF_VAST - 1)
  const newest = tags.filter((tag) => /^1\.\d+\.\d+$/.test(tag)).sort(byVersion)
  for (const tag of tags) repository.list(tag)
  for (const tag of newest.slice(-BUILT_OF_VAST)) repository.put(tag, built(vast, tag))
  return repository
}

function byVersion(a, b) {
  return a.localeCompare(b, 'en', { numeric: true })
}

/** Builds an image as builders do: an index with an image and an attestation for each platform. */
function built({ name, fallback, label }, tag, architectures = ['amd64', 'arm64']) {
  const layers = [1, 2, 3, 4, 5].map((number) => number * 1_000_000)
  return multiPlatformImage({
    platforms: architectures.map((architecture) => `linux/${architecture}`),
    attestations: 'last',
    layers,
    salt: `${name}:${tag}`,
    created: MOMENT,
    labels: {
      'org.opencontainers.image.created': MOMENT,
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.title': name,
      'org.opencontainers.image.version': tag,
      ...(label && { 'org.opencontainers.image.source': fallback }),
    },
    config: {
      history: layers.flatMap(() => [
        { created: MOMENT, created_by: 'RUN /bin/sh -c install', comment: 'buildkit' },
        { created: MOMENT, created_by: 'ENV A=b', empty_layer: true },
      ]),
      rootfs: { type: 'layers', diff_ids: layers.map((size) => registry.sha256(String(size))) },
    },
  })
}

/** Describes a release as GitHub does, in its usual length. */
function describe(name, tag) {
  const author = { login: 'builder', id: 1, type: 'Bot', site_admin: false }
  const page = `https://github.com/${name}`
  return {
    url: `https://api.github.com/repos/${name}/releases/1`,
    html_url: `${page}/releases/tag/${tag}`,
    tag_name: tag,
    name: tag,
    author,
    draft: false,
    prerelease: false,
    published_at: MOMENT,
    assets: ['linux-amd64', 'linux-arm64', 'darwin-arm64', 'windows-amd64'].map((platform) => ({
      name: `${tag}-${platform}.tar.gz`,
      uploader: author,
      content_type: 'application/gzip',
      size: 20_000_000,
      browser_download_url: `${page}/releases/download/${tag}/${platform}.tar.gz`,
    })),
    body: '- A change of some kind, with a sentence about it.\n'.repeat(60),
  }
}
