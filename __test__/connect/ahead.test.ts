import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  Github,
  hubApi,
  multiPlatformImage,
  type Received,
  Registry,
  Repository,
  storage,
  TokenService,
} from '../../testing/registry'
import { useWorld } from '../registries/support/world'

// Hosts that a call needs later are connected to while it waits for the answers before. Where that does not happen, a
// test here waits for ever, because an answer is held back until the connection is there.

const world = useWorld()

const TOKENS = 'https://auth.docker.io'
const DOCKER = 'https://registry-1.docker.io'
const HUB = 'https://hub.docker.com'
const GHCR = 'https://ghcr.io'
const BLOBS = 'https://pkg-containers.githubusercontent.com'
const QUAY = 'https://quay.io'
const QUAY_BLOBS = 'https://cdn01.quay.io'
const GITHUB = 'https://api.github.com'
const SOURCE = 'https://github.com/team/app'

const image = (salt: string, source?: string) =>
  multiPlatformImage({
    platforms: ['linux/amd64'],
    salt,
    labels: source ? { 'org.opencontainers.image.source': source } : {},
  })
const repository = (source?: string, ...newer: string[]) =>
  ['1.0.0', ...newer].reduce((all, tag) => all.push(tag, image(`${tag} ${source}`, source)), new Repository())

const NAMES = { 'team/app': repository(SOURCE, '1.1.0'), 'team/new': repository(SOURCE) }

function settle(repositories: Record<string, Repository> = NAMES) {
  const guard = (realm: string, service: string) => new TokenService({ realm, service, repositories })
  new Registry({
    host: 'docker.io',
    origin: DOCKER,
    repositories,
    guard: guard(`${TOKENS}/token`, 'registry.docker.io'),
    beside: { [HUB]: hubApi(repositories) },
  }).enter(world())
  new Registry({
    host: 'ghcr.io',
    repositories,
    guard: guard(`${GHCR}/token`, 'ghcr.io'),
    storage: storage(BLOBS),
  }).enter(world())
  new Registry({ host: 'quay.io', repositories, storage: storage(QUAY_BLOBS) }).enter(world())
  const github = new Github().repository('team/app', 'v1.1.0', 'v1.0.0')
  world().put(GITHUB, (request) => github.answer(request))
}

/** Holds the answers that `isMeant` selects back until there is a connection to this origin. */
const until = (origin: string, isMeant: (request: Received) => boolean) =>
  world().holdBack(async (request) => {
    if (isMeant(request)) await world().tunnelTo(origin)
  })
const opened = () => world().tunnels.map(({ origin }) => origin)

test('a registry is connected to while its token is asked for elsewhere', async () => {
  settle()
  until(DOCKER, ({ origin }) => origin === TOKENS)
  const { service } = world().service()
  expect(await service.listTags(service.parseImageReference('team/app'))).toEqual(['1.0.0', '1.1.0'])
  expect(opened().sort()).toEqual([TOKENS, DOCKER])
})

test('registries are, too, while one token for many repositories is asked for', async () => {
  settle()
  until(DOCKER, ({ origin }) => origin === TOKENS)
  const { service } = world().service({ hubApi: false })
  const reports = await service.checkImages(['team/app:1.0.0', 'team/new:1.0.0'], { arch: 'amd64' })
  expect(reports.map(({ error }) => error)).toEqual([undefined, undefined])
  expect(opened().sort()).toEqual([GITHUB, TOKENS, DOCKER].sort())
})

test.each(['original', {}])('GitHub is connected to while an image is read (policy %j)', async (policy) => {
  settle()
  until(GITHUB, ({ path }) => path.includes('/blobs/'))
  const { service } = world().service()
  const [report] = await service.checkImages(['ghcr.io/team/app:1.0.0'], { arch: 'amd64', policy } as never)
  expect(report).toMatchObject({ status: 'update-available', sourceUrl: SOURCE })
  expect(opened().sort()).toEqual([GHCR, GITHUB, BLOBS].sort())
})

test("the host of GHCR's blobs is connected to while the manifest of a platform is read", async () => {
  settle()
  until(BLOBS, ({ path }) => path.includes('/manifests/sha256:'))
  const { service } = world().service()
  await service.getAvailableUpdates('ghcr.io/team/new:1.0.0', 'amd64')
  expect(opened()).toEqual([GHCR, BLOBS])
})

