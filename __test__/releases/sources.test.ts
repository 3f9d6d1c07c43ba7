import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { json, reply, singlePlatformImage } from '../../testing/registry'
import { HOST, serviceOn, useFakes } from '../support/fakes'
import { markdownTable } from '../support/markdown'

const PAGE = join(__dirname, '../../docs/release-pages.md')
const BLOCK = /(?<=<!-- pages -->\n)[\s\S]*?(?=<!-- \/pages -->)/

const fakes = useFakes()
const seen: string[][] = []

interface Published {
  releases?: string[]
  gitTags?: string[]
  /** How many further releases there are, newer than those. */
  newer?: number
  /** How those are spelled, with `#` for a number. */
  like?: string
}

/** An image and its tag, what its source publishes, the tag of the page, what that is known from, and the requests. */
type Row = [
  image: string,
  published: Published,
  page: string | undefined,
  from: string | undefined,
  requests: number,
]

const ROWS: Row[] = [
  ['team/app:1.3.0', { releases: ['v1.2.0', 'v1.3.0'] }, 'v1.3.0', 'release', 1],
  ['team/app:1.3.0-alpine3.20', { releases: ['v1.3.0'] }, 'v1.3.0', 'release', 1],
  ['team/app:v1.3.0', { releases: ['1.3.0'] }, '1.3.0', 'release', 1],
  ['team/app:1.3', { releases: ['v1.3.0'] }, 'v1.3.0', 'release', 1],
  ['team/app:1.3.0', { releases: ['v1.3'] }, 'v1.3', 'release', 1],
  ['team/runner:alpine-v15.6.1', { releases: ['v15.6.1'] }, 'v15.6.1', 'release', 1],
  ['team/server:2024.6.0', { releases: ['version/2024.6.0'] }, 'version/2024.6.0', 'release', 1],
  [
    'team/web:1.27.1-perl',
    { releases: ['release-1.27.0', 'release-1.27.1'] },
    'release-1.27.1',
    'release',
    1,
  ],
  ['team/app:1.3.0', { releases: ['app/v1.3.0', 'web/v1.3.0'] }, 'app/v1.3.0', 'release', 1],
  ['team/app:1.3.0', { releases: ['app-v1.3.0', 'web-v1.3.0'] }, 'app-v1.3.0', 'release', 1],
  ['team/app2:1.3.0', { releases: ['app2@1.3.0', 'app3@1.3.0'] }, 'app2@1.3.0', 'release', 1],
  ['team/app3:1.3.0', { releases: ['@org/app2@1.3.0', '@org/app3@1.3.0'] }, '@org/app3@1.3.0', 'release', 1],
  ['team/app:1.3.0', { releases: ['v1.2.0', 'helm-chart-1.3.0'] }, undefined, undefined, 2],
  ['team/app:9', { releases: ['v8', 'web-v9'] }, undefined, undefined, 2],
  ['team/k3s:v1.30.2-k3s1', { releases: ['v1.30.2+k3s1', 'v1.30.2+k3s2'] }, 'v1.30.2+k3s1', 'release', 1],
  ['team/jdk:21.0.4_7-jre', { releases: ['jdk-21.0.3+9', 'jdk-21.0.4+7'] }, 'jdk-21.0.4+7', 'release', 1],
  ['team/app:1.3.0rc2', { releases: ['v1.3.0-rc1', 'v1.3.0-rc2', 'v1.3.0'] }, 'v1.3.0-rc2', 'release', 1],
  ['team/app:1.3.0-beta.1', { releases: ['v1.3.0b1'] }, 'v1.3.0b1', 'release', 1],
  ['team/keycloak:24.0.5-0', { releases: ['24.0.5'] }, '24.0.5', 'release', 1],
  ['team/netbox:v4.0.6-2.9.1', { releases: ['2.9.0', '2.9.1'] }, '2.9.1', 'release', 1],
  ['team/db:16.3-bookworm', { releases: ['REL_15_7', 'REL_16_3'] }, 'REL_16_3', 'release', 1],
  [
    'team/sonarr:4.0.8.1874-ls241',
    { releases: ['4.0.8.1874-ls241', '4.0.8.1874-ls242'] },
    '4.0.8.1874-ls241',
    'release',
    1,
  ],
  ['team/app:1.3.0', { releases: ['v1.3.0-rc1'] }, undefined, undefined, 2],
  ['team/app:1.3.0', { gitTags: ['v1.2.0', 'v1.3.0'] }, 'v1.3.0', 'tag', 2],
  ['team/app:1.3.0-alpine', { gitTags: ['release-1.3.0'] }, 'release-1.3.0', 'tag', 2],
  ['team/app:1.3.0', { releases: ['v1.2.0'], gitTags: ['v1.3.0'] }, 'v1.3.0', 'tag', 2],
  ['team/app:1.3.0', {}, undefined, undefined, 2],
  ['team/app:1.3.0', { releases: ['v1.3.0'], newer: 40 }, 'v1.3.0', 'release', 2],
  ['team/app:1.3.0', { gitTags: ['v1.3.0'], newer: 40 }, 'v1.3.0', 'tag', 3],
  ['team/app:1.3.0', { newer: 40 }, undefined, undefined, 3],
  [
    'team/k3s:v1.28.2-k3s1',
    { releases: ['v1.28.2+k3s1'], newer: 40, like: 'v1.31.#+k3s1' },
    'v1.28.2+k3s1',
    'release',
    2,
  ],
  [
    'team/jdk:17.0.1_12-jre',
    { releases: ['jdk-17.0.1+12'], newer: 40, like: 'jdk-21.0.#+7' },
    'jdk-17.0.1+12',
    'release',
    2,
  ],
  ['team/db:15.1', { releases: ['REL_15_1'], newer: 40, like: 'REL_17_#' }, 'REL_15_1', 'release', 2],
  ['team/llm:server-b3000', { releases: ['b3000'], newer: 40, like: 'b41#' }, 'b3000', 'release', 2],
  ['team/keycloak:20.0.1-0', { releases: ['20.0.1'], newer: 40, like: '26.0.#' }, '20.0.1', 'release', 2],
  ['team/netbox:v3.7.8-2.8.0', { releases: ['2.8.0'], newer: 40, like: '3.0.#' }, '2.8.0', 'release', 2],
  ['team/web:1.3.0', { releases: ['web-v1.3.0'], newer: 40, like: 'api-v1.#.0' }, 'web-v1.3.0', 'release', 2],
  ['team/app:2.8.0', { releases: ['2.8.0'], newer: 40, like: 'providers/2.#.0' }, '2.8.0', 'release', 2],
  ['team/web:1.3.0', { releases: ['cli/v1.3.0'] }, undefined, undefined, 2],
  [
    'team/sonarr:4.0.10',
    { releases: ['4.0.9.2244-ls258', '4.0.10.2544-ls259', '4.0.10.2544-ls260'] },
    '4.0.10.2544-ls260',
    'release',
    1,
  ],
  ['team/app:1.27.1-a1b2c3d', { releases: ['v1.27.1'] }, 'v1.27.1', 'release', 1],
  ['team/turn:4.6.2-r12', { releases: ['docker/4.6.2-r12', '4.6.2'] }, 'docker/4.6.2-r12', 'release', 1],
  ['team/db-ha:pg16.4-ts2.17.1', { releases: ['v2.17.1'] }, 'v2.17.1', 'release', 1],
]

