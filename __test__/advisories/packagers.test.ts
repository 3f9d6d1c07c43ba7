import type { ServiceOptions } from '../..'
import { singlePlatformImage } from '../../testing/registry'
import { HOST, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const IMAGE = 'linuxserver/sonarr'
const PROGRAM = 'Sonarr/Sonarr'
const PACKAGING = 'https://github.com/linuxserver/docker-sonarr'

const advisory = (id: string, ...affected: [string, string][]) => ({
  ghsa_id: id,
  severity: 'high',
  summary: id,
  state: 'published',
  published_at: '2026-01-02T03:04:05Z',
  vulnerabilities: affected.map(([name, vulnerable_version_range]) => ({
    package: { ecosystem: 'other', name },
    vulnerable_version_range,
  })),
})

interface Asked {
  /** Repository of the image, and of its program at GitHub. */
  image?: string
  program?: string
  source?: string | null
  advisories?: object[]
  options?: ServiceOptions
}

/** A report on an image of a packager, and the lists of advisories that were asked for. */
async function check({
  image = IMAGE,
  program = PROGRAM,
  source = PACKAGING,
  advisories = [],
  options,
}: Asked) {
  const registry = await fakes.registry()
  const github = await fakes.github()
  github
    .repository('linuxserver/docker-sonarr')
    .repository(program)
    .advisories(program, ...advisories)
  const labels = source === null ? {} : { 'org.opencontainers.image.source': source }
  for (const tag of ['4.0.1-ls10', '4.0.2-ls11'])
    registry.repository(image).push(tag, singlePlatformImage({ labels: { tag, ...labels } }))
  const { service } = serviceOn({ registry, github }, { advisories: true, ...options })
  const report = await service.checkImage(`${HOST}/${image}:4.0.1-ls10`, { arch: 'amd64' })
  const lists = github.server.requests.map(({ path }) => path).filter((path) => path.endsWith('advisories'))
  return { report, lists, service }
}

describe('the advisories of an image of a packager', () => {
  test.each([PACKAGING, null])('are those of the program itself, whether the label is %s', async (source) => {
    const advisories = [advisory('GHSA-in', ['Sonarr', '< 4.0.2'], ['lib', '< 9'])]
    const { report, lists } = await check({ source, advisories })
    expect(lists).toEqual([`/repos/${PROGRAM}/security-advisories`])
    expect(report.upstreamUrl).toBe(`https://github.com/${PROGRAM}`)
    expect(report.advisories).toMatchObject({ source: `https://github.com/${PROGRAM}`, published: 1 })
    expect(report.vulnerabilities).toEqual([
      {
        id: 'GHSA-in',
        severity: 'high',
        summary: 'GHSA-in',
        url: `https://github.com/${PROGRAM}/security/advisories/GHSA-in`,
        fixedIn: [],
      },
    ])
    expect(report.latest.major).toMatchObject({ tag: '4.0.2-ls11', fixes: ['GHSA-in'] })
  })

  test('name the program by the image or by its repository', async () => {
    const advisories = [
      advisory('GHSA-image', ['nextcloud', '< 5'], ['lib', '< 1']),
      advisory('GHSA-repository', ['server', '< 5'], ['lib', '< 1']),
      advisory('GHSA-others', ['lib', '< 5'], ['tool', '< 5']),
    ]
    const image = { image: 'cache/library/nextcloud', program: 'nextcloud/server' }
    const { report } = await check({ ...image, advisories })
    expect(report.vulnerabilities?.map(({ id, unclear }) => [id, unclear])).toEqual([
      ['GHSA-image', undefined],
      ['GHSA-repository', undefined],
      ['GHSA-others', true],
    ])
  })

  test('are those of the source that the caller has named', async () => {
    const sources = { [`${HOST}/${IMAGE}`]: 'https://github.com/own/fork' }
    const { lists } = await check({ program: 'own/fork', options: { sources } })
    expect(lists).toEqual(['/repos/own/fork/security-advisories'])
  })

  test.each([
    ['bitnami/postgresql', 'host'],
    ['linuxserver/nothing-known', 'packager'],
  ])('of %s are unknown: %s', async (image, missing) => {
    const { report, lists } = await check({ image })
    expect(lists).toEqual([])
    expect(report.advisories).toEqual({ complete: false, missing })
    expect(report).not.toHaveProperty('vulnerabilities')
  })
})

describe('inspectUpdate with advisories', () => {
  const advisories = [advisory('GHSA-in', ['sonarr', '< 4.0.2']), advisory('GHSA-stays', ['sonarr', '< 9'])]

  test('tells the weaknesses of the running version, and which of them the tag mends', async () => {
    const { service, lists } = await check({ advisories })
    const inspection = await service.inspectUpdate(`${HOST}/${IMAGE}:4.0.1-ls10`, '4.0.2-ls11', {
      arch: 'amd64',
    })
    expect(inspection.vulnerabilities?.map(({ id }) => id)).toEqual(['GHSA-in', 'GHSA-stays'])
    expect(inspection.fixes).toEqual(['GHSA-in'])
    expect(inspection.advisories).toMatchObject({ published: 2, complete: true })
    expect(inspection).not.toHaveProperty('warnings')
    expect(lists).toHaveLength(1)
  })

  test('says that it knows nothing of a running tag without a version', async () => {
    const { service } = await check({ advisories })
    const inspection = await service.inspectUpdate(`${HOST}/${IMAGE}:latest`, '4.0.2-ls11', { arch: 'amd64' })
    expect(inspection).not.toHaveProperty('vulnerabilities')
    expect(inspection).not.toHaveProperty('fixes')
    expect(inspection.advisories).toMatchObject({ published: 2, missing: 'version' })
  })

  test('is silent where the option is off', async () => {
    const { service } = await check({ options: { advisories: false } })
    const inspection = await service.inspectUpdate(`${HOST}/${IMAGE}:4.0.1-ls10`, '4.0.2-ls11', {
      arch: 'amd64',
    })
    expect(inspection.runs).toBe(true)
    expect(inspection).not.toHaveProperty('advisories')
  })
})
