import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CheckOptions, ImageReport, ServiceOptions } from '../..'
import { json, type Site } from '../../testing/registry'
import { CURRENT, indexOf, manifestOf, NEWEST, PLATFORMS, push } from '../registries/support/catalogue'
import { useWorld, World } from '../registries/support/world'
import { type Counts, counter } from './support/counts'
import {
  type Fleet,
  GHCR,
  GHCR_BLOBS,
  GITHUB,
  HUB,
  HUB_API,
  HUB_TOKENS,
  type Member,
  onDockerHub,
  onGhcr,
} from './support/fleet'
import { Rounds } from './support/rounds'

const openWorld = useWorld()
const OLD = '3.6.0'
const image = (tag: string, platforms = PLATFORMS) =>
  indexOf(platforms, { url: 'https://github.com/team/app-0' }, tag)
const digest = (tag: string) => image(tag).root.digest
const built = (tag: string, created: string) =>
  indexOf(PLATFORMS, { url: 'https://github.com/team/app-0', created: `${created}T00:00:00Z` }, tag)

interface Case extends Fleet, CheckOptions {
  tag?: string
}

/** What is running, and what there is beside it. */
const CASES: Record<string, Case> = {
  'something newer': {},
  'something newer on each track': {
    fill: (repository) => {
      for (const tag of ['3.7.3', '4.0.0']) push(repository, tag, image(tag))
    },
  },
  'nothing newer': { tag: NEWEST },
  'nothing newer, the running digest given': { tag: NEWEST, currentDigest: digest(NEWEST) },
  'pushed again, the running digest given': { tag: NEWEST, currentDigest: digest('before') },
  'another numbering, which is later': {
    tag: NEWEST,
    fill: (repository) => {
      push(repository, NEWEST, built(NEWEST, '2026-01-01'))
      push(repository, '2026.1.0', built('2026.1.0', '2026-02-01'))
    },
  },
  'a rebuild of what runs': {
    tag: NEWEST,
    fill: (repository) => {
      push(repository, NEWEST, built(NEWEST, '2026-01-01'))
      push(repository, `${NEWEST}-1`, built(`${NEWEST}-1`, '2026-02-01'))
    },
  },
  'a tag that floats': {
    tag: 'latest',
    fill: (repository) => {
      push(repository, NEWEST, image(NEWEST))
      push(repository, 'latest', image(NEWEST))
    },
  },
  'a tag of long ago': {
    tag: OLD,
    fill: (repository) => {
      push(repository, OLD, image(OLD))
      repository.tags = [OLD, ...repository.tags.filter((tag) => tag !== OLD)]
    },
    stock: { count: 260 },
  },
}

const KINDS: Record<string, (world: World, fleet: Fleet) => Member[]> = {
  'Docker Hub': onDockerHub,
  GHCR: onGhcr,
}

/** What the first check of an image asks and answers. */
async function check(
  world: World,
  enter: (world: World, fleet: Fleet) => Member[],
  { tag = CURRENT, currentDigest, policy, ...fleet }: Case,
  options?: ServiceOptions,
) {
  const [member] = enter(world, fleet) as [Member]
  const { service } = world.service(options)
  const count = counter(world)
  const reference = member.image.replace(/[^:]+$/, tag)
  const report = await service.checkImage(reference, { arch: 'arm64', currentDigest, policy })
  return { world, service, member, reference, report, counts: count() }
}

/** The same in a world of its own. */
async function checkApart(...args: DropFirst<Parameters<typeof check>>) {
  const world = await new World().open()
  try {
    return await check(world, ...args)
  } finally {
    await world.close()
  }
}

type DropFirst<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never

/** What Docker Hub's API says of a tag. */
interface Told {
  digest?: string
  images: object[] | null
}

const withImages = (told: Told, change: () => object) => ({
  ...told,
  images: told.images?.map((image) => ({ ...image, ...change() })),
})

/** Bytes of the layers of an image for arm64. */
function weightOf(tag: string): number {
  const { manifests } = image(tag, ['linux/arm64'])
  const layers = manifests.flatMap(({ body }) => JSON.parse(body).layers ?? [])
  return layers[0].size
}

/** A report without what only one of both ways tells: layers cost a pull, and dates are the API's own. */
function comparable({ checkedAt: _, latest, ...report }: ImageReport) {
  const tags = Object.entries(latest).map(([track, { tag, digest, releaseUrl, downloadSize }]) => {
    return [track, { tag, digest, releaseUrl, all: downloadSize?.all }]
  })
  return { ...report, latest: Object.fromEntries(tags) }
}

