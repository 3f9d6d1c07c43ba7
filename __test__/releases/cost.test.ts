import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContainerRegistryService, type ServiceOptions } from '../..'
import { type FixtureRegistries, startRegistries } from '../../testing'

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
