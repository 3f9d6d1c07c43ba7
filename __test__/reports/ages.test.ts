import { json, reply, singlePlatformImage } from '../../testing/registry'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const LABELS = { 'org.opencontainers.image.source': 'https://github.com/team/app' }
const LISTED = 'GET /repos/team/app/releases?per_page=100'
const DAY = 24 * 3600 * 1000
const NOW = Date.parse('2026-06-10T00:00:00Z')
const daysAgo = (days: number) => new Date(NOW - days * DAY).toISOString()

/** A repository with a version a day, as their configs tell, or as releases do. */
async function world(created: Record<string, string | undefined>, releases?: unknown[]) {
  const registry = await fakes.registry()
  const github = await fakes.github()
  github.repository('team/app')
  github.server.always(LISTED, releases ? json(releases, { ETag: '"one"' }) : json([]))
  for (const [tag, date] of Object.entries(created)) {
    registry.repository(NAME).push(tag, singlePlatformImage({ labels: { ...LABELS, tag }, created: date }))
  }
  const { service } = serviceOn({ registry, github })
  const check = (policy: object) =>
    service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64', policy: { now: NOW, ...policy } })
  return { service, github, check }
}

const DAILY = { '1.0.0': daysAgo(9), '1.1.0': daysAgo(3), '1.2.0': daysAgo(2), '1.3.0': daysAgo(1) }

test('the newest past its age is offered, so that a daily release still moves', async () => {
  const { check } = await world(DAILY)
  expect(await check({ minAgeHours: 36 })).toMatchObject({
    updates: [{ tag: '1.2.0', isLatest: true }, { tag: '1.1.0' }],
    latest: { minor: { tag: '1.2.0', createdAt: '2026-06-08T00:00:00Z', ageSource: 'created' } },
    rejected: expect.arrayContaining([{ reason: 'age', count: 1, examples: ['1.3.0'] }]),
  })
  expect(await check({ minAgeHours: 24 })).toMatchObject({ latest: { minor: { tag: '1.3.0' } } })
  expect(await check({ minAgeHours: 24 * 30 })).toMatchObject({ status: 'up-to-date', updates: [] })
  expect(await check({ minAgeHours: 36, now: new Date(NOW + DAY) })).toMatchObject({
    latest: { minor: { tag: '1.3.0' } },
  })
})

test('a release tells the age before the config does, and where the page is', async () => {
  const release = (tag: string, days: number) => ({
    tag_name: tag,
    published_at: daysAgo(days),
    name: tag,
    body: 'notes',
  })
  const { check } = await world(DAILY, [release('v1.3.0', 5), release('v1.2.0', 0)])
  expect(await check({ minAgeHours: 36 })).toMatchObject({
    latest: {
      minor: {
        tag: '1.3.0',
        ageSource: 'release',
        createdAt: daysAgo(5).replace('.000', ''),
        releaseUrl: 'https://github.com/team/app/releases/tag/v1.3.0',
      },
    },
  })
})

test('a date that cannot be is none, and then the policy decides', async () => {
  const { check } = await world({ '1.0.0': daysAgo(9), '1.1.0': '1970-01-01T00:00:00Z', '1.2.0': undefined })
  const offered = await check({ minAgeHours: 1 })
  expect(offered.latest.minor).toMatchObject({ tag: '1.2.0' })
  expect(offered.latest.minor).not.toHaveProperty('createdAt')
  expect(await check({ minAgeHours: 1, unknownAge: 'hold' })).toMatchObject({ status: 'up-to-date' })
})

