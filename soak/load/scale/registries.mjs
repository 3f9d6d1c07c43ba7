/**
 * Docker Hub, GHCR and GitHub's API in a process of their own, with any number of repositories. Each repository has content
 * of its own, so that nothing known of one serves for another.
 */

import internet from '../../../testing/internet/index.js'
import registry from '../../../testing/registry/index.js'
import { ALIASES, TAGS } from './images.mjs'

const { Github, hubApi, multiPlatformImage, Registry, Repository, storage, TokenService } = registry
const NAME = /^team\/app-\d+$/
/** Repositories that are kept built. The others are built again when they are asked for. */
const MAX_KEPT = 1000
const MOMENT = '2026-05-04T03:02:01.000Z'
/** What is counted, by the first pattern that fits method, host and path. */
const KINDS = [
  ['tokens', / [^ ]+ \/token\b/],
  ['tag lists', /\/tags\/list/],
  ['manifests by HEAD', /^HEAD .*\/manifests\//],
  ['manifests by GET', /\/manifests\//],
  ['blobs', /\/blobs\//],
  ['GitHub', / api\.github\.com /],
  ["Docker Hub's API", / hub\.docker\.com /],
  ['others', /./],
]

const kept = new Map()
let counts

const repositories = (name) => {
  if (!NAME.test(name)) return undefined
  const known = kept.get(name) ?? built(name)
  kept.delete(name)
  kept.set(name, known)
  if (kept.size > MAX_KEPT) kept.delete(kept.keys().next().value)
  return known
}

function built(name) {
  const repository = new Repository().list(...TAGS)
  const labels = { 'org.opencontainers.image.source': `https://github.com/${name}` }
  const platforms = ['linux/amd64', 'linux/arm64']
  for (const tag of TAGS) {
    const salt = `${name}:${ALIASES[tag] ?? tag}`
    repository.put(tag, multiPlatformImage({ platforms, labels, salt, created: MOMENT }))
  }
  return repository
}

const forget = () => {
  counts = Object.fromEntries([['requests', 0], ...KINDS.map(([kind]) => [kind, 0])])
}

const count = ({ method, origin, url }) => {
  const line = `${method} ${new URL(origin).host} ${url}`
  counts.requests += 1
  counts[KINDS.find(([, pattern]) => pattern.test(line))[0]] += 1
  return undefined
}

function settle(world) {
  const parts = { repositories, isStrict: true }
  const guard = (realm, service) => new TokenService({ realm, service, repositories })
  new Registry({
    ...parts,
    host: 'docker.io',
    origin: 'https://registry-1.docker.io',
    guard: guard('https://auth.docker.io/token', 'registry.docker.io'),
    storage: storage('https://production.cloudflare.docker.com'),
    beside: { 'https://hub.docker.com': hubApi(repositories) },
  }).enter(world)
  new Registry({
    ...parts,
    host: 'ghcr.io',
    guard: guard('https://ghcr.io/token', 'ghcr.io'),
    storage: storage('https://pkg-containers.githubusercontent.com'),
  }).enter(world)
  const github = new Github({ others: () => TAGS.map((tag) => `v${tag}`) })
  world.put('https://api.github.com', (request) => github.answer(request))
}

forget()
const world = new internet.Internet({ watch: count, isForgetful: true })
settle(world)
await world.open()

process.on('message', (question) => {
  if (question === 'forget') forget()
  process.send({ counts, unexpected: world.unexpected })
})
// The parent has ended.
process.on('disconnect', () => process.exit())
process.send({ proxy: world.proxyUrl, ca: internet.AUTHORITY })
