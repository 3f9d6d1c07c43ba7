import { multiPlatformImage } from '../../testing/registry'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const image = (salt: string) =>
  multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], labels: { salt } })
const newest = image('newest')
const IMAGE = `${HOST}/${NAME}`

/** A repository whose `latest`, `1` and `1.3.0` are one image. */
async function world() {
  const registry = await fakes.registry()
  const repository = registry.repository(NAME)
  repository.push('1.2.0', image('1.2.0')).push('1.3.0', newest).push('1', newest).push('latest', newest)
  repository.push('1.4.0-rc1', image('rc')).push('2021.12.16', image('stray')).push('nightly', image('night'))
  return { registry, ...serviceOn({ registry }) }
}

describe('a tag that floats', () => {
  test.each(['latest', '1'])('%s is named after the version that has its digest', async (tag) => {
    const { service, registry } = await world()
    const report = await service.checkImage(`${IMAGE}:${tag}`, { arch: 'amd64' })
    expect(report).toMatchObject({
      status: 'unorderable',
      updates: [],
      digest: { available: newest.root.digest, changed: false, version: '1.3.0' },
    })
    expect(report.warnings).toEqual([
      expect.stringMatching(/^The tag (latest has no order|1 moves on to newer images); /),
    ])
    const heads = registry.contentRoutes.filter((route) => route.startsWith('HEAD'))
    expect(heads.length).toBeLessThanOrEqual(6)
  })

  const child = newest.contents[1]?.digest ?? ''
  test.each([
    ['the digest of its index', newest.root.digest],
    ['a RepoDigest', `${IMAGE}@${newest.root.digest}`],
    ['the digest of one of its manifests', child],
  ])('is up to date beside %s', async (_, currentDigest) => {
    const { service } = await world()
    expect(await service.checkImage(`${IMAGE}:latest`, { currentDigest })).toMatchObject({
      status: 'up-to-date',
      updates: [],
      digest: { current: currentDigest.replace(/.*@/, ''), changed: false },
    })
  })

  test('is an update to itself where something else is running', async () => {
    const { service } = await world()
    const currentDigest = image('1.2.0').root.digest
    expect(await service.checkImage(`${IMAGE}:latest`, { currentDigest })).toMatchObject({
      status: 'update-available',
      updates: [{ tag: 'latest', isLatest: true }],
      digest: { current: currentDigest, available: newest.root.digest, changed: true, version: '1.3.0' },
    })
  })

  test('is a failure where its digest cannot be had, or is none', async () => {
    const { service } = await world()
    expect(await service.checkImage(`${IMAGE}:edge`)).toMatchObject({
      status: 'failed',
      error: { code: 'NOT_FOUND' },
    })
    expect(await service.checkImage(`${IMAGE}:latest`, { currentDigest: 'sha256:1' })).toMatchObject({
      status: 'failed',
      error: { code: 'INVALID_ARGUMENT', message: expect.stringContaining('currentDigest') },
    })
  })
})

test('a version that was pushed again is an update to itself', async () => {
  const { service } = await world()
  const check = (currentDigest: string) =>
    service.checkImage(`${IMAGE}:1.3.0`, { currentDigest, arch: 'amd64' })
  expect(await check(newest.root.digest)).toMatchObject({ status: 'up-to-date' })
  expect(await check(image('before').root.digest)).toMatchObject({
    status: 'update-available',
    updates: [{ tag: '1.3.0' }],
    digest: { changed: true },
  })
})