describe('listReleases', () => {
  const releases = [
    {
      tag_name: 'v2.0.0',
      name: 'Two',
      body: 'new',
      published_at: daysAgo(1),
      prerelease: false,
      draft: false,
    },
    {
      tag_name: 'v2.0.0-rc1',
      name: null,
      body: null,
      published_at: daysAgo(2),
      prerelease: true,
      draft: false,
    },
  ]

  test('is one request, and then one with its ETag', async () => {
    const { service, github } = await world({}, releases)
    const listed = await service.listReleases('git@github.com:team/app.git')
    expect(listed).toEqual([
      {
        tag: 'v2.0.0',
        publishedAt: daysAgo(1),
        prerelease: false,
        draft: false,
        name: 'Two',
        url: 'https://github.com/team/app/releases/tag/v2.0.0',
        notes: 'new',
      },
      expect.objectContaining({ tag: 'v2.0.0-rc1', name: 'v2.0.0-rc1', prerelease: true, notes: '' }),
    ])
    expect(await service.listReleases('https://github.com/team/app', { limit: 1 })).toHaveLength(1)
    expect(github.server.requests).toHaveLength(1)
    // The list also shows how releases are tagged.
    expect(await service.detectReleaseTagPrefix('https://github.com/team/app', '2.0.0')).toBe('v')
    expect(github.server.requests).toHaveLength(1)
  })

  test('asks again with the ETag when a tag’s time is over', async () => {
    const github = await fakes.github()
    github.server.always(LISTED, json(releases, { ETag: '"one"' }))
    const { service } = serviceOn({ github }, { tagTtlMs: 0 })
    const first = await service.listReleases('https://github.com/team/app')
    github.server.always(LISTED, reply(304))
    expect(await service.listReleases('https://github.com/team/app')).toEqual(first)
    expect(github.server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([
      undefined,
      '"one"',
    ])
  })

  test.each([
    [
      'gitlab',
      '/group/team/app',
      '/api/v4/projects/group%2Fteam%2Fapp/releases?per_page=100',
      { tag_name: '1.0', name: 'One', description: 'new', released_at: daysAgo(1), upcoming_release: true },
      '/group/team/app/-/releases/1.0',
    ],
    [
      'gitea',
      '/team/app',
      '/api/v1/repos/team/app/releases?limit=100',
      { tag_name: '1.0', name: 'One', body: 'new', published_at: daysAgo(1), prerelease: true, draft: false },
      '/team/app/releases/tag/1.0',
    ],
  ] as const)(
    'is asked of %s in its own way, and again with its ETag',
    async (kind, repository, path, release, page) => {
      const server = await fakes.server()
      server.on(`GET ${path}`, json([release], { ETag: 'W/"1"' }), reply(304))
      const { host } = new URL(server.origin)
      const { service } = serviceOn({}, { releaseHosts: { [host]: kind }, tagTtlMs: 0 })
      for (const _ of [1, 2]) {
        expect(await service.listReleases(server.origin + repository)).toEqual([
          {
            tag: '1.0',
            name: 'One',
            notes: 'new',
            publishedAt: daysAgo(1),
            prerelease: true,
            draft: false,
            url: server.origin + page,
          },
        ])
      }
      expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, 'W/"1"'])
    },
  )

  test.each([
    [reply(404), 'NOT_FOUND'],
    [json({ message: 'limit' }, { 'x-ratelimit-remaining': '0' }, 403), 'RATE_LIMITED'],
    [reply(403), 'AUTH_FAILED'],
    [reply(200, '<html>'), 'BAD_RESPONSE'],
  ])('is told what a host refuses: %#', async (answer, code) => {
    const github = await fakes.github()
    github.server.always(LISTED, answer)
    const { service } = serviceOn({ github })
    await expect(service.listReleases('https://github.com/team/app')).rejects.toMatchObject({ code })
  })

  test('wants a host that is known to list them, and a limit that is one', async () => {
    const { service } = serviceOn({})
    for (const source of ['https://git.example/o/r', 'no URL', '']) {
      await expect(service.listReleases(source)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    }
    await expect(service.listReleases('https://github.com/o/r', { limit: 0 })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: expect.stringContaining('limit'),
    })
  })

  test('does not let an image’s source lead into the network of who asks', async () => {
    const { service } = serviceOn({})
    await expect(service.listReleases('http://gitlab.localhost:1/o/r')).rejects.toMatchObject({
      message: expect.stringContaining('loopback'),
    })
  })
})
