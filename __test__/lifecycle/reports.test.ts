import { singlePlatformImage } from '../../testing/registry'
import { HOST } from '../support/fakes'
import { useReports } from './world'

const check = useReports()

test('the running version and each of the newest say how long they live', async () => {
  const { report } = await check('postgres:14.2', { tags: ['14.9', '18.1'], policy: { track: 'major' } })
  expect(report.lifecycle).toEqual({
    product: 'postgresql',
    cycle: '14',
    released: '2021-09-30',
    support: 'active',
    endsAt: '2026-11-12',
    lts: false,
    asOf: expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
  })
  expect(report.latest.minor?.lifecycle).toMatchObject({ cycle: '14', endsAt: '2026-11-12' })
  expect(report.latest.major?.lifecycle).toMatchObject({ cycle: '18', support: 'active' })
})

test.each([
  ['php:8.3.1', { cycle: '8.3', support: 'security', endsAt: '2027-12-31' }],
  ['debian:12.1', { cycle: '12', support: 'extended', endsAt: '2028-06-30' }],
  ['debian:bookworm-20240513-slim', { cycle: '12', support: 'extended' }],
  ['python:3.8.1', { cycle: '3.8', support: 'ended', endsAt: '2024-10-07' }],
  ['node:22.1.0', { cycle: '22', lts: true }],
  ['node:26.1.0', { cycle: '26', lts: '2026-10-28' }],
  ['node:27.1.0', { product: 'nodejs', support: 'unknown', lts: false }],
])('%s', async (image, expected) => {
  const { report } = await check(image, { tags: [] })
  expect(report.lifecycle).toMatchObject(expected)
})

test('what nobody knows has none', async () => {
  const { report } = await check('team/app:1.0.0', { tags: [] })
  expect(report).not.toHaveProperty('lifecycle')
  expect(report.status).toBe('up-to-date')
})

describe('parts', () => {
  test('one that has ended beneath a living program is warned of', async () => {
    const { report } = await check('postgres:16.1-alpine3.18', { tags: [] })
    expect(report.lifecycle).toMatchObject({
      support: 'active',
      parts: [
        {
          item: 'alpine3.18',
          product: 'alpine-linux',
          cycle: '3.18',
          support: 'ended',
          endsAt: '2025-05-09',
        },
      ],
    })
    expect(report.warnings).toEqual([
      'alpine3.18, which the image is built on, is not supported since 2025-05-09 (alpine-linux 3.18)',
    ])
  })

  test.each([
    ['extended', 'postgres:16.1-bookworm', 'bookworm'],
    ['ended beneath a program that has ended itself', 'postgres:9.6.1-alpine3.18', 'alpine3.18'],
  ])('no alarm for one that is %s', async (_, image, item) => {
    const { report } = await check(image, { tags: [] })
    expect(report.lifecycle?.parts).toMatchObject([{ item }])
    expect(report.warnings).toEqual([])
  })

  test('a runtime of an image that nobody knows', async () => {
    const { report } = await check('team/app:1.0.0-python3.9', { tags: [] })
    expect(report.lifecycle).toMatchObject({
      support: 'unknown',
      parts: [{ item: 'python3.9', support: 'ended' }],
    })
    expect(report.lifecycle).not.toHaveProperty('product')
    expect(report.warnings).toHaveLength(1)
  })

  test('a JDK only where its maker is named', async () => {
    const items = async (tag: string) => {
      const { report } = await check(`team/app:${tag}`, { tags: [] })
      return report.lifecycle?.parts?.map(({ item, product }) => `${item}: ${product}`)
    }
    expect(await items('1.0.0-jdk17')).toBeUndefined()
    expect(await items('1.0.0-jdk17-temurin')).toEqual(['jdk17: eclipse-temurin'])
  })

  test('the base image that the labels name serves where the tag names none', async () => {
    const labels = { 'org.opencontainers.image.base.name': 'docker.io/library/alpine:3.18' }
    const { report } = await check('team/app:1.0.0', { tags: [], labels })
    expect(report.lifecycle?.parts).toMatchObject([{ item: 'alpine:3.18', cycle: '3.18', support: 'ended' }])
    const { report: other } = await check('team/app:1.0.0-bookworm', { tags: [], labels })
    expect(other.lifecycle?.parts).toMatchObject([{ item: 'bookworm' }])
  })
})

test('a floating tag has the life of the version that it stands for', async () => {
  const image = singlePlatformImage()
  const { registry, service } = await check('postgres:9.6', { tags: [] })
  registry.repository('cache/library/postgres').push('16.1', image).push('latest', image)
  const report = await service.checkImage(`${HOST}/cache/library/postgres`, { arch: 'amd64' })
  expect(report.digest?.version).toBe('16.1')
  expect(report.lifecycle).toMatchObject({ product: 'postgresql', cycle: '16' })
})