test("Docker Hub's API is connected to while one token for many repositories is asked for", async () => {
  settle()
  until(HUB, ({ origin }) => origin === TOKENS)
  const { service } = world().service()
  const reports = await service.checkImages(['team/app:1.0.0', 'team/new:1.0.0'], { arch: 'amd64' })
  expect(reports.map(({ error }) => error)).toEqual([undefined, undefined])
  expect(world().receivedBy(HUB)).toHaveLength(2)
})

test('GitHub is connected to at once for a source that the call names', async () => {
  settle()
  until(GITHUB, ({ path }) => path === '/token')
  const { service } = world().service()
  await service.getAvailableUpdates('ghcr.io/team/app:1.0.0', 'amd64', SOURCE)
  expect(opened().sort()).toEqual([GHCR, GITHUB, BLOBS].sort())
})

describe('with a cache', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'ahead-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 9 }))

  test('the host of the blobs is connected to while a manifest is read, once it has been seen', async () => {
    settle()
    const before = world().service({ cache: { directory } }).service
    await before.getAvailableUpdates('quay.io/team/app:1.0.0', 'amd64')
    await before.close()
    // Other settings have connections of their own.
    world().tunnels.length = 0
    until(QUAY_BLOBS, ({ path }) => path.includes('/manifests/'))
    const { service } = world().service({ cache: { directory }, connectTimeoutMs: 4_000 })
    await service.getAvailableUpdates('quay.io/team/new:1.0.0', 'amd64')
    expect(opened()).toEqual([QUAY, QUAY_BLOBS])
  })

  test('nothing is connected to for what the cache tells', async () => {
    settle()
    const check = async (options: object) => {
      const { service } = world().service({ cache: { directory }, ...options })
      const updates = await service.getAvailableUpdates('ghcr.io/team/app:1.0.0', 'amd64')
      await service.close()
      return updates
    }
    const updates = await check({})
    world().tunnels.length = 0
    expect(await check({ connectTimeoutMs: 4_000 })).toEqual(updates)
    expect(opened()).toEqual([GHCR])
  })
})

test('nothing is connected to that a call does not need', async () => {
  settle()
  const { service } = world().service()
  await service.listTags(service.parseImageReference('ghcr.io/team/app'))
  await service.getAvailableUpdates('ghcr.io/team/new:1.0.0', 'amd64')
  expect(opened()).toEqual([GHCR, BLOBS])
})

test('GitHub is not connected to for an image of another registry whose source is not known', async () => {
  const repositories = { 'team/app': repository(undefined, '1.1.0') }
  new Registry({ host: 'quay.io', repositories }).enter(world())
  const { service } = world().service()
  expect(await service.checkImage('quay.io/team/app:1.0.0', { arch: 'amd64' })).toMatchObject({
    status: 'update-available',
  })
  expect(new Set(opened())).toEqual(new Set(['https://quay.io']))
})

test('a second call uses the connections of the first', async () => {
  settle()
  const { service } = world().service()
  for (const name of ['team/app', 'ghcr.io/team/app', 'team/app', 'ghcr.io/team/app']) {
    await service.checkImage(`${name}:1.0.0`, { arch: 'amd64' })
    await service.clearCache()
  }
  expect(opened().sort()).toEqual([...new Set(opened())].sort())
})

test('a connection that its server closes before it is used is no failure', async () => {
  settle()
  world().holdBack(async ({ origin, path }) => {
    if (origin !== TOKENS) return
    const tunnel = await world().tunnelTo(DOCKER)
    // Whatever the connection has come to, it is gone when it is needed.
    tunnel.cut()
    expect(path).toBe('/token')
  })
  const { service, logger } = world().service()
  expect(await service.listTags(service.parseImageReference('team/app'))).toEqual(['1.0.0', '1.1.0'])
  expect(service.stats()).toMatchObject({ retries: 0 })
  expect(logger.lines).toEqual([])
  expect(opened().sort()).toEqual([TOKENS, DOCKER, DOCKER])
})

test('a host that cannot be connected to beforehand fails nothing', async () => {
  settle()
  world().cutOff(GITHUB)
  // A request that waited for the connection until its time is up would outlast the test.
  const { service } = world().service({ connectTimeoutMs: 60_000 })
  const [report] = await service.checkImages(['ghcr.io/team/app:1.0.0'], { arch: 'amd64' })
  expect(report).toMatchObject({ status: 'update-available', updates: [{ tag: '1.1.0' }] })
})
