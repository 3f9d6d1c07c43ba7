import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceOptions } from '../..'
import { json, LOGIN, reply, singlePlatformImage } from '../../testing/registry'
import { useWorld } from '../registries/support/world'
import { failure } from '../support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'
import { Gate } from '../support/gate'
import { type Counts, counter } from './support/counts'
import { type Member, onGhcr, updatesOf } from './support/fleet'

const openWorld = useWorld()
const fakes = useFakes()

/** What one service asks when another one has checked the same image before. */
async function askedBySecond(first: ServiceOptions, second: ServiceOptions): Promise<Counts> {
  const world = openWorld()
  const [member] = onGhcr(world) as [Member]
  const check = (options: ServiceOptions) =>
    world.service(options).service.getAvailableUpdates(member.image, 'arm64')
  expect(await check(first)).toEqual(updatesOf(member))
  const count = counter(world)
  expect(await check(second)).toEqual(updatesOf(member))
  return count()
}

const EVERYTHING = { tokens: 1, tagLists: 1, manifestGets: 5, blobs: 3, github: 1 }
const TAG_LIST = { tokens: 0, tagLists: 1, manifestGets: 0, manifestHeads: 0, blobs: 0, github: 0 }
const SHARED: ServiceOptions = { scope: 'process' }

describe('services share', () => {
  const login = { registries: { 'ghcr.io': LOGIN }, github: { token: 'a' } }

  test.each<[string, ServiceOptions]>([
    ['without options', {}],
    ['with equal credentials', login],
    [
      'with equal options',
      { concurrency: 7, timeoutMs: 9000, tagTtlMs: 5000, releaseHosts: { 'a.b': 'gitea' } },
    ],
  ])('what they learn in scope process %s', async (_, options) => {
    // Equal, not the same.
    const copy = () => ({ ...structuredClone(options), ...SHARED })
    expect(await askedBySecond(copy(), copy())).toMatchObject(TAG_LIST)
  })
})

describe('services share nothing', () => {
  const user = (username: string, password: string): ServiceOptions => ({
    ...SHARED,
    registries: { 'other.example': { username, password } },
  })

  test.each<[string, ServiceOptions, ServiceOptions]>([
    ['in scope instance', { scope: 'instance' }, { scope: 'instance' }],
    ['without a scope', {}, {}],
    ['where only one is in scope process', SHARED, {}],
    ['with different passwords', user('alice', 'a'), user('alice', 'b')],
    ['with different users', user('alice', 'a'), user('bob', 'a')],
    ['where only one has credentials', SHARED, user('alice', 'a')],
    [
      'with different tokens of GitHub',
      { ...SHARED, github: { token: 'a' } },
      { ...SHARED, github: { token: 'b' } },
    ],
    ['with different settings', { ...SHARED, tagTtlMs: 1000 }, { ...SHARED, tagTtlMs: 2000 }],
  ])('%s', async (_, first, second) => {
    expect(await askedBySecond(first, second)).toMatchObject(EVERYTHING)
  })
})