const SOURCE = 'https://github.com/team/source'

async function inspected(
  image: string,
  source: string,
  github?: Awaited<ReturnType<typeof fakes.github>>,
  options = {},
) {
  const registry = await fakes.registry()
  const [name = '', tag = ''] = image.split(':')
  const labels = { 'org.opencontainers.image.source': source }
  for (const each of ['0.0.1', tag]) {
    registry.repository(name).push(each, singlePlatformImage({ labels: { ...labels, tag: each } }))
  }
  const { service } = serviceOn({ registry, ...(github && { github }) }, { maxRetries: 0, ...options })
  return service.inspectUpdate(`${HOST}/${name}:${tag}`, tag, { arch: 'amd64' })
}

test.each(ROWS)('%s of %j has the page %s', async (image, published, page, from, requests) => {
  const { releases = [], gitTags = [], newer = 0, like = 'v9.#.0' } = published
  const github = await fakes.github()
  const further = Array.from({ length: newer }, (_, number) => like.replace('#', String(number)))
  github.repository('team/source', ...releases, ...further).gitTags('team/source', ...gitTags)
  const { releaseUrl, releaseUrlSource } = await inspected(image, SOURCE, github)
  expect([releaseUrl, releaseUrlSource]).toEqual([page && `${SOURCE}/releases/tag/${page}`, from])
  expect(github.server.requests).toHaveLength(requests)
  const code = (texts: string[]) => texts.map((text) => `\`${text}\``).join(', ')
  const more = newer > 0 ? [`${newer} newer ones${published.like ? ` like ${code([like])}` : ''}`] : []
  seen.push([
    code([image.replace('team/', '')]),
    [...(releases.length > 0 ? [code(releases)] : []), ...more].join(', ') || 'none',
    code(gitTags) || (releases.length + newer > 0 ? 'those' : 'none'),
    page ? code([page]) : 'none',
    from ? code([from]) : '',
    String(github.server.requests.length),
  ])
})

test('the table on the page is what was seen', () => {
  const head = ['image', 'releases', 'git tags', 'page', '`releaseUrlSource`', 'requests']
  const table = markdownTable(head, seen)
  const written = readFileSync(PAGE, 'utf8')
  // WRITE_TABLE=1 puts what was seen where it is looked for.
  if (process.env.WRITE_TABLE) {
    writeFileSync(
      PAGE,
      written.replace(BLOCK, () => table),
    )
    return
  }
  expect(BLOCK.exec(written)?.[0]).toBe(table)
})

