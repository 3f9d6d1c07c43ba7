import type { ImageReport } from '../..'
import { json, reply, singlePlatformImage } from '../../testing/registry'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const SOURCE = 'https://github.com/team/app'
const LISTED = 'GET /repos/team/app/releases?per_page=30'
const probeOf = (tag: string) => `GET /repos/team/app/releases/tags/${tag}`
const refOf = (tag: string) => `GET /repos/team/app/git/ref/tags/${tag}`
const page = (tag: string) => `${SOURCE}/releases/tag/${tag}`
const TAGS = ['1.0.0', '1.1.0', '1.2.0', '2.0.0']

interface World {
  releases?: string[]
  gitTags?: string[]
  labels?: Record<string, string>
  tags?: string[]
}

/** A repository of a registry, and the source that its label names. */
async function world({ releases = [], gitTags = [], labels, tags = TAGS }: World = {}) {
  const [registry, github] = [await fakes.registry(), await fakes.github()]
  github.repository('team/app', ...releases).gitTags('team/app', ...gitTags)
  for (const tag of tags) {
    const source = { 'org.opencontainers.image.source': SOURCE }
    registry.repository(NAME).push(tag, singlePlatformImage({ labels: { ...(labels ?? source), tag } }))
  }
  const { service } = serviceOn({ registry, github }, { maxRetries: 0 })
  const check = (tag = '1.0.0') =>
    service.checkImage(`${HOST}/${NAME}:${tag}`, { arch: 'amd64', policy: { track: 'major' } })
  return { service, registry, github, check, routes: () => github.server.routes }
}

/** What is said of each offered tag: its page below the releases, and what that is known from. */
function said({ updates }: ImageReport) {
  const below = (url?: string) => url?.replace(`${SOURCE}/releases/tag/`, '')
  return Object.fromEntries(
    updates.map((update) => [update.tag, [below(update.releaseUrl), update.releaseUrlSource]]),
  )
}

test('a release of the same version is the page, and one list tells all of them', async () => {
  const { check, routes } = await world({ releases: ['version/1.1.0', 'version/1.2.0', 'version/2.0.0'] })
  const report = await check()
  expect(said(report)).toEqual({
    '2.0.0': ['version/2.0.0', 'release'],
    '1.2.0': ['version/1.2.0', 'release'],
    '1.1.0': ['version/1.1.0', 'release'],
  })
  expect(report.latest.minor).toMatchObject({
    releaseUrl: page('version/1.2.0'),
    releaseUrlSource: 'release',
  })
  expect(routes()).toEqual([LISTED])
  await check()
  expect(routes()).toEqual([LISTED])
})

test('another part’s release is none, and neither is there a page', async () => {
  const { check, routes } = await world({ releases: ['helm-chart-2.0.0', 'app-v1.2.0', 'web-v2.0.0'] })
  expect(said(await check())).toEqual({
    '2.0.0': [undefined, undefined],
    '1.2.0': ['app-v1.2.0', 'release'],
    '1.1.0': [undefined, undefined],
  })
  // The list is complete, so that only the git tag of what is shown as the newest is asked for.
  expect(routes()).toEqual([LISTED, refOf('app-v2.0.0')])
})

test('without releases a git tag has a page, and one list shows all of them', async () => {
  const { check, routes } = await world({ gitTags: ['v1.1.0', 'v1.2.0', 'v2.0.0'] })
  expect(said(await check())).toEqual({
    '2.0.0': ['v2.0.0', 'tag'],
    '1.2.0': ['v1.2.0', 'tag'],
    '1.1.0': ['v1.1.0', 'tag'],
  })
  expect(routes()).toEqual([LISTED, 'GET /repos/team/app/tags?per_page=100'])
})

test('where there is neither, there is no page', async () => {
  const { check } = await world({ gitTags: ['v0.1.0'] })
  expect(said(await check())).toEqual({
    '2.0.0': [undefined, undefined],
    '1.2.0': [undefined, undefined],
    '1.1.0': [undefined, undefined],
  })
})

