import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContainerRegistryService } from '../..'
import { CURRENT, NEWEST, SINGLE } from '../registries/support/catalogue'
import { useWorld, type World } from '../registries/support/world'
import { runChild } from '../support/child'
import { type Counts, counter } from './support/counts'
import {
  GHCR,
  GHCR_BLOBS,
  GITHUB,
  HUB,
  HUB_API,
  HUB_TOKENS,
  type Member,
  onDockerHub,
  onGhcr,
  reportedUpdatesOf,
  TWENTY,
  updatesOf,
  wayInto,
} from './support/fleet'
import { Rounds } from './support/rounds'

const openWorld = useWorld()

/** Newer tags of the stock, newest first: an index and two manifests. */
const CANDIDATES = [NEWEST, SINGLE, '3.7.1']
/** The manifests that the original asks for: of the installed tag an index and a child, and those of the candidates. */
const ORIGINAL_GETS = 2 + CANDIDATES.length

type Check = (service: ContainerRegistryService, member: Member) => Promise<unknown>

const alone: Check = (service, { image }) => service.getAvailableUpdates(image, 'arm64')
const withFallback: Check = (service, { image, source }) =>
  service.getAvailableUpdates(image, 'arm64', source)

/** Checks a fleet one image after the other, as the app does it. */
async function loop(service: ContainerRegistryService, fleet: Member[], check = alone) {
  for (const member of fleet) expect(await check(service, member)).toEqual(updatesOf(member))
}

/** Counts that are all nothing but these. */
function only(counts: Partial<Counts>): Counts {
  const nothing = {
    tokens: 0,
    tagLists: 0,
    manifestGets: 0,
    manifestHeads: 0,
    blobs: 0,
    github: 0,
    hubApi: 0,
  }
  return { ...nothing, ...counts }
}

/** The routes that were asked below a host's path with this in it. */
function routesTo(world: World, origin: string, part: string): string[] {
  const found = world.receivedBy(origin).filter(({ path }) => path.includes(part))
  return found.map(({ method, path }) => `${method} ${origin}${path}`)
}

describe('one image', () => {
  const below = `${GHCR}/v2/team/app-0`
  const list = `GET ${below}/tags/list`
  const heads = CANDIDATES.map((tag) => `HEAD ${below}/manifests/${tag}`)

  test('takes six round trips: token, manifest, child, blob, its redirect, release', async () => {
    const world = openWorld()
    const [member] = onGhcr(world) as [Member]
    // Digests are not known beforehand: another service finds them out.
    await alone(world.service().service, member)
    const children = routesTo(world, GHCR, '/manifests/sha256:')
    const blobs = routesTo(world, GHCR, '/blobs/')
    const stored = routesTo(world, GHCR_BLOBS, '/')
    // The source's, and those of the two candidates that are no index.
    expect([children.length, blobs.length, stored.length]).toEqual([1, 3, 3])

    const rounds = new Rounds([
      [`GET ${GHCR}/token`],
      [list, `GET ${below}/manifests/${CURRENT}`],
      [...children, ...CANDIDATES.map((tag) => `GET ${below}/manifests/${tag}`)],
      blobs,
      stored,
      [`GET ${GITHUB}/repos/team/app-0/releases/tags/v${CURRENT}`],
    ])
    world.holdBack(rounds.brake)
    const { service } = world.service()
    expect(await rounds.play(alone(service, member))).toEqual(updatesOf(member))
  })

  test('is asked for again with its tag list alone', async () => {
    const world = openWorld()
    const [member] = onGhcr(world) as [Member]
    const { service } = world.service()
    await alone(service, member)
    const count = counter(world)
    expect(await alone(service, member)).toEqual(updatesOf(member))
    expect(count()).toEqual(only({ tagLists: 1 }))
  })

  test('takes one round trip when the digests of its tags are due', async () => {
    const world = openWorld()
    const [member] = onGhcr(world) as [Member]
    const { service } = world.service({ tagTtlMs: 0 })
    await alone(service, member)
    const rounds = new Rounds([[list, ...heads]])
    world.holdBack(rounds.brake)
    expect(await rounds.play(alone(service, member))).toEqual(updatesOf(member))
  })
})