describe('other hosts', () => {
  const RELEASES = [{ tag_name: 'v1.3.0' }, { tag_name: 'v1.2.0' }]

  test('Gitea has pages of releases and of git tags', async () => {
    const forge = await fakes.server()
    forge.on('GET /api/v1/repos/team/app/releases?limit=30', json(RELEASES), json([]))
    forge.on('GET /api/v1/repos/team/app/tags?limit=50', json([{ name: 'v1.3.0' }]))
    const options = { releaseHosts: { [forge.host]: 'gitea' } }
    const source = `${forge.origin}/team/app.git`
    const page = { releaseUrl: `${forge.origin}/team/app/releases/tag/v1.3.0` }
    expect(await inspected('team/app:1.3.0', source, undefined, options)).toMatchObject({
      ...page,
      releaseUrlSource: 'release',
    })
    expect(await inspected('team/app:1.3.0', source, undefined, options)).toMatchObject({
      ...page,
      releaseUrlSource: 'tag',
    })
  })

  test('GitLab has pages of releases, in groups of groups, and none of a tag without one', async () => {
    const forge = await fakes.server()
    const api = '/api/v4/projects/g%2Fs%2Fapp/releases'
    const next = { Link: '<https://x.example/?page=2>; rel="next"' }
    forge.on(
      `GET ${api}?per_page=30`,
      json(RELEASES),
      json([{ tag_name: 'v9.0.0' }], next),
      json([{ tag_name: 'v9.0.0' }]),
    )
    forge.on(`GET ${api}/v1.3.0`, json({ tag_name: 'v1.3.0' }))
    const options = { releaseHosts: { [forge.host]: 'gitlab' } }
    const read = () => inspected('team/app:1.3.0', `${forge.origin}/g/s/app/-/tree/main`, undefined, options)
    const page = { releaseUrl: `${forge.origin}/g/s/app/-/releases/v1.3.0`, releaseUrlSource: 'release' }
    expect(await read()).toMatchObject(page)
    expect(await read()).toMatchObject(page)
    expect(await read()).not.toHaveProperty('releaseUrl')
  })

  test('the page of a release at GitLab has its whole tag in one segment', async () => {
    const forge = await fakes.server()
    forge.on('GET /api/v4/projects/g%2Fapp/releases?per_page=30', json([{ tag_name: 'app/v1.3.0' }]))
    const options = { releaseHosts: { [forge.host]: 'gitlab' } }
    const found = await inspected('team/app:1.3.0', `${forge.origin}/g/app`, undefined, options)
    expect(found.releaseUrl).toBe(`${forge.origin}/g/app/-/releases/app%2Fv1.3.0`)
  })

  test('Gitea below a path is asked there', async () => {
    const forge = await fakes.server()
    forge.on('GET /git/api/v1/repos/team/app/releases?limit=30', json(RELEASES))
    const options = { releaseHosts: { [forge.host]: 'gitea' } }
    const source = `${forge.origin}/git/team/app/src/branch/main`
    const found = await inspected('team/app:1.3.0', source, undefined, options)
    expect(found.releaseUrl).toBe(`${forge.origin}/git/team/app/releases/tag/v1.3.0`)
  })

  test.each([
    'https://bitbucket.org/team/app',
    'https://git.sr.ht/~team/app',
    'https://git.example/team/app',
  ])('%s has none', async (source) => {
    expect(await inspected('team/app:1.3.0', source)).not.toHaveProperty('releaseUrl')
  })

  test('GitHub Enterprise is asked at its own API', async () => {
    const forge = await fakes.server()
    forge.on('GET /api/v3/repos/team/app/releases?per_page=30', json(RELEASES))
    const options = { releaseHosts: { [forge.host]: 'github' } }
    const found = await inspected('team/app:1.3.0', `${forge.origin}/team/app`, undefined, options)
    expect(found.releaseUrl).toBe(`${forge.origin}/team/app/releases/tag/v1.3.0`)
  })

  test('a host that does not answer gives what is usual, with the habit that was seen before', async () => {
    const forge = await fakes.server()
    const route = 'GET /api/v1/repos/team/app/releases?limit=30'
    forge.on(route, reply(503))
    const options = { releaseHosts: { [forge.host]: 'gitea' } }
    const found = await inspected('team/app:1.3.0-alpine', `${forge.origin}/team/app`, undefined, options)
    expect(found).toMatchObject({
      releaseUrl: `${forge.origin}/team/app/releases/tag/1.3.0`,
      releaseUrlSource: 'convention',
    })
  })
})

test.each(['latest', 'nightly'])('the tag %s has no page, and nobody is asked for one', async (tag) => {
  const github = await fakes.github()
  github.repository('team/source', 'v1.3.0')
  expect(await inspected(`team/app:${tag}`, SOURCE, github)).not.toHaveProperty('releaseUrl')
  expect(github.server.requests).toHaveLength(1)
})