test('a list with a next page is asked on for what is shown, by what releases are usually called', async () => {
  const newer = Array.from({ length: 40 }, (_, number) => `v9.${number}.0`)
  const { check, routes } = await world({ releases: ['v1.2.0', ...newer], gitTags: ['v2.0.0'] })
  expect(said(await check())).toEqual({
    '2.0.0': ['v2.0.0', 'tag'],
    '1.2.0': ['v1.2.0', 'release'],
    '1.1.0': ['v1.1.0', 'convention'],
  })
  expect([...routes()].sort()).toEqual([LISTED, probeOf('v1.2.0'), probeOf('v2.0.0'), refOf('v2.0.0')].sort())
  await check()
  expect(routes()).toHaveLength(4)
})

test.each([
  ['that is listed is believed, candidate or not', '0.9.0', 'v0.9.0'],
  ['that is not listed is that of a base', '24.4.0', undefined],
])('a stated version %s', async (_, version, expected) => {
  const [registry, github] = [await fakes.registry(), await fakes.github()]
  github.repository('team/app', 'v0.9.0', 'v24.4.0')
  const labels = { 'org.opencontainers.image.source': SOURCE, 'org.opencontainers.image.version': version }
  for (const tag of ['0.9.0', '1.0.0', '1.1.0'])
    registry.repository(NAME).push(tag, singlePlatformImage({ labels: { ...labels, tag } }))
  const { service } = serviceOn({ registry, github }, { maxRetries: 0 })
  const { updates } = await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64' })
  expect(updates.map(({ tag, releaseUrl }) => [tag, releaseUrl])).toEqual([
    ['1.1.0', expected && page(expected)],
  ])
})

test('a tag without a version has the page of the version that its image states', async () => {
  const [registry, github] = [await fakes.registry(), await fakes.github()]
  github.repository('team/app', 'v1.0.0', 'v1.1.0')
  const labels = { 'org.opencontainers.image.source': SOURCE, 'org.opencontainers.image.version': '1.1.0' }
  registry.repository(NAME).push('latest', singlePlatformImage({ labels }))
  const { service } = serviceOn({ registry, github }, { maxRetries: 0 })
  const image = `${HOST}/${NAME}:latest`
  const report = await service.checkImage(image, {
    arch: 'amd64',
    currentDigest: `sha256:${'1'.repeat(64)}`,
  })
  expect(said(report)).toEqual({ latest: ['v1.1.0', 'release'] })
  const { releaseUrl } = await service.inspectUpdate(image, 'latest', { arch: 'amd64' })
  expect(releaseUrl).toBe(page('v1.1.0'))
})

test.each([
  ['is down', reply(500)],
  ['has no more requests', json({}, { 'x-ratelimit-remaining': '0' }, 403)],
  ['answers with a page', reply(200, '<html>', { 'Content-Type': 'text/html' })],
])('a host that %s gives what is usual', async (_, answer) => {
  const { check, github } = await world({ tags: ['1.0.0', 'v1.1.0-alpine', '1.2.0'] })
  github.server.always(LISTED, answer)
  expect(said(await check())).toEqual({ '1.2.0': ['1.2.0', 'convention'] })
})

test('an answer beyond its bound counts as none', async () => {
  const { registry, github } = await world({ releases: ['v1.1.0', 'v2.0.0'] })
  const { service } = serviceOn({ registry, github }, { limits: { releaseBytes: 10 } })
  const report = await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64' })
  expect(said(report)).toMatchObject({ '1.2.0': ['1.2.0', 'convention'] })
})

test('a repository that is not shown has no page', async () => {
  const { check, github, routes } = await world()
  github.server.always(LISTED, json({ message: 'Not Found' }, {}, 404))
  for (const _ of [1, 2]) expect(said(await check())['2.0.0']).toEqual([undefined, undefined])
  expect(routes()).toEqual([LISTED])
})

test('drafts are no releases', async () => {
  const { check, github } = await world()
  github.server.always(LISTED, json([{ tag_name: 'v2.0.0', draft: true }, { tag_name: 'v1.2.0' }]))
  expect(said(await check())).toMatchObject({
    '2.0.0': [undefined, undefined],
    '1.2.0': ['v1.2.0', 'release'],
  })
})