describe('twenty images one after the other', () => {
  test.each([
    ['', alone],
    [' with a fallback for their source', withFallback],
  ])('take one request of GitHub each%s, and none the next time', async (_, check) => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY })
    const { service } = world.service()
    const count = counter(world)
    await loop(service, fleet, check)
    const first = count()
    expect(first).toMatchObject({ tokens: TWENTY, tagLists: TWENTY, manifestHeads: 0, github: TWENTY })
    expect(first.manifestGets).toBeLessThanOrEqual(TWENTY * ORIGINAL_GETS)
    await loop(service, fleet, check)
    expect(count()).toEqual(only({ tagLists: TWENTY }))
  })

  test('take one request of GitHub each where only the fallback is known', async () => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY, stock: { source: 'nowhere' } })
    const { service } = world.service()
    const count = counter(world)
    for (const round of [TWENTY, 0]) {
      await loop(service, fleet, withFallback)
      expect(count().github).toBe(round)
    }
  })

  test('ask for tag lists only in a job that makes a service of its own in scope process', async () => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY })
    await loop(world.service({ scope: 'process' }).service, fleet)
    const count = counter(world)
    await loop(world.service({ scope: 'process' }).service, fleet)
    expect(count()).toEqual(only({ tagLists: TWENTY }))
  })

  test('ask for digests only in a new process that finds the folder of the last one', async () => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY })
    const directory = mkdtempSync(join(tmpdir(), 'container-registry-rows-'))
    const images = JSON.stringify(fleet.map(({ image }) => image))
    const program = `
      const service = new ContainerRegistryService(JSON.parse(process.env.OPTIONS))
      const check = (image) => service.getAvailableUpdates(image, 'arm64')
      Promise.all(${images}.map(check)).then(async (answers) => {
        await service.close()
        console.log(JSON.stringify(answers))
      })`
    try {
      const count = counter(world)
      for (const [tagTtlMs, asked] of [
        [0, { github: TWENTY }],
        [60_000, { tokens: TWENTY, tagLists: TWENTY }],
        [0, { tokens: TWENTY, tagLists: TWENTY, manifestHeads: TWENTY * CANDIDATES.length }],
      ] as const) {
        const { status, stdout, stderr } = await runChild(
          program,
          wayInto(world, { tagTtlMs, cache: { directory } }),
        )
        expect([status, stderr]).toEqual([0, ''])
        expect(JSON.parse(stdout)).toEqual(fleet.map(updatesOf))
        if ('github' in asked) expect(count()).toMatchObject(asked)
        else expect(count()).toEqual(only(asked))
      }
    } finally {
      rmSync(directory, { recursive: true, maxRetries: 9 })
    }
  })
})

describe('checkImages of twenty', () => {
  test.each([4, 16])('asks for one token and %i things at once, no more', async (concurrency) => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY })
    const { service } = world.service({ concurrency })
    const count = counter(world)
    world.holdBack(crowd(world, concurrency))
    const checks = await service.checkImages(
      fleet.map(({ image }) => image),
      { arch: 'arm64', policy: 'original' },
    )
    expect(checks.map(({ image, updates }) => ({ image, updates }))).toEqual(
      fleet.map((member) => ({ image: member.image, updates: updatesOf(member) })),
    )
    expect(count()).toMatchObject({ tokens: 1, tagLists: TWENTY, github: TWENTY })
    expect(world.mostInFlight(GHCR)).toBe(concurrency)
    for (const origin of [GHCR_BLOBS, GITHUB]) {
      expect(world.mostInFlight(origin)).toBeLessThanOrEqual(concurrency)
    }
  })

  test('asks for one token per host', async () => {
    const world = openWorld()
    const fleet = [...onGhcr(world, { size: 10 }), ...onDockerHub(world, { size: 10 })]
    const count = counter(world)
    const checks = await world.service().service.checkImages(
      fleet.map(({ image }) => image),
      { arch: 'arm64' },
    )
    expect(checks.map(({ updates }) => updates)).toEqual(fleet.map(reportedUpdatesOf))
    expect(count()).toMatchObject({ tokens: 2, hubApi: 10 })
    expect(routesTo(world, HUB_TOKENS, '/token')).toHaveLength(1)
  })
})

describe('a first check at Docker Hub', () => {
  test('takes one manifest, that of the source', async () => {
    const world = openWorld()
    const [member] = onDockerHub(world) as [Member]
    const count = counter(world)
    expect(await alone(world.service().service, member)).toEqual(updatesOf(member))
    expect(count()).toEqual(only({ tokens: 1, tagLists: 1, manifestGets: 1, blobs: 1, github: 1, hubApi: 1 }))
  })

  test('takes less time for it: the API is asked beside the token, and names the manifest', async () => {
    const world = openWorld()
    const [member] = onDockerHub(world) as [Member]
    await alone(world.service().service, member)
    const below = `${HUB}/v2/team/app-0`
    const rounds = new Rounds([
      [`GET ${HUB_TOKENS}/token`, `GET ${HUB_API}/v2/repositories/team/app-0/tags`],
      [`GET ${below}/tags/list`, ...routesTo(world, HUB, '/manifests/sha256:')],
      routesTo(world, HUB, '/blobs/'),
      world
        .receivedBy('https://production.cloudflare.docker.com')
        .map(({ origin, path }) => `GET ${origin}${path}`),
      [`GET ${GITHUB}/repos/team/app-0/releases/tags/v${CURRENT}`],
    ])
    world.holdBack(rounds.brake)
    const { service } = world.service()
    expect(await rounds.play(alone(service, member))).toEqual(updatesOf(member))
  })
})

/** Answers GHCR's first requests when as many are waiting as may, so that it is seen that they may. */
function crowd(world: World, size: number) {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return async ({ origin, path }: { origin: string; path: string }) => {
    if (origin !== GHCR || path === '/token') return
    if (world.mostInFlight(GHCR) >= size) open()
    await opened
  }
}
