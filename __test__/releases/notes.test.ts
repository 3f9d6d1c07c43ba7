import { json, reply, singlePlatformImage } from '../../testing/registry'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const IMAGE = `${HOST}/${NAME}`
const SOURCE = 'https://github.com/team/app'
const LISTED = 'GET /repos/team/app/releases?per_page=100'
const pageOf = (page: number) => `${LISTED}&page=${page}`
const CHANGELOG = 'GET /repos/team/app/contents/CHANGELOG.md'

interface Written {
  tag_name: string
  body?: string
  prerelease?: boolean
  draft?: boolean
  name?: string
  published_at?: string
}

async function world(releases?: Written[], labels: Record<string, string> = {}) {
  const [registry, github] = [await fakes.registry(), await fakes.github()]
  const source = { 'org.opencontainers.image.source': SOURCE }
  for (const tag of ['1.0.0', '1.3.0', 'latest']) {
    registry.repository(NAME).push(tag, singlePlatformImage({ labels: { ...source, tag, ...labels } }))
  }
  github.repository('team/app')
  if (releases) github.server.always(LISTED, json(releases))
  return { registry, github, ...serviceOn({ registry, github }, { maxRetries: 0 }) }
}

const BETWEEN: Written[] = [
  { tag_name: 'v1.0.9', body: 'mended', published_at: '2026-05-01T00:00:00Z' },
  {
    tag_name: 'v1.3.0',
    name: 'Three',
    body: '## Breaking changes\r\n- `x` is gone\r\n\r\n## Fixes\n- CVE-2026-12345\u0000',
    published_at: '2026-04-01T00:00:00Z',
  },
  { tag_name: 'helm-chart-1.2.5', body: 'a chart' },
  { tag_name: 'v1.3.0-rc.1', body: 'early', prerelease: true },
  { tag_name: 'v1.2.0', body: 'two' },
  { tag_name: 'v1.4.0', body: 'a draft', draft: true },
  { tag_name: 'v1.0.0', body: 'one' },
]

test('has every release after the one up to the other, ordered by version', async () => {
  const { service, github } = await world(BETWEEN)
  const notes = await service.releaseNotes(IMAGE, '1.0.0', '1.3.0')
  expect(notes).toEqual({
    releases: [
      {
        tag: 'v1.3.0',
        version: '1.3.0',
        name: 'Three',
        publishedAt: '2026-04-01T00:00:00Z',
        url: `${SOURCE}/releases/tag/v1.3.0`,
        prerelease: false,
        notes: '## Breaking changes\n- `x` is gone\n\n## Fixes\n- CVE-2026-12345',
        breaking: ['## Breaking changes\n- `x` is gone'],
        security: ['CVE-2026-12345'],
      },
      expect.objectContaining({ tag: 'v1.2.0', name: 'v1.2.0', notes: 'two', breaking: [], security: [] }),
      expect.objectContaining({ tag: 'v1.0.9' }),
    ],
    complete: true,
    truncated: false,
    sourceUrl: SOURCE,
  })
  expect(github.server.routes).toEqual([LISTED])
  await service.releaseNotes(`${IMAGE}:whatever`, '1.2.0', '1.3.0-rc1')
  expect(github.server.routes).toEqual([LISTED])
})

test('has prereleases where one runs', async () => {
  const { service } = await world(BETWEEN)
  const tags = async (from: string, to: string) =>
    (await service.releaseNotes(IMAGE, from, to)).releases.map(({ tag }) => tag)
  expect(await tags('1.2.0-rc1', '1.3.0')).toEqual(['v1.3.0', 'v1.3.0-rc.1', 'v1.2.0'])
  expect(await tags('1.2.0', '1.3.0-rc1')).toEqual(['v1.3.0-rc.1'])
  expect(await tags('1.3.0', '1.0.0')).toEqual([])
})

test('reads three pages at most, and says that it has not seen all', async () => {
  const { service, github } = await world()
  const next = { Link: '<https://api.github.com/x>; rel="next"' }
  const page = (number: number) => json([{ tag_name: `v9.${9 - number}.0`, body: 'x' }], next)
  github.server.on(LISTED, page(1)).on(pageOf(2), page(2)).on(pageOf(3), page(3))
  const notes = await service.releaseNotes(IMAGE, '1.0.0', '9.9.0')
  expect(notes.releases.map(({ version }) => version)).toEqual(['9.8.0', '9.7.0', '9.6.0'])
  expect(notes.complete).toBe(false)
})

test('reads no further page than it needs', async () => {
  const { service, github } = await world()
  const next = { Link: '<https://api.github.com/x>; rel="next"' }
  github.server.on(
    LISTED,
    json([{ tag_name: 'v1.3.0' }, { tag_name: 'v1.2.0' }, { tag_name: 'v1.0.0' }], next),
  )
  const notes = await service.releaseNotes(IMAGE, '1.0.0', '1.3.0')
  expect(notes).toMatchObject({ complete: true, releases: [{ version: '1.3.0' }, { version: '1.2.0' }] })
})