describe('a report', () => {
  const asked = new Map<string, Counts>()

  for (const [kind, enter] of Object.entries(KINDS)) {
    test.each(Object.keys(CASES))(`of an image at ${kind}: %s`, async (name) => {
      const { report, counts } = await check(openWorld(), enter, CASES[name] as Case)
      expect(report).not.toHaveProperty('error')
      expect(report.sourceUrl).toBe('https://github.com/team/app-0')
      asked.set(`${kind}, ${name}`, counts)
      if (kind === 'Docker Hub') expect(counts.manifestGets).toBeLessThanOrEqual(2)
    })
  }

  test('is counted in the guide', () => {
    const head = ['a first check', 'manifest GETs', 'HEADs', 'configs', 'Hub’s API', 'other']
    const rows = [...asked].map(([name, { manifestGets, manifestHeads, blobs, hubApi, ...other }]) => {
      const rest = Object.values(other).reduce((sum, count) => sum + count)
      return [name, manifestGets, manifestHeads, blobs, hubApi, rest]
    })
    const table = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`)
    const guide = readFileSync(join(__dirname, '../../docs/rate-limits.md'), 'utf8')
    expect(guide).toContain(table.join('\n'))
  })
})

describe('the depth of a report', () => {
  const [patch, single] = ['3.7.1', '3.7.2']
  const style = { url: 'https://github.com/team/app-0' }
  const ARM64 = 1 + PLATFORMS.indexOf('linux/arm64')
  const child = (tag: string) => image(tag).manifests[ARM64]?.digest
  const configs = {
    [CURRENT]: image(CURRENT).blobs[ARM64 - 1]?.digest,
    [NEWEST]: image(NEWEST).blobs[ARM64 - 1]?.digest,
    [patch]: manifestOf('linux/arm64', style, patch).blobs[0]?.digest,
    [single]: manifestOf('linux/amd64', style, single).blobs[0]?.digest,
  }
  const blobs = (below: string, ...tags: string[]) => tags.map((tag) => `GET ${below}/blobs/${configs[tag]}`)
  const stored = (origin: string, ...tags: string[]) =>
    tags.map((tag) => `GET ${origin}/blobs/${configs[tag]?.replace(':', '/')}`)
  const probe = `GET ${GITHUB}/repos/team/app-0/releases`

  test('is six round trips: candidates do not wait for the source', async () => {
    const below = `${GHCR}/v2/team/app-0`
    const manifests = (...names: unknown[]) => names.map((name) => `GET ${below}/manifests/${name}`)
    const rounds = new Rounds([
      [`GET ${GHCR}/token`],
      [`GET ${below}/tags/list`, ...manifests(CURRENT)],
      manifests(child(CURRENT), NEWEST, single, patch),
      [...manifests(child(NEWEST)), ...blobs(below, CURRENT, single, patch)],
      [...blobs(below, NEWEST), ...stored(GHCR_BLOBS, CURRENT, single, patch)],
      [...stored(GHCR_BLOBS, NEWEST), probe],
    ])
    const world = openWorld()
    world.holdBack(rounds.brake)
    const { report } = await rounds.play(check(world, onGhcr, {}))
    expect(report.status).toBe('update-available')
  })

  test('is no more at Docker Hub, with its API beside it', async () => {
    const below = `${HUB}/v2/team/app-0`
    const rounds = new Rounds([
      [`GET ${HUB_TOKENS}/token`, `GET ${HUB_API}/v2/repositories/team/app-0/tags`],
      [`GET ${below}/tags/list`, `HEAD ${below}/manifests/${CURRENT}`],
      [
        `GET ${below}/manifests/${child(CURRENT)}`,
        ...[NEWEST, patch].map((tag) => `HEAD ${below}/manifests/${tag}`),
      ],
      blobs(below, CURRENT),
      stored('https://production.cloudflare.docker.com', CURRENT),
      [`GET ${below}/manifests/${child(NEWEST)}`, probe],
    ])
    const world = openWorld()
    world.holdBack(rounds.brake)
    const { report } = await rounds.play(check(world, onDockerHub, {}))
    expect(report.latest.minor?.downloadSize?.new).toBe(weightOf(NEWEST))
  })
})

describe('at Docker Hub', () => {
  test('twenty images are checked twice, by processes that know nothing, within its limit', async () => {
    const world = openWorld()
    const fleet = onDockerHub(world, { size: 20, ...CASES['something newer on each track'] })
    const count = counter(world)
    for (const _ of [1, 2]) {
      const images = fleet.map(({ image }) => image)
      const reports = await world.service().service.checkImages(images, { arch: 'arm64' })
      expect(reports.map(({ status }) => status)).toEqual(Array(20).fill('update-available'))
    }
    expect(count().manifestGets).toBeLessThanOrEqual(100)
  })

  test('a look at an update takes two pulls as well, and tells what is new', async () => {
    const world = openWorld()
    const [member] = onDockerHub(world) as [Member]
    const count = counter(world)
    const inspection = await world.service().service.inspectUpdate(member.image, NEWEST, { arch: 'arm64' })
    expect(inspection).toMatchObject({
      runs: true,
      digest: digest(NEWEST),
      downloadSize: { new: weightOf(NEWEST), all: weightOf(NEWEST) },
    })
    expect(count()).toMatchObject({ manifestGets: 2, manifestHeads: 2, blobs: 2, hubApi: 1 })
  })

  test('the API tells what the newest on each track weighs; that of the chosen one is known in full', async () => {
    const { report, world } = await check(
      openWorld(),
      onDockerHub,
      CASES['something newer on each track'] as Case,
    )
    const all = (tag: string) => weightOf(tag)
    expect(report.latest).toMatchObject({
      patch: { tag: '3.7.3', digest: digest('3.7.3'), downloadSize: { all: all('3.7.3') } },
      minor: { tag: NEWEST, digest: digest(NEWEST), downloadSize: { new: all(NEWEST), all: all(NEWEST) } },
      major: { tag: '4.0.0', digest: digest('4.0.0'), downloadSize: { all: all('4.0.0') }, ageSource: 'hub' },
    })
    expect(report.latest.patch?.downloadSize).not.toHaveProperty('new')
    // The registry itself says that the API is up to date.
    const heads = world.exchanges.filter(({ request }) => request.method === 'HEAD')
    expect(heads.map(({ request }) => request.path.split('/').pop()).sort()).toEqual([
      CURRENT,
      '3.7.3',
      NEWEST,
      '4.0.0',
    ])
  })

  test('the same is answered as by the manifests', async () => {
    const cases = Object.values(CASES)
    for (const each of cases) {
      const sparing = await checkApart(onDockerHub, each)
      const plain = await checkApart(onDockerHub, each, { hubApi: false })
      expect(comparable(sparing.report)).toEqual(comparable(plain.report))
    }
  })

  test.each<[string, (told: Told) => unknown]>([
    ['it is late', (told) => ({ ...told, digest: digest('before') })],
    ['it names no digest', ({ digest: _, ...told }) => told],
    ['it names what is none', (told) => ({ ...told, digest: 'sha256:1' })],
    ['it names no manifests', (told) => withImages(told, () => ({ digest: undefined }))],
    ['it says nothing of images', (told) => ({ ...told, images: null })],
    ['it says of what they are in other words', (told) => withImages(told, () => ({ size: '12' }))],
  ])('the manifests are asked where %s', async (_, lie) => {
    const { right, report } = await checkLiedTo(lie)
    expect(report).toMatchObject({ status: 'update-available', updates: right.updates })
    expect(report.latest.minor).toMatchObject({
      digest: digest(NEWEST),
      downloadSize: { new: weightOf(NEWEST), all: weightOf(NEWEST) },
    })
  })

  test('the manifests of what is running are asked where it names some that are not there, and no more', async () => {
    const lie = (told: Told) => withImages(told, () => ({ digest: digest('nowhere') }))
    const { right, report, counts } = await checkLiedTo(lie)
    expect(report.updates).toEqual(right.updates)
    expect(report.latest.minor?.downloadSize).toEqual({ all: weightOf(NEWEST) })
    // One that is not there is no pull.
    expect(counts.manifestGets).toBe(3)
  })

  async function checkLiedTo(lie: (told: Told) => unknown) {
    const right = await checkApart(onDockerHub, {})
    const said = right.world.exchanges.find(({ request }) => request.origin === HUB_API)?.reply
    const page = JSON.parse(String(said?.body))
    const api: Site = () => json({ ...page, results: page.results.map(lie) })
    const enter = (world: World, fleet: Fleet) => onDockerHub(world, { ...fleet, api })
    return { right: right.report, ...(await check(openWorld(), enter, {})) }
  }
})
