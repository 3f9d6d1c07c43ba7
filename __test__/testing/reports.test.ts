import type { ContainerRegistryService, Release } from '../..'
import { FakeClock, FakeContainerRegistryService } from '../../testing'

const IMAGE = 'ghcr.io/kiwix/kiwix-serve:3.7.0'
const UPDATES = [{ tag: '3.8.1', isLatest: true }]

describe('reports of the fake', () => {
  test('are what follows from its answers, and what it was told', async () => {
    const service: ContainerRegistryService = new FakeContainerRegistryService({ clock: new FakeClock(1000) })
      .image(IMAGE, { updates: UPDATES, report: { warnings: ['slow'] } })
      .image('redis', { report: { status: 'unorderable', updates: [] } })
    expect(await service.checkImage(IMAGE, { arch: 'arm64' })).toEqual({
      image: IMAGE,
      reference: IMAGE,
      arch: 'arm64',
      status: 'update-available',
      updates: UPDATES,
      latest: {},
      checkedAt: '1970-01-01T00:00:01.000Z',
      rejected: [],
      warnings: ['slow'],
    })
    expect(await service.checkImage('redis')).toMatchObject({ status: 'unorderable', updates: [] })
  })

  test('come one by one, each when it is ready', async () => {
    const clock = new FakeClock()
    const service = new FakeContainerRegistryService({ clock })
      .image('slow:1', { updates: [], afterMs: 10 })
      .image('quick:1', { updates: UPDATES })
    const seen: string[] = []
    const watching = (async () => {
      for await (const { image } of service.watchImages(['slow:1', 'quick:1'])) seen.push(image)
    })()
    await clock.advance(9)
    expect(seen).toEqual(['quick:1'])
    await clock.advance(1)
    await watching
    expect(seen).toEqual(['quick:1', 'slow:1'])
  })

  test('and what is asked beside them has to be told', async () => {
    const release: Release = {
      tag: 'v1',
      prerelease: false,
      draft: false,
      name: 'v1',
      url: 'https://x',
      notes: '',
    }
    const inspection = { exists: true, runs: true }
    const service = new FakeContainerRegistryService()
      .source('https://github.com/o/r', { releases: [release, release] })
      .image('nginx:1.28', { inspection })
    expect(await service.listReleases('https://github.com/o/r', { limit: 1 })).toEqual([release])
    expect(await service.inspectUpdate('nginx:1.27', '1.28')).toEqual({
      image: 'nginx:1.27',
      targetTag: '1.28',
      ...inspection,
    })
    await expect(service.listReleases('https://github.com/o/other')).rejects.toThrow('not told releases')
    await expect(service.inspectUpdate('nginx:1.27', '1.29')).rejects.toThrow('knows nothing of')
  })
})