test('a page that fails leaves the stretch incomplete, and a first one that fails rejects', async () => {
  const { service, github, logger } = await world()
  const next = { Link: '<https://api.github.com/x>; rel="next"' }
  github.server.on(LISTED, reply(500), json([{ tag_name: 'v1.3.0' }], next)).on(pageOf(2), reply(500))
  await expect(service.releaseNotes(IMAGE, '1.0.0', '1.3.0')).rejects.toMatchObject({ status: 500 })
  expect(await service.releaseNotes(IMAGE, '1.0.0', '1.3.0')).toMatchObject({
    complete: false,
    releases: [{ version: '1.3.0' }],
  })
  expect(logger.warnings).toEqual([expect.stringContaining('were not read to their end')])
})

test('cuts notes at 64 KiB each and at 1 MiB in all, and releases at the limit', async () => {
  const many = Array.from({ length: 20 }, (_, number) => ({
    tag_name: `v1.${20 - number}.0`,
    body: 'é'.repeat(40_000),
  }))
  const { service } = await world(many)
  const notes = await service.releaseNotes(IMAGE, '1.0.0', '1.20.0')
  const sizes = notes.releases.map(({ notes }) => Buffer.byteLength(notes))
  expect(Math.max(...sizes)).toBe(64 * 1024)
  expect(sizes.reduce((sum, size) => sum + size)).toBe(1024 * 1024)
  expect(notes).toMatchObject({ truncated: true, complete: true })
  const few = await service.releaseNotes(IMAGE, '1.18.0', '1.20.0', { limit: 1 })
  expect(few.releases.map(({ version }) => version)).toEqual(['1.20.0'])
  expect(few.truncated).toBe(true)
})

describe('a changelog', () => {
  const TEXT =
    '# Changelog\n\n## [1.3.0] - 2026-04-01\n### Removed\n- feat!: x\n\n## 1.2.0\n- y\n\n## 1.0.0\n- z\n'

  test('serves where there are no releases', async () => {
    const { service, github } = await world()
    github.file('team/app', 'CHANGELOG.md', TEXT)
    const notes = await service.releaseNotes(IMAGE, '1.0.0', '1.3.0')
    expect(notes).toMatchObject({ complete: true, truncated: false })
    expect(notes.releases).toEqual([
      {
        tag: '1.3.0',
        version: '1.3.0',
        name: '[1.3.0] - 2026-04-01',
        publishedAt: '2026-04-01',
        url: `${SOURCE}/blob/HEAD/CHANGELOG.md`,
        prerelease: false,
        notes: '### Removed\n- feat!: x',
        breaking: ['- feat!: x'],
        security: [],
      },
      expect.objectContaining({ tag: '1.2.0', notes: '- y' }),
    ])
    expect(github.server.routes).toEqual([LISTED, CHANGELOG])
    await service.releaseNotes(IMAGE, '1.0.0', '1.3.0')
    expect(github.server.routes).toHaveLength(2)
  })

  test('in Base64 is read, too', async () => {
    const { service, github } = await world()
    github.server.on(CHANGELOG, json({ content: Buffer.from(TEXT).toString('base64'), encoding: 'base64' }))
    expect((await service.releaseNotes(IMAGE, '1.0.0', '1.3.0')).releases).toHaveLength(2)
  })

  test('that is not there is no fault', async () => {
    const { service } = await world()
    expect(await service.releaseNotes(IMAGE, '1.0.0', '1.3.0')).toEqual({
      releases: [],
      complete: true,
      truncated: false,
      sourceUrl: SOURCE,
    })
  })
})

test('a floating tag has the version that its image states', async () => {
  const { service } = await world(BETWEEN, { 'org.opencontainers.image.version': '1.2.0' })
  expect(await service.releaseNotes(IMAGE, 'latest', '1.3.0')).toMatchObject({
    complete: true,
    releases: [{ version: '1.3.0' }],
  })
})

test('an image without a source has no notes, and that is not all that there is', async () => {
  const { service, github } = await world(undefined, { 'org.opencontainers.image.source': '' })
  expect(await service.releaseNotes(IMAGE, '1.0.0', '1.3.0')).toEqual({
    releases: [],
    complete: false,
    truncated: false,
  })
  expect(github.server.routes).toEqual([])
})

test('the source is that of the running tag, or else of the other one', async () => {
  const { service } = await world(BETWEEN)
  const notes = await service.releaseNotes(IMAGE, '1.2.0', '1.3.0')
  expect(notes.releases).toHaveLength(1)
})

test.each([
  ['an image', ['Nothing!', '1.0.0', '1.1.0'], 'INVALID_REFERENCE'],
  ['a tag', [IMAGE, 'a b', '1.1.0'], 'INVALID_REFERENCE'],
  ['another tag', [IMAGE, '1.0.0', ''], 'INVALID_REFERENCE'],
  ['a limit', [IMAGE, '1.0.0', '1.1.0', { limit: 0 }], 'INVALID_ARGUMENT'],
  ['a tag of another type', [IMAGE, '1.0.0', 7], 'INVALID_ARGUMENT'],
])('what is not %s rejects', async (_, args, code) => {
  const { service } = serviceOn({})
  const read = service.releaseNotes as (...args: unknown[]) => Promise<unknown>
  await expect(read.apply(service, args)).rejects.toMatchObject({ code })
})