describe('a source as labels have it', () => {
  const SOURCE_LABEL = 'org.opencontainers.image.source'

  test.each([
    ['www.github.com/team/app'],
    ['https://github.com/team/app.git#main:docker'],
    ['https://user:secret@github.com/team/app/tree/main/docker'],
    ['git@github.com:team/app.git'],
  ])('%s', async (label) => {
    const { check } = await world({ releases: ['v2.0.0'], labels: { [SOURCE_LABEL]: label } })
    const report = await check()
    expect(report.sourceUrl).toBe(SOURCE)
    expect(report.latest.major).toMatchObject({ releaseUrl: page('v2.0.0'), releaseUrlSource: 'release' })
  })

  test('leads nowhere, and another label leads on', async () => {
    const labels = {
      [SOURCE_LABEL]: 'https://git.example/team/app',
      'org.opencontainers.image.url': 'https://app.example',
      'org.opencontainers.image.documentation': 'https://github.com/team/app#readme',
    }
    const { check } = await world({ releases: ['v2.0.0'], labels })
    const report = await check()
    expect(report.sourceUrl).toBe(SOURCE)
    expect(report.latest.major).toMatchObject({ releaseUrl: page('v2.0.0') })
  })

  test.each(['javascript:alert(1)', 'data:text/html,x', 'unknown', 'https://bitbucket.org/team/app'])(
    '%s has no page',
    async (label) => {
      const { check, routes } = await world({ labels: { [SOURCE_LABEL]: label } })
      const report = await check()
      expect(report.sourceUrl).toBe(label.startsWith('https:') ? label : undefined)
      expect(said(report)['2.0.0']).toEqual([undefined, undefined])
      expect(routes()).toEqual([])
    },
  )
})

describe('what the caller knows', () => {
  test('of a source goes before labels', async () => {
    const { registry, github } = await world({ labels: {} })
    github.repository('own/app', 'v1.2.0')
    const sources = {
      'other/*': 'https://github.com/no/one',
      'registry.example/team/*': 'https://github.com/own/app',
    }
    const { service } = serviceOn({ registry, github }, { sources })
    const report = await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64' })
    expect(report).toMatchObject({
      sourceUrl: 'https://github.com/own/app',
      updates: [
        { tag: '1.2.0', releaseUrl: 'https://github.com/own/app/releases/tag/v1.2.0' },
        { tag: '1.1.0' },
      ],
    })
  })

  test('of a page goes before the host, which is not asked', async () => {
    const { registry, github, routes } = await world()
    const releaseUrls = { '*/team/app': 'https://app.example/{major}.{minor}/{version}' }
    const { service } = serviceOn({ registry, github }, { releaseUrls })
    const { updates } = await service.checkImage(`${HOST}/${NAME}:1.0.0`, { arch: 'amd64' })
    expect(updates[0]).toMatchObject({
      releaseUrl: 'https://app.example/1.2/1.2.0',
      releaseUrlSource: 'option',
    })
    expect(routes()).toEqual([])
  })

  test.each([
    ['sources', 'javascript:alert(1)', 'an http or https URL without a user name'],
    ['releaseUrls', 'https://x.example/{nothing}', 'an http or https URL with no placeholders but'],
  ])('is refused where %s is %j', (option, text, expected) => {
    const message = expect.stringContaining(`${option}["a/*"] must be ${expected}`)
    expect(() => serviceOn({}, { [option]: { 'a/*': text } })).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message }),
    )
  })
})

test('an image of a packager has the program’s own page beside the packager’s', async () => {
  const registry = await fakes.registry()
  for (const tag of ['1.27.0', '1.27.1'])
    registry.repository('hub/library/nginx').push(tag, singlePlatformImage({ labels: { tag } }))
  const { service } = serviceOn({ registry })
  const report = await service.checkImage(`${HOST}/hub/library/nginx:1.27.0`, { arch: 'amd64' })
  expect(report.upstreamUrl).toBe('https://github.com/nginx/nginx')
  expect(report.updates[0]).not.toHaveProperty('releaseUrl')
})

test('several tags that no release has take one list of git tags', async () => {
  const { check, routes } = await world({ releases: ['v0.9.0'], gitTags: ['v1.2.0', 'v2.0.0'] })
  expect(said(await check())).toEqual({
    '2.0.0': ['v2.0.0', 'tag'],
    '1.2.0': ['v1.2.0', 'tag'],
    '1.1.0': [undefined, undefined],
  })
  expect(routes()).toEqual([LISTED, 'GET /repos/team/app/tags?per_page=100'])
})
