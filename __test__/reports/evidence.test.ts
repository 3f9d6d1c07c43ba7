import { json, reply, singlePlatformImage } from '../../testing/registry'
import { HOST, manifest, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'

const fakes = useFakes()
const IMAGE = `${HOST}/${NAME}`

/** A repository with a tag for each entry; equal texts are one image. */
async function world(tags: Record<string, string | { created?: string; name: string }>) {
  const registry = await fakes.registry()
  const repository = registry.repository(NAME)
  for (const [tag, image] of Object.entries(tags)) {
    const { name, created } = typeof image === 'string' ? { name: image, created: undefined } : image
    repository.push(tag, singlePlatformImage({ labels: { name }, created }))
  }
  const { service } = serviceOn({ registry })
  const digest = (name: string) => singlePlatformImage({ labels: { name } }).root.digest
  const check = (tag: string, options: object = {}) =>
    service.checkImage(`${IMAGE}:${tag}`, { arch: 'amd64', policy: { track: 'major' }, ...options })
  return { registry, service, check, digest }
}

const on = (created: string) => ({ name: created, created: `${created}T00:00:00Z` })

describe('the dates', () => {
  test('a version that was made long before the running line is no update', async () => {
    const { check } = await world({
      '1.2.0': on('2023-01-10'),
      '1.2.2': on('2023-03-01'),
      '1.8.1259': on('2022-03-01'),
      '1.3.1': on('2023-04-01'),
    })
    const report = await check('1.2.2', { policy: {} })
    expect(report).toMatchObject({
      status: 'update-available',
      updates: [{ tag: '1.3.1', isLatest: true }],
      latest: { minor: { tag: '1.3.1' } },
      rejected: expect.arrayContaining([{ reason: 'outdated', count: 1, examples: ['1.8.1259'] }]),
    })
    expect(report.warnings).toEqual([
      '1.8.1259 is not offered: it was made on 2022-03-01, and the running line 1.2 on 2023-01-10',
    ])
  })

  test('a backport may be younger than the next version', async () => {
    const { check } = await world({
      '1.4.0': on('2023-05-01'),
      '1.4.9': on('2024-12-01'),
      '2.0.3': on('2024-06-01'),
    })
    expect(await check('1.4.9')).toMatchObject({ updates: [{ tag: '2.0.3' }], warnings: [] })
  })

  test.each([
    ['the candidate', { '1.2.0': on('2023-01-10'), '1.2.2': on('2023-03-01'), '1.8.0': on('1970-01-01') }],
    ['what runs', { '1.2.0': on('2023-01-10'), '1.2.2': 'undated', '1.8.0': on('2019-01-01') }],
  ])('nothing is rejected where the date of %s is not known', async (_, tags) => {
    const { check } = await world(tags)
    expect(await check('1.2.2')).toMatchObject({ updates: [{ tag: '1.8.0' }], warnings: [] })
  })

  test('the date of the line is looked up only for a candidate that is older than what runs', async () => {
    const { check, registry } = await world({
      '1.2.0': on('2023-01-10'),
      '1.2.2': on('2023-03-01'),
      '1.3.0': on('2023-04-01'),
    })
    expect(await check('1.2.2')).toMatchObject({ updates: [{ tag: '1.3.0' }] })
    expect(registry.contentRoutes).not.toContain(manifest('1.2.0'))
  })
})

describe('another numbering', () => {
  const renumbered = {
    '5.25.0': on('2024-10-01'),
    '5.26.0': on('2024-12-01'),
    '2025.01.0': on('2025-01-20'),
    '2025.02.0': on('2025-02-20'),
  }

  test('that is younger follows on the major track where the running one has nothing newer', async () => {
    const { check } = await world(renumbered)
    expect(await check('5.26.0')).toMatchObject({
      status: 'update-available',
      updates: [{ tag: '2025.02.0', isLatest: true }, { tag: '2025.01.0' }],
      latest: { major: { tag: '2025.02.0' } },
      rejected: [{ reason: 'older', count: 1 }],
      warnings: [],
    })
  })

  test('is withheld by the track, and the report says that the running one has ended', async () => {
    const { check } = await world(renumbered)
    const report = await check('5.26.0', { policy: {} })
    expect(report).toMatchObject({
      status: 'up-to-date',
      updates: [],
      latest: { major: { tag: '2025.02.0' } },
      ended: { what: 'numbering', item: 'semver', lastTag: '5.26.0', successor: { tag: '2025.02.0' } },
    })
    expect(report.rejected).toContainEqual({
      reason: 'major',
      count: 2,
      examples: ['2025.02.0', '2025.01.0'],
    })
  })

  test.each([
    ['the running one has something newer', '5.25.0', renumbered, ['5.26.0']],
    ['it was made before', '2.4.15', { '2.4.15': on('2024-01-01'), '2021.11.28': on('2021-11-28') }, []],
    [
      'it goes back to versions',
      '2021.11.28',
      { '2.4.15': on('2024-01-01'), '2021.11.28': on('2021-11-28') },
      ['2.4.15'],
    ],
    [
      'its variant is another',
      '5.26.0',
      { '5.26.0': on('2024-12-01'), '2025.01.0-alpine': on('2025-01-20') },
      [],
    ],
  ])('and the answer where %s', async (_, current, tags, expected) => {
    const { check } = await world(tags)
    const { updates, warnings } = await check(current)
    expect([updates.map(({ tag }) => tag), warnings]).toEqual([expected, []])
  })

  test('is not offered without dates, and a warning names it', async () => {
    const { check } = await world({ '5.26.0': 'one', '2025.01.0': 'two', '2025.02.0': 'three' })
    const report = await check('5.26.0')
    expect(report).toMatchObject({ status: 'up-to-date', updates: [], latest: {} })
    expect(report.ended).toMatchObject({ what: 'numbering', successor: { tag: '2025.02.0' } })
    expect(report.warnings).toEqual([
      expect.stringMatching(/^2025\.02\.0 is listed, which is numbered in another way/),
    ])
  })
})

describe('a rebuild of the running version', () => {
  test.each([
    [
      'a day later',
      { '3.8.1': on('2024-01-01'), '3.8.1-1': on('2024-01-05'), '3.8.1-2': on('2024-02-01') },
      ['3.8.1-2'],
    ],
    ['on the same day', { '3.8.1': on('2024-01-01'), '3.8.1-2': on('2024-01-01') }, []],
    ['at an unknown time', { '3.8.1': 'one', '3.8.1-2': 'two' }, []],
    ['not at all, as its digest shows', { '3.8.1': 'one', '3.8.1-2': 'one' }, []],
    [
      'behind a newer version',
      { '3.8.1': on('2024-01-01'), '3.8.2': on('2024-03-01'), '3.8.1-1': on('2024-02-01') },
      ['3.8.2', '3.8.1-1'],
    ],
    [
      'with a number that several versions have',
      { '3.8.1': on('2024-01-01'), '3.8.1-39': on('2024-02-01'), '3.8.0-39': on('2023-12-01') },
      [],
    ],
    [
      'with a gap',
      { '3.8.1': on('2024-01-01'), '3.8.1-1': on('2024-02-01'), '3.8.1-7': on('2024-02-01') },
      [],
    ],
  ])('that was made %s', async (_, tags, expected) => {
    const { check } = await world(tags)
    const { updates } = await check('3.8.1', { policy: { track: 'patch' } })
    expect(updates.map(({ tag }) => tag)).toEqual(expected)
  })
})

describe('the digests', () => {
  test('another name of the running image is no update', async () => {
    const { check } = await world({ '1.2.3': 'one', '1.2.4': 'one' })
    expect(await check('1.2.3')).toMatchObject({
      status: 'up-to-date',
      rejected: [{ reason: 'older', count: 1, examples: ['1.2.4'] }],
    })
  })

  test('another name of a prerelease is one, and the next one down is offered', async () => {
    const { check, registry } = await world({
      '4.3.0': 'running',
      '4.3.7': 'newer',
      '5.0.0': 'preview',
      '5.0.0-preview.1': 'preview',
    })
    expect(await check('4.3.0')).toMatchObject({
      updates: [{ tag: '4.3.7' }],
      latest: { major: { tag: '4.3.7' } },
    })
    const heads = registry.contentRoutes.filter(
      (route) => route.startsWith('HEAD') && route.includes('preview'),
    )
    expect(heads).toHaveLength(1)
  })

  test('a release that shares its image with a release candidate was promoted', async () => {
    const { check } = await world({ '4.3.0': 'running', '5.0.0': 'five', '5.0.0-rc2': 'five' })
    expect(await check('4.3.0')).toMatchObject({ updates: [{ tag: '5.0.0' }] })
  })

  test('whoever wants prereleases is offered both', async () => {
    const { check } = await world({ '4.3.0': 'running', '5.0.0': 'five', '5.0.0-beta2': 'five' })
    expect(await check('4.3.0', { policy: { track: 'major', prereleases: true } })).toMatchObject({
      latest: { major: { tag: '5.0.0' } },
    })
  })

  test('a reference with a tag and a digest says what runs', async () => {
    const { service, digest } = await world({ '1': 'new', '1.0.0': 'one' })
    const check = (image: string) => service.checkImage(image, { arch: 'amd64' })
    expect(await check(`${IMAGE}:1@${digest('new')}`)).toMatchObject({
      status: 'up-to-date',
      digest: { current: digest('new'), changed: false },
    })
    expect(await check(`${IMAGE}:1@${digest('one')}`)).toMatchObject({
      status: 'update-available',
      updates: [{ tag: '1' }],
      digest: { current: digest('one'), available: digest('new'), changed: true },
    })
  })

  describe('a tag that is made of a commit', () => {
    const TAGS_OF_COMMITS = { 'sha-4bfc5bb': 'old', 'sha-1234abc': 'new', latest: 'new' }

    test('says nothing beside its own digest', async () => {
      const { check, digest } = await world(TAGS_OF_COMMITS)
      const report = await check('sha-4bfc5bb', { currentDigest: digest('old') })
      expect(report).toMatchObject({ status: 'unorderable', updates: [] })
      expect(report.warnings).toEqual([expect.stringContaining('never moves')])
    })

    test.each([
      ['its digest is given', true],
      ['it is not', false],
    ])('is compared with another tag, where %s', async (_, isGiven) => {
      const { check, digest } = await world(TAGS_OF_COMMITS)
      const current = (name: string) => (isGiven ? { currentDigest: digest(name) } : {})
      expect(await check('sha-4bfc5bb', { compareWith: 'latest', ...current('old') })).toMatchObject({
        status: 'update-available',
        updates: [{ tag: 'latest', isLatest: true }],
        digest: { current: digest('old'), available: digest('new'), changed: true, comparedWith: 'latest' },
      })
      expect(await check('sha-1234abc', { compareWith: 'latest', ...current('new') })).toMatchObject({
        status: 'up-to-date',
        updates: [],
        digest: { changed: false, comparedWith: 'latest' },
      })
    })

    test('is compared with tags only', async () => {
      const { check } = await world(TAGS_OF_COMMITS)
      const report = await check('sha-4bfc5bb', { compareWith: 'no tag' })
      expect(report).toMatchObject({ status: 'failed', error: { code: 'INVALID_REFERENCE' } })
    })
  })
})

describe('what ended', () => {
  const PHP = {
    '5.9.2-php7.3-fpm': 'running',
    '6.0.0-php8.1-fpm': '6.0',
    '6.1.0-php8.1-fpm': '6.1 on 8.1',
    '6.1.0-php8.2-fpm': '6.1 on 8.2',
    '6.1.0-php8.2-apache': 'another variant',
  }

  test('a variant that no newer version has, with the tag that differs in the runtime only', async () => {
    const { check } = await world(PHP)
    expect(await check('5.9.2-php7.3-fpm')).toMatchObject({
      status: 'up-to-date',
      ended: {
        what: 'variant',
        item: 'php7.3',
        lastTag: '5.9.2-php7.3-fpm',
        successor: { tag: '6.1.0-php8.2-fpm' },
      },
    })
  })

  test('the successor is an update where runtimes are followed', async () => {
    const { check } = await world(PHP)
    expect(await check('5.9.2-php7.3-fpm', { policy: { track: 'major', runtime: 'follow' } })).toMatchObject({
      status: 'update-available',
      updates: [{ tag: '6.1.0-php8.2-fpm', isLatest: true }],
      latest: { major: { tag: '6.1.0-php8.2-fpm', digest: expect.stringMatching(/^sha256:/) } },
    })
    const report = await check('5.9.2-php7.3-fpm', { policy: { track: 'minor', runtime: 'follow' } })
    expect(report).toMatchObject({ status: 'up-to-date', ended: { item: 'php7.3' } })
  })

  test('one version without the variant is no end, as it may follow', async () => {
    const { check } = await world({ '1.0.0-buster': 'running', '1.1.0-bookworm': 'newer' })
    expect(await check('1.0.0-buster')).not.toHaveProperty('ended')
  })

  test('a variant that goes on has not ended', async () => {
    const { check } = await world({
      '1.0.0-alpine': 'running',
      '1.1.0': 'a',
      '1.2.0': 'b',
      '1.2.0-alpine': 'c',
    })
    const report = await check('1.0.0-alpine')
    expect(report).toMatchObject({ updates: [{ tag: '1.2.0-alpine' }] })
    expect(report).not.toHaveProperty('ended')
  })

  test('an architecture for which newer versions are not built', async () => {
    const registry = await fakes.registry()
    const repository = registry.repository(NAME)
    for (const [tag, platform] of [
      ['1.0.0', 'linux/arm/v7'],
      ['1.1.0', 'linux/amd64'],
      ['1.2.0', 'linux/amd64'],
    ] as const)
      repository.push(tag, singlePlatformImage({ platform, labels: { tag } }))
    const { service } = serviceOn({ registry })
    expect(await service.checkImage(`${IMAGE}:1.0.0`, { arch: 'arm/v7' })).toMatchObject({
      status: 'up-to-date',
      ended: { what: 'architecture', item: expect.stringContaining('arm/v7'), lastTag: '1.0.0' },
    })
  })
})

describe('the bound on candidates', () => {
  const tags = ['1.0.0', ...Array.from({ length: 500 }, (_, index) => `1.${index + 1}.0`)]

  test.each([500, 503])('a check ends after four answers of %s in a row, and has failed', async (status) => {
    const server = await fakes.server()
    server.always(TAGS, json({ tags }))
    for (const tag of tags) server.always(manifest(tag), reply(status))
    for (const tag of tags) server.always(manifest(tag).replace('GET', 'HEAD'), reply(status))
    const { service } = serviceOn({ registry: server })
    const report = await service.checkImage(`${IMAGE}:1.0.0`, { arch: 'amd64' })
    expect(report).toMatchObject({ status: 'failed', updates: [] })
    expect(server.requests.length).toBeLessThan(60)
  })

  test('32 candidates that are not there are looked at, and a warning says so', async () => {
    const server = await fakes.server()
    server.always(TAGS, json({ tags }))
    for (const tag of tags) server.always(manifest(tag), reply(404))
    for (const tag of tags) server.always(manifest(tag).replace('GET', 'HEAD'), reply(404))
    const { service } = serviceOn({ registry: server }, { limits: { candidates: 20 } })
    const report = await service.checkImage(`${IMAGE}:1.0.0`, { arch: 'amd64' })
    expect(report).toMatchObject({ status: 'up-to-date', updates: [] })
    expect(report.warnings).toContainEqual(
      'None of the 20 newest candidates can be run; the 480 behind them were not looked at (limits.candidates)',
    )
    expect(server.requests.length).toBeLessThan(60)
  })
})
