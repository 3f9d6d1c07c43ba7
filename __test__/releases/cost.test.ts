import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContainerRegistryService, type ServiceOptions } from '../..'
import { type FixtureRegistries, startRegistries } from '../../testing'
import { multiPlatformImage, singlePlatformImage } from '../../testing/registry'
import { HOST, serviceOn, useFakes } from '../support/fakes'
import { letTimePass } from '../support/time'

/** Requests without a token that GitHub allows in an hour. */
const ALLOWED = 60
const TAGS = ['1.0.0', '1.0.1', '1.1.0', '2.0.0']
const FLEET = Array.from({ length: 17 }, (_, number) => ({
  image: `ghcr.io/team/app-${number}`,
  tags: TAGS,
  source: `https://github.com/team/app-${number}`,
  // Some repositories are not shown to everybody.
  releases: number % 3 === 0 ? undefined : ('v' as const),
}))
const IMAGES = FLEET.map(({ image }) => `${image}:1.0.0`)

let registries: FixtureRegistries
beforeEach(async () => {
  registries = await startRegistries({ images: FLEET })
})
afterEach(() => registries.close())

const asked = () => registries.requests.filter(({ host }) => host === 'api.github.com').length

async function night(options: ServiceOptions = {}) {
  const service = new ContainerRegistryService({ ...registries.options, ...options })
  const reports = await service.checkImages(IMAGES, { arch: 'arm64' })
  expect(reports.map(({ status }) => status)).toEqual(IMAGES.map(() => 'update-available'))
  return service
}

test('seventeen images take less than GitHub allows in an hour, and nothing when they are checked again', async () => {
  const service = await night()
  const first = asked()
  expect(first).toBeLessThan(ALLOWED)
  await service.checkImages(IMAGES, { arch: 'arm64' })
  expect(asked()).toBe(first)
  await service.close()
})

test('two processes with one folder ask once', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'release-cost-'))
  try {
    for (const _ of [1, 2]) await (await night({ cache: { directory } })).close()
    expect(asked()).toBeLessThan(ALLOWED)
    const lists = registries.requests.filter(({ path }) => path.includes('/releases?'))
    expect(lists).toHaveLength(IMAGES.length)
  } finally {
    await rm(directory, { recursive: true })
  }
})

describe('over time', () => {
  const fakes = useFakes()
  const HOUR = 3_600_000

  test('after an hour the list is asked for by its ETag, and the answer that nothing changed serves for another hour', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'release-hour-'))
    try {
      const [registry, github] = [await fakes.registry(), await fakes.github()]
      github.repository('team/app', 'v1.0.0', 'v1.1.0')
      const labels = { 'org.opencontainers.image.source': 'https://github.com/team/app' }
      for (const [index, tag] of ['1.0.0', '1.1.0'].entries())
        registry.repository('team/app').push(tag, singlePlatformImage({ labels, layers: [index + 1] }))
      const page = async () => {
        const { service } = serviceOn({ registry, github }, { cache: { directory } })
        const { updates } = await service.checkImage(`${HOST}/team/app:1.0.0`, { arch: 'amd64' })
        await service.close()
        return updates[0]?.releaseUrl
      }
      const conditions = () => github.server.requests.map(({ headers }) => headers['if-none-match'])
      expect(await page()).toBe('https://github.com/team/app/releases/tag/v1.1.0')
      expect(conditions()).toEqual([undefined])
      letTimePass(directory, HOUR - 60_000)
      expect(await page()).toBe('https://github.com/team/app/releases/tag/v1.1.0')
      expect(conditions()).toHaveLength(1)
      letTimePass(directory, 120_000)
      expect(await page()).toBe('https://github.com/team/app/releases/tag/v1.1.0')
      expect(conditions()).toEqual([undefined, expect.stringMatching(/^"[0-9a-f]{64}"$/)])
      letTimePass(directory, HOUR - 60_000)
      await page()
      expect(conditions()).toHaveLength(2)
      github.repository('team/app', 'v1.0.0', 'app/1.1.0')
      letTimePass(directory, 120_000)
      expect(await page()).toBe('https://github.com/team/app/releases/tag/app/1.1.0')
      expect(conditions()).toHaveLength(3)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('seventeen images whose releases are all to be looked up stay below what GitHub allows, twice in an hour', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'release-worst-'))
    try {
      const [registry, github] = [await fakes.registry(), await fakes.github()]
      const images = Array.from({ length: 17 }, (_, number) => `team/app-${number}`)
      // None of the tags has a release or a git tag, and each track has a tag of its own.
      const others = Array.from({ length: 40 }, (_, number) => `v9.${number}.0`)
      for (const name of images) {
        github.repository(name, ...others)
        const labels = { 'org.opencontainers.image.source': `https://github.com/${name}` }
        for (const [index, tag] of TAGS.entries())
          registry
            .repository(name)
            .push(tag, multiPlatformImage({ platforms: ['linux/amd64'], labels, layers: [index + 1] }))
      }
      const check = async () => {
        const { service } = serviceOn({ registry, github }, { cache: { directory } })
        const reports = await service.checkImages(
          images.map((name) => `${HOST}/${name}:1.0.0`),
          { arch: 'amd64' },
        )
        await service.close()
        // What is offered is looked up for all. What was not looked up has a page by convention.
        for (const { latest } of reports) expect(latest.minor).not.toHaveProperty('releaseUrl')
        const majors = reports.map(({ latest }) => latest.major?.releaseUrlSource)
        expect(majors.filter((source) => source === 'convention').length).toBeGreaterThanOrEqual(15)
      }
      await check()
      expect(github.server.requests.length).toBeLessThan(ALLOWED)
      letTimePass(directory, 1_800_000)
      await check()
      expect(github.server.requests.length).toBeLessThan(ALLOWED)
      letTimePass(directory, 1_800_001)
      const before = github.server.requests.length
      await check()
      expect(github.server.requests.length - before).toBeLessThan(ALLOWED)
    } finally {
      await rm(directory, { recursive: true })
    }
  })

  test('with a token, every tag is looked up', async () => {
    const [registry, github] = [await fakes.registry(), await fakes.github()]
    github.repository('team/app', ...Array.from({ length: 40 }, (_, number) => `v9.${number}.0`))
    const labels = { 'org.opencontainers.image.source': 'https://github.com/team/app' }
    for (const [index, tag] of TAGS.entries())
      registry.repository('team/app').push(tag, singlePlatformImage({ labels, layers: [index + 1] }))
    const { service } = serviceOn({ registry }, { github: { apiUrl: github.server.origin, token: 't' } })
    const { latest } = await service.checkImage(`${HOST}/team/app:1.0.0`, { arch: 'amd64' })
    expect(Object.values(latest).map((found) => found?.releaseUrlSource)).toEqual([
      undefined,
      undefined,
      undefined,
    ])
    expect(github.server.requests).toHaveLength(1 + 3 * 2)
  })
})

test('images of one source share its list', async () => {
  await registries.close()
  const source = 'https://github.com/team/app'
  const parts = ['server', 'web', 'worker'].map((name) => ({
    image: `ghcr.io/team/${name}`,
    tags: TAGS,
    source,
  }))
  registries = await startRegistries({ images: parts.map((part) => ({ ...part, releases: 'v' as const })) })
  const service = new ContainerRegistryService(registries.options)
  await service.checkImages(
    parts.map(({ image }) => `${image}:1.0.0`),
    { arch: 'arm64' },
  )
  expect(asked()).toBe(1)
  await service.close()
})
