import type { UpdatePolicy } from '../..'
import { useReports } from './world'

const check = useReports()
const MAJOR: UpdatePolicy = { track: 'major' }

describe('long-term releases', () => {
  test.each([
    ['ubuntu:24.04', ['26.04', '26.10'], ['26.04']],
    ['node:22.1.0', ['22.2.0', '24.1.0', '25.1.0', '26.1.0'], ['24.1.0', '22.2.0']],
    ['eclipse-temurin:17.0.1_12', ['21.0.1_12', '22.0.1_8'], ['21.0.1_12']],
    ['mysql:8.4.1', ['9.6.0', '9.7.0'], ['9.7.0']],
    ['mariadb:10.11.2', ['10.11.3', '11.4.2', '11.5.2'], ['11.4.2', '10.11.3']],
    ['haproxy:2.8.1', ['3.0.1', '3.3.1'], ['3.0.1']],
    ['postgres:16.1', ['17.1', '18.1'], ['18.1', '17.1']],
    ['node:23.1.0', ['24.1.0', '25.1.0'], ['25.1.0', '24.1.0']],
  ])('%s with %j: %j', async (image, tags, expected) => {
    const { offered } = await check(image, { tags, policy: MAJOR })
    expect(offered).toEqual(expected)
  })

  test('what is held back is told, and the newest names it', async () => {
    const { report } = await check('node:22.1.0', { tags: ['24.1.0', '25.1.0'], policy: MAJOR })
    expect(report.rejected).toContainEqual({ reason: 'lts', count: 1, examples: ['25.1.0'] })
    expect(report.latest.major).toMatchObject({ tag: '25.1.0', lifecycle: { support: 'ended', lts: false } })
    expect(report.warnings).toEqual([])
  })

  test('a cycle that the data do not know yet is held back, with their date', async () => {
    const { report, offered } = await check('ubuntu:24.04', { tags: ['26.10'], policy: MAJOR })
    expect(offered).toEqual([])
    expect(report.status).toBe('up-to-date')
    expect(report.warnings).toEqual([
      expect.stringMatching(/^26\.10 is not offered: .* not known to the support data of 20\d\d-\d\d-\d\d$/),
    ])
  })

  test('one that becomes a long-term release counts from its day', async () => {
    const at = async (now: string) => {
      const policy = { ...MAJOR, now: new Date(now) }
      return (await check('node:24.1.0', { tags: ['26.1.0'], policy })).offered
    }
    expect(await at('2026-10-27T23:59:59Z')).toEqual([])
    expect(await at('2026-10-28T00:00:00Z')).toEqual(['26.1.0'])
  })

  test('no way out is hidden', async () => {
    const policy = { ...MAJOR, now: new Date('2032-01-01T00:00:00Z') }
    expect((await check('ubuntu:26.04', { tags: ['31.10'], policy })).offered).toEqual(['31.10'])
    expect((await check('node:18.1.0', { tags: ['25.1.0'], policy: MAJOR })).offered).toEqual(['25.1.0'])
  })

  test('as a policy says', async () => {
    const by = async (lts: 'follow' | 'only' | 'any' | undefined, image: string, tags: string[]) =>
      (await check(image, { tags, policy: { ...MAJOR, ...(lts && { lts }) } })).offered
    expect(await by('any', 'node:22.1.0', ['25.1.0'])).toEqual(['25.1.0'])
    expect(await by('only', 'node:23.1.0', ['24.1.0', '25.1.0'])).toEqual(['24.1.0'])
    expect(await by(undefined, 'clickhouse:25.8.1', ['26.1.1'])).toEqual(['26.1.1'])
    expect(await by('follow', 'clickhouse:25.8.1', ['26.1.1', '26.3.1'])).toEqual(['26.3.1'])
  })
})

describe('versions that have ended', () => {
  const tags = ['3.9.1', '3.14.0']
  test.each([
    ['any', ['3.14.0', '3.9.1']],
    ['prefer', ['3.14.0']],
    ['only', ['3.14.0']],
  ] as const)('supported: %s', async (supported, expected) => {
    const { offered, report } = await check('python:3.8.1', { tags, policy: { supported } })
    expect(offered).toEqual(expected)
    const rejected = report.rejected.find(({ reason }) => reason === 'unsupported')
    expect(rejected?.examples).toEqual(supported === 'any' ? undefined : ['3.9.1'])
  })

  test('are offered by `prefer` where nothing else is, and never by `only`', async () => {
    const by = async (supported: 'prefer' | 'only') =>
      (await check('python:3.8.1', { tags: ['3.9.1'], policy: { supported } })).offered
    expect(await by('prefer')).toEqual(['3.9.1'])
    expect(await by('only')).toEqual([])
  })
})

describe('the track of a support cycle', () => {
  test.each([
    ['postgres:16.1', ['16.6', '17.2', '18.1'], ['16.6']],
    ['mariadb:10.11.2', ['10.11.9', '11.4.2'], ['10.11.9']],
    ['python:3.12.1', ['3.12.9', '3.13.1'], ['3.12.9']],
    ['mysql:8.0.30', ['8.0.40', '8.1.0', '8.4.3', '9.7.0'], ['8.4.3', '8.0.40']],
    ['postgres:12.1', ['12.9', '13.9', '14.2', '18.1'], ['14.2', '12.9']],
    ['debian:11.1', ['11.9', '12.1', '13.1'], ['11.9']],
    ['team/app:1.0.0', ['1.2.0', '2.0.0'], ['1.2.0']],
  ])('%s with %j: %j', async (image, tags, expected) => {
    const { offered } = await check(image, { tags, policy: { track: 'cycle' } })
    expect(offered).toEqual(expected)
  })

  test('what is beyond it is told, and the newest of each track', async () => {
    const { report } = await check('postgres:16.1', { tags: ['16.6', '18.1'], policy: { track: 'cycle' } })
    expect(report.rejected).toContainEqual({ reason: 'major', count: 1, examples: ['18.1'] })
    expect(report.latest).toMatchObject({ minor: { tag: '16.6' }, major: { tag: '18.1' } })
  })
})

test.each([
  ['lts', 'sometimes'],
  ['supported', true],
  ['track', 'cycles'],
])('policy.%s: %j is refused', async (name, value) => {
  await expect(
    check('team/app:1.0.0', { tags: [], policy: { [name]: value } as UpdatePolicy }),
  ).rejects.toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining(`policy.${name}`),
  })
})
