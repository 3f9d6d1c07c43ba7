import type { ServiceOptions, UpdatePolicy } from '../..'
import { json, reply, singlePlatformImage } from '../../testing/registry'
import { HOST, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const SOURCE = 'https://github.com/team/app'
const LIST = 'GET /repos/team/app/security-advisories'
const NOW = Date.parse('2026-08-22T00:00:00Z')

/** An advisory as GitHub's API writes it. */
function advisory(id: string, range: string | null, more: object = {}) {
  return {
    ghsa_id: id,
    cve_id: `CVE-2026-${id.length}`,
    severity: 'high',
    summary: `What ${id} is about`,
    description: 'Long.',
    state: 'published',
    published_at: '2026-01-02T03:04:05Z',
    withdrawn_at: null,
    vulnerabilities: [
      {
        package: { ecosystem: 'docker', name: 'app' },
        vulnerable_version_range: range,
        patched_versions: '1.2.5',
      },
    ],
    ...more,
  }
}

interface Asked {
  advisories?: object[]
  tag?: string
  tags?: string[]
  source?: string | undefined
  policy?: UpdatePolicy
  options?: ServiceOptions
  created?: Record<string, string>
}

async function check({
  advisories,
  tag = '1.2.3',
  tags = ['1.2.5', '2.0.0'],
  policy,
  options,
  ...more
}: Asked) {
  const { source = SOURCE, created = {} } = more
  const registry = await fakes.registry()
  const github = await fakes.github()
  github.repository('team/app').repository('linuxserver/docker-app')
  if (advisories) github.advisories('team/app', ...advisories)
  for (const each of [tag, ...tags]) {
    const labels = { tag: each, ...(source && { 'org.opencontainers.image.source': source }) }
    registry.repository('team/app').push(each, singlePlatformImage({ labels, created: created[each] }))
  }
  const { service, logger } = serviceOn({ registry, github }, { advisories: true, ...options })
  const ask = () =>
    service.checkImage(`${HOST}/team/app:${tag}`, { arch: 'amd64', policy: { now: NOW, ...policy } })
  const asked = () => github.server.requests.filter(({ path }) => path.endsWith('/security-advisories'))
  return { report: await ask(), ask, asked, github, service, logger }
}

describe('advisories of a report', () => {
  test('are those that concern the running version, and the newer versions say which they mend', async () => {
    const { report, asked } = await check({
      advisories: [
        advisory('GHSA-in', '>= 1.2, < 1.2.5'),
        advisory('GHSA-out', '< 1.2.3'),
        advisory('GHSA-still', '>= 1.0, <= 1.9', { severity: 'critical', cve_id: null }),
        advisory('GHSA-odd', '1.2.x and earlier', { severity: null }),
        advisory('GHSA-withdrawn', '< 9', { withdrawn_at: '2026-02-01T00:00:00Z' }),
        advisory('GHSA-draft', '< 9', { state: 'draft', published_at: null }),
      ],
    })
    const url = (id: string) => `${SOURCE}/security/advisories/${id}`
    expect(report.vulnerabilities).toEqual([
      {
        id: 'GHSA-still',
        severity: 'critical',
        summary: 'What GHSA-still is about',
        url: url('GHSA-still'),
        fixedIn: ['1.2.5'],
      },
      {
        id: 'GHSA-in',
        cve: 'CVE-2026-7',
        severity: 'high',
        summary: 'What GHSA-in is about',
        url: url('GHSA-in'),
        fixedIn: ['1.2.5'],
      },
      {
        id: 'GHSA-odd',
        cve: 'CVE-2026-8',
        summary: 'What GHSA-odd is about',
        url: url('GHSA-odd'),
        fixedIn: ['1.2.5'],
        unclear: true,
      },
    ])
    expect(report.latest.minor?.fixes).toEqual(['GHSA-in'])
    expect(report.latest.major?.fixes).toEqual(['GHSA-in', 'GHSA-still'])
    expect(report.advisories).toEqual({
      source: SOURCE,
      published: 4,
      complete: true,
      asOf: expect.stringMatching(/^\d{4}-.*Z$/),
    })
    expect(asked().map(({ url }) => url)).toEqual([
      '/repos/team/app/security-advisories?state=published&per_page=100',
    ])
  })

  test('are mended by an update only where they say so', async () => {
    const unpatched = (id: string, patched_versions: string | null) =>
      advisory(id, '<= 1.2.3', {
        severity: 'critical',
        vulnerabilities: [
          { package: { name: 'app' }, vulnerable_version_range: '<= 1.2.3', patched_versions },
        ],
      })
    const { report } = await check({
      advisories: [unpatched('GHSA-none', 'None'), unpatched('GHSA-empty', ''), unpatched('GHSA-null', null)],
      created: { '1.2.5': '2026-08-21T23:00:00Z', '2.0.0': '2026-08-21T23:00:00Z' },
      policy: { minAgeHours: 168, urgent: 'security' },
    })
    expect(report.vulnerabilities?.map(({ fixedIn }) => fixedIn)).toEqual([[], [], []])
    expect(report).toMatchObject({ status: 'up-to-date', latest: {} })
    expect(report.rejected).toContainEqual({ reason: 'age', count: 2, examples: ['2.0.0', '1.2.5'] })
  })

  test('of a version that is a day are unclear beside ranges of numbers', async () => {
    const { report } = await check({
      tag: 'nightly-20260101',
      tags: ['nightly-20260201'],
      advisories: [advisory('GHSA-old', '< 1.2.5')],
    })
    expect(report.vulnerabilities).toMatchObject([{ id: 'GHSA-old', unclear: true }])
  })

  test('that name several packages count by the image’s name', async () => {
    const affects = (...entries: [string, string][]) => ({
      vulnerabilities: entries.map(([name, vulnerable_version_range]) => ({
        package: { ecosystem: 'go', name },
        vulnerable_version_range,
      })),
    })
    const { report } = await check({
      advisories: [
        advisory('GHSA-own', null, affects(['github.com/team/app/v2', '< 1.2.4'], ['lib', '< 9'])),
        advisory('GHSA-own-out', null, affects(['app', '< 1.2.3'], ['lib', '< 9'])),
        advisory('GHSA-others', null, affects(['lib', '< 9'], ['tool', '< 1'])),
        advisory('GHSA-others-out', null, affects(['lib', '< 1'], ['tool', '< 1'])),
        advisory('GHSA-none', null, { vulnerabilities: [] }),
      ],
    })
    expect(report.vulnerabilities?.map(({ id, unclear }) => [id, unclear])).toEqual([
      ['GHSA-own', undefined],
      ['GHSA-others', true],
      ['GHSA-none', true],
    ])
  })

  test('none of which are published say so', async () => {
    const { report } = await check({ advisories: [] })
    expect(report.vulnerabilities).toEqual([])
    expect(report.advisories).toMatchObject({ published: 0, complete: true })
  })

  test('are read for three pages, and those beyond leave the list incomplete', async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => advisory(`GHSA-${index}`, '< 1.2.5'))
    const { report, asked } = await check({ advisories: many(250) })
    expect(report.vulnerabilities).toHaveLength(250)
    expect(report.advisories).toMatchObject({ published: 250, complete: true })
    expect(asked().map(({ query }) => query.get('after'))).toEqual([null, '100', '200'])
    const beyond = await check({ advisories: many(301) })
    expect(beyond.report.advisories).toMatchObject({ published: 300, complete: false })
    expect(beyond.asked()).toHaveLength(3)
  })

  test('are asked for once in a day', async () => {
    const { ask, asked } = await check({ advisories: [advisory('GHSA-in', '< 1.2.5')] })
    await ask()
    expect(asked()).toHaveLength(1)
  })

  test.each<[string, Asked, string]>([
    ['an image without a source', { source: '' }, 'source'],
    ['a packager’s repository', { source: 'https://github.com/linuxserver/docker-app' }, 'packager'],
    ['a repository elsewhere', { source: 'https://codeberg.org/team/app' }, 'host'],
    ['a tag that floats', { tag: 'latest', tags: [], advisories: [] }, 'version'],
  ])('of %s are unknown, and that is said', async (_, asked, missing) => {
    const { report } = await check(asked)
    expect(report.error).toBeUndefined()
    expect(report).not.toHaveProperty('vulnerabilities')
    expect(report.advisories).toMatchObject({ missing })
    expect(report.latest.major ?? {}).not.toHaveProperty('fixes')
  })

  test.each([
    ['a refusal', reply(404, '{"message":"Not Found"}')],
    ['a used up allowance', reply(403, '{}', { 'x-ratelimit-remaining': '0' })],
    ['a document of another kind', json({ message: 'no' })],
    ['a page', reply(200, '<html>')],
    ['a Link that cannot be read', json([], { Link: '<no; rel="next"' })],
  ])('after %s are unknown, and the report holds', async (_, answer) => {
    const registry = await fakes.registry()
    const github = await fakes.github()
    github.repository('team/app')
    github.server.always(LIST, answer)
    const labels = { 'org.opencontainers.image.source': SOURCE }
    for (const tag of ['1.2.3', '1.2.5'])
      registry.repository('team/app').push(tag, singlePlatformImage({ labels: { ...labels, tag } }))
    const { service } = serviceOn({ registry, github }, { advisories: true, maxRetries: 0 })
    const report = await service.checkImage(`${HOST}/team/app:1.2.3`, { arch: 'amd64' })
    expect(report.status).toBe('update-available')
    expect(report.advisories).toEqual({ source: SOURCE, complete: false, missing: 'failed' })
    expect(report).not.toHaveProperty('vulnerabilities')
    expect(report.warnings.join()).toMatch(/^Vulnerabilities are unknown: /)
  })

  test('are not asked for where the option is off', async () => {
    const { report, asked } = await check({ options: { advisories: false }, advisories: [] })
    expect(report).not.toHaveProperty('advisories')
    expect(report).not.toHaveProperty('vulnerabilities')
    expect(asked()).toEqual([])
  })
})

