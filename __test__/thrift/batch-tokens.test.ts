import { LOGIN, reply, singlePlatformImage } from '../../testing/registry'
import { useWorld, type World } from '../registries/support/world'
import { HOST, serviceOn, useFakes } from '../support/fakes'
import {
  GHCR,
  HUB_TOKENS,
  type Member,
  onDockerHub,
  onGhcr,
  reportedUpdatesOf,
  TWENTY,
} from './support/fleet'

const openWorld = useWorld()
const fakes = useFakes()

/** The scopes of each request for a token, in order. */
function scopesAt(world: World, origin: string): string[][] {
  const requests = world.receivedBy(origin).filter(({ path }) => path === '/token')
  return requests.map(({ query }) => query.getAll('scope'))
}

const scope = ({ name }: Member) => `repository:${name}:pull`
const imagesOf = (fleet: Member[]) => fleet.map(({ image }) => image)

describe.each([
  ['GHCR', onGhcr, GHCR],
  ['Docker Hub', onDockerHub, HUB_TOKENS],
] as const)('%s', (_, enter, tokens) => {
  test('is asked for one token for all repositories of a batch', async () => {
    const world = openWorld()
    const fleet = enter(world, { size: TWENTY })
    const { service, logger } = world.service()
    const checks = await service.checkImages(imagesOf(fleet), { arch: 'arm64' })
    expect(checks.map(({ updates }) => updates)).toEqual(fleet.map(reportedUpdatesOf))
    expect(scopesAt(world, tokens)).toEqual([fleet.map(scope)])
    expect(logger.lines).toEqual([])
  })

  test('is asked again for each of them where one may not be seen, which fails alone', async () => {
    const world = openWorld()
    const fleet = enter(world, { size: 5, hidden: [2] })
    const checks = await world.service().service.checkImages(imagesOf(fleet), { arch: 'arm64' })
    expect(checks.map(({ error }) => error?.code)).toEqual([
      undefined,
      undefined,
      'AUTH_FAILED',
      undefined,
      undefined,
    ])
    for (const [number, member] of fleet.entries()) {
      if (number !== 2) expect(checks[number]?.updates).toEqual(reportedUpdatesOf(member))
    }
    const [first, ...others] = scopesAt(world, tokens)
    expect(first).toEqual(fleet.map(scope))
    expect(others.every((scopes) => scopes.length === 1)).toBe(true)
    expect(others.map(([scope]) => scope)).toContain(scope(fleet[2] as Member))
  })

  test('is asked with the credentials there are', async () => {
    const world = openWorld()
    const fleet = enter(world, { size: 3, hidden: [0, 1, 2] })
    const host = (fleet[0] as Member).image.split('/')[0] as string
    const { service } = world.service({ registries: { [host]: LOGIN } })
    const checks = await service.checkImages(imagesOf(fleet), { arch: 'arm64' })
    expect(checks.map(({ updates }) => updates)).toEqual(fleet.map(reportedUpdatesOf))
    expect(scopesAt(world, tokens)).toEqual([fleet.map(scope)])
  })

  test('is asked once more when a batch was over before', async () => {
    const world = openWorld()
    const fleet = enter(world, { size: 4 })
    const { service } = world.service()
    await service.checkImages(imagesOf(fleet.slice(0, 2)), { arch: 'arm64' })
    await service.checkImages(imagesOf(fleet), { arch: 'arm64' })
    expect(scopesAt(world, tokens)).toEqual([fleet.slice(0, 2).map(scope), fleet.slice(2).map(scope)])
  })
})

test('a token service that refuses batches is asked for each repository', async () => {
  const world = openWorld()
  const isBatch = ({ path, query }: { path: string; query: URLSearchParams }) =>
    path === '/token' && query.getAll('scope').length > 1
  world.put(GHCR, (request) => (isBatch(request) ? reply(400, 'one scope, please') : undefined))
  const fleet = onGhcr(world, { size: 5 })
  const checks = await world.service().service.checkImages(imagesOf(fleet), { arch: 'arm64' })
  expect(checks.map(({ updates }) => updates)).toEqual(fleet.map(reportedUpdatesOf))
  const [batch, ...others] = scopesAt(world, GHCR)
  expect(batch).toHaveLength(5)
  expect(others.flat().sort()).toEqual(fleet.map(scope).sort())
})

test('the URL of a batch is bounded: sixty images take three requests', async () => {
  const world = openWorld()
  const fleet = onGhcr(world, { size: 60 })
  await world.service().service.checkImages(imagesOf(fleet), { arch: 'arm64' })
  const scopes = scopesAt(world, GHCR)
  expect(scopes.map(({ length }) => length).sort()).toEqual([10, 25, 25])
  expect(scopes.flat().sort()).toEqual(fleet.map(scope).sort())
})

test('a registry that is not known to give tokens for many repositories is asked for each', async () => {
  const registry = await fakes.registry()
  const names = ['team/a', 'team/b', 'team/c']
  for (const name of names) registry.repository(name).push('1.0.0', singlePlatformImage())
  const { service } = serviceOn({ registry })
  await service.checkImages(names.map((name) => `${HOST}/${name}:1.0.0`))
  const scopes = registry.tokenRequests.map(({ query }) => query.getAll('scope'))
  expect(scopes.sort()).toEqual(names.map((name) => [`repository:${name}:pull`]))
})

test('what is asked for without a batch asks for no batch', async () => {
  const world = openWorld()
  const fleet = onGhcr(world, { size: 1 })
  await world.service().service.checkImages([...imagesOf(fleet), ...imagesOf(fleet)], { arch: 'arm64' })
  expect(scopesAt(world, GHCR)).toEqual([fleet.map(scope)])
})