describe('a folder is shared', () => {
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'container-registry-scope-'))
  })
  afterEach(() => rmSync(directory, { recursive: true, maxRetries: 9 }))

  const as = (registry: object, others: ServiceOptions = {}): ServiceOptions => ({
    cache: { directory },
    registries: { 'ghcr.io': registry },
    ...others,
  })

  async function askedByNext(first: ServiceOptions, second: ServiceOptions): Promise<Counts> {
    const world = openWorld()
    const [member] = onGhcr(world) as [Member]
    const one = world.service(first).service
    await one.getAvailableUpdates(member.image, 'arm64')
    await one.close()
    const count = counter(world)
    const next = world.service(second).service
    expect(await next.getAvailableUpdates(member.image, 'arm64')).toEqual(updatesOf(member))
    await next.close()
    return count()
  }

  test('by those with the same credentials', async () => {
    const counts = await askedByNext(as(LOGIN), as({ ...LOGIN }))
    expect(counts).toMatchObject({ manifestGets: 0, blobs: 0, github: 0 })
  })

  test('not by those with other credentials', async () => {
    const counts = await askedByNext(as({}), as(LOGIN))
    expect(counts).toMatchObject({ manifestGets: 5, blobs: 3 })
  })

  test('not by those with another password of the same user', async () => {
    const server = await fakes.server()
    const image = singlePlatformImage({
      labels: { 'org.opencontainers.image.source': 'https://a.example/secret' },
    })
    const [root, config] = image.contents as [typeof image.root, typeof image.root]
    const isRight = (authorization = '') => authorization.endsWith(Buffer.from('x:right').toString('base64'))
    const refused = reply(401, '', { 'WWW-Authenticate': 'Basic realm="x"' })
    server.always(manifest('1.0.0'), ({ headers }) =>
      isRight(headers.authorization) ? reply(200, root.body, { 'Content-Type': root.mediaType }) : refused,
    )
    server.always(`GET /v2/${NAME}/blobs/${config.digest}`, ({ headers }) =>
      isRight(headers.authorization) ? reply(200, config.body) : refused,
    )
    const service = (password: string) =>
      serviceOn(
        {},
        {
          cache: { directory },
          registries: { [HOST]: { url: server.origin, username: 'x', password } },
        },
      ).service
    const right = service('right')
    expect(await right.getSourceUrl(app())).toBe('https://a.example/secret')
    await right.close()
    expect(await service('wrong').getSourceUrl(app())).toBeNull()
    expect(await service('right').getSourceUrl(app())).toBe('https://a.example/secret')
  })

  test('not by those with another token of GitHub: what one may see, another may not', async () => {
    const github = await fakes.server()
    const release = (tag: string) => `GET /repos/team/private/releases/tags/${tag}`
    const service = (options: ServiceOptions['github']) =>
      serviceOn({}, { cache: { directory }, github: { apiUrl: github.origin, ...options } }).service
    const prefix = async (options: ServiceOptions['github']) => {
      const one = service(options)
      const found = await one.detectReleaseTagPrefix('https://github.com/team/private', '1.0.0')
      await one.close()
      return found
    }
    github.on(release('v1.0.0'), reply(404), json({})).on(release('1.0.0'), reply(404))
    expect(await prefix({})).toBe('')
    expect(await prefix({ token: 'of-an-owner' })).toBe('v')
    expect([await prefix({}), await prefix({ token: 'of-an-owner' })]).toEqual(['', 'v'])
    expect(github.requests).toHaveLength(3)
  })
})

describe('in scope process', () => {
  const shared = (origin: string): ServiceOptions => ({ ...SHARED, registries: { [HOST]: { url: origin } } })

  test('callers of different instances share a flight', async () => {
    const server = await fakes.server()
    const gate = new Gate()
    server.on(TAGS, gate.hold(json({ tags: ['1'] })))
    const calls = Array.from({ length: 10 }, () =>
      serviceOn({}, shared(server.origin)).service.listTags(app()),
    )
    await server.asked(TAGS)
    // Another host's answers show that everybody has begun.
    const other = await fakes.server()
    other.always(TAGS, json({ tags: [] }))
    for (let time = 0; time < 10; time += 1) await serviceOn({ registry: other }).service.listTags(app())
    gate.open()
    expect(await Promise.all(calls)).toEqual(Array(10).fill(['1']))
    expect(server.of(TAGS)).toHaveLength(1)
  })

  test('each instance has its own logger, and counts are those of all', async () => {
    const server = await fakes.server()
    server.always(manifest('1.0.0'), reply(200, '<html>'))
    const [one, two] = [serviceOn({}, shared(server.origin)), serviceOn({}, shared(server.origin))]
    await one.service.getSourceUrl(app())
    expect([one.logger.warnings.length, two.logger.warnings.length]).toEqual([1, 0])
    await two.service.getSourceUrl(app())
    expect([one.logger.warnings.length, two.logger.warnings.length]).toEqual([1, 1])
    expect(one.service.stats()).toEqual(two.service.stats())
    expect(two.service.stats().requests).toEqual({ [server.host]: 2 })
  })

  test('one that is closed takes nothing from the others', async () => {
    const server = await fakes.server()
    const gate = new Gate()
    server.on(TAGS, gate.hold(json({ tags: ['1'] })))
    const [one, two] = [serviceOn({}, shared(server.origin)), serviceOn({}, shared(server.origin))]
    const closed = failure(one.service.listTags(app()))
    const open = two.service.listTags(app())
    await server.asked(TAGS)
    await one.service.close()
    expect(await closed).toMatchObject({ code: 'ABORTED' })
    gate.open()
    expect(await open).toEqual(['1'])
  })
})