describe('policy.urgent', () => {
  const created = {
    '1.2.3': '2026-06-01T00:00:00Z',
    '1.2.5': '2026-08-21T00:00:00Z',
    '1.2.4': '2026-07-01T00:00:00Z',
  }
  const offered = async (policy: UpdatePolicy, severity: string | null, options?: ServiceOptions) => {
    const { report } = await check({
      advisories: [advisory('GHSA-in', '>= 1.2, < 1.2.5', { severity })],
      tags: ['1.2.4', '1.2.5'],
      policy: { minAgeHours: 7 * 24, ...policy },
      created,
      options,
    })
    return report.updates.map(({ tag }) => tag)
  }

  test.each<[UpdatePolicy, string | null, string[]]>([
    [{}, 'critical', ['1.2.4']],
    [{ urgent: 'none' }, 'critical', ['1.2.4']],
    [{ urgent: 'security' }, 'high', ['1.2.5', '1.2.4']],
    [{ urgent: 'security' }, 'medium', ['1.2.4']],
    [{ urgent: 'security' }, null, ['1.2.4']],
    [{ urgent: 'security', urgentSeverity: 'low' }, 'medium', ['1.2.5', '1.2.4']],
    [{ urgent: 'security', urgentSeverity: 'critical' }, 'high', ['1.2.4']],
  ])('%j, of a weakness of severity %j, offers %j', async (policy, severity, tags) => {
    expect(await offered(policy, severity)).toEqual(tags)
  })

  test('waits where advisories are off', async () => {
    expect(await offered({ urgent: 'security' }, 'critical', { advisories: false })).toEqual(['1.2.4'])
  })

  test.each([{ urgent: 'always' }, { urgentSeverity: 'grave' }, { urgent: true }])(
    '%j is refused',
    async (policy) => {
      const { service } = serviceOn({})
      const call = service.checkImage('a:1', { policy: policy as UpdatePolicy })
      await expect(call).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' })
    },
  )
})
