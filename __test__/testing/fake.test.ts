import { ContainerRegistryService } from '../..'
import { FakeClock, FakeContainerRegistryService } from '../../testing'
import { failure, thrown } from '../support/failure'
import { recorded } from '../vectors/vectors'

const real = new ContainerRegistryService()
const IMAGE = 'ghcr.io/kiwix/kiwix-serve:3.7.0'
const UPDATES = [{ tag: '3.8.1', isLatest: true }]

// The types hold the fake to the class: it may stand wherever the class does.
const fake = (options?: ConstructorParameters<typeof FakeContainerRegistryService>[0]) => {
  const made = new FakeContainerRegistryService(options)
  const asService: ContainerRegistryService = made
  expect(asService).toBe(made)
  return made
}

describe('what needs no answer is answered as the class does', () => {
  test('references', () => {
    for (const [text] of recorded('references')) {
      const read = (service: ContainerRegistryService) => {
        try {
          return service.parseImageReference(text)
        } catch (error) {
          return (error as { code?: string }).code
        }
      }
      expect([text, read(fake())]).toEqual([text, read(real)])
    }
  })

  test('versions', () => {
    for (const [tags, current, major] of recorded('tag-lists')) {
      const updates = real.filterCompatibleUpdates(tags, current, major)
      expect(fake().filterCompatibleUpdates(tags, current, major)).toEqual(updates)
    }
  })

  test.each([
    ['https://github.com/kiwix/kiwix-tools', 'v3.8.1', ''],
    ['https://github.com/kiwix/kiwix-tools.git', '3.8.1', 'v'],
    ['https://gitlab.com/group/sub/app', '1.2', 'v'],
    ['https://codeberg.org/o/r/', '1', ''],
    ['https://git.example/o/r', '1', ''],
    ['no URL', '1', ''],
  ])('the page of %s', (...question) => {
    expect(fake().buildReleaseUrl(...question)).toBe(real.buildReleaseUrl(...question))
  })

  test('it has every method of the class', () => {
    const methods = Object.getOwnPropertyNames(ContainerRegistryService.prototype)
    const own = Object.getOwnPropertyNames(FakeContainerRegistryService.prototype)
    expect(own).toEqual(expect.arrayContaining(methods))
  })
})

describe('answers', () => {
  const service = fake()
    .image('ghcr.io/kiwix/kiwix-serve', {
      tags: ['3.7.0', '3.8.1'],
      platforms: ['linux/amd64', 'linux/arm/v7'],
      downloadSize: 20_000_000,
      sourceUrl: 'https://github.com/kiwix/kiwix-tools',
    })
    .image(IMAGE, { updates: UPDATES, digest: `sha256:${'a'.repeat(64)}` })
    .source('https://github.com/kiwix/kiwix-tools', { releaseTagPrefix: 'v' })
  const parsed = service.parseImageReference(IMAGE)

  test('of each method', async () => {
    expect(await service.listTags(parsed)).toEqual(['3.7.0', '3.8.1'])
    expect(await service.getAvailableUpdates(IMAGE, 'amd64')).toEqual(UPDATES)
    expect(await service.getDigest(parsed)).toBe(`sha256:${'a'.repeat(64)}`)
    expect(await service.getImageDownloadSize(parsed, '3.8.1', 'amd64')).toBe(20_000_000)
    expect(await service.getSourceUrl(parsed)).toBe('https://github.com/kiwix/kiwix-tools')
    expect(await service.detectReleaseTagPrefix('https://github.com/kiwix/kiwix-tools', '3.8.1')).toBe('v')
    expect(await service.detectReleaseTagPrefix('https://github.com/o/r', '1')).toBe('')
    const supported = ['x86_64', 'arm', 'armv7l', 'arm64'].map((arch) =>
      service.checkArchSupport(parsed, '3.8.1', arch),
    )
    expect(await Promise.all(supported)).toEqual([true, true, true, false])
    expect((await service.getPlatforms(parsed)).at(-1)).toMatchObject({
      os: 'linux',
      architecture: 'arm',
      variant: 'v7',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    })
    expect(service.callsOf('getAvailableUpdates')).toEqual([[IMAGE, 'amd64', undefined]])
  })

  test('one that was forgotten is named, also where the class would not reject', async () => {
    expect(await failure(service.getDigest(parsed, '3.8.1'))).toMatchObject({
      message: expect.stringContaining('not told digest of kiwix/kiwix-serve'),
    })
    expect(await failure(service.getSourceUrl(service.parseImageReference('nginx')))).toMatchObject({
      message: expect.stringContaining('knows nothing of registry-1.docker.io/library/nginx:latest'),
    })
    await expect(service.checkImages([IMAGE, 'nginx:1'])).rejects.toThrow('knows nothing of')
  })

  test('errors are those of the class', async () => {
    const limited = fake().image('nginx', { error: { code: 'RATE_LIMITED', status: 429 } })
    const nginx = limited.parseImageReference('nginx:1.27')
    expect(await failure(limited.listTags(nginx))).toMatchObject({
      name: 'ContainerRegistryError',
      code: 'RATE_LIMITED',
      status: 429,
    })
    expect(await limited.checkArchSupport(nginx, '1', 'amd64')).toBe(true)
    expect(await limited.getSourceUrl(nginx)).toBeNull()
    expect(await limited.getImageDownloadSize(nginx, '1', 'amd64')).toBeNull()
    expect(thrown(() => limited.parseImageReference('No Image'))).toMatchObject({ code: 'INVALID_REFERENCE' })
  })
})

describe('time', () => {
  test('passes as the clock says, and a batch tells how far it is', async () => {
    const clock = new FakeClock()
    const service = fake({ clock })
      .image('slow:1', { updates: UPDATES, afterMs: 3000 })
      .image('failing:1', { error: { code: 'NOT_FOUND' }, afterMs: 1000 })
    const told: string[] = []
    const checks = service.checkImages(['slow:1', { image: 'failing:1' }], {
      onProgress: ({ done, total, image, phase }) => told.push(`${done}/${total} ${image} ${phase}`),
    })
    expect(told).toEqual(['0/2 slow:1 started', '0/2 failing:1 started'])
    await clock.advance(2999)
    expect(told.slice(2)).toEqual(['1/2 failing:1 failed'])
    await clock.advance(1)
    expect(told.slice(3)).toEqual(['2/2 slow:1 done'])
    expect(clock.now()).toBe(3000)
    expect(await checks).toMatchObject([
      {
        image: 'slow:1',
        status: 'update-available',
        updates: UPDATES,
        checkedAt: '1970-01-01T00:00:03.000Z',
      },
      { image: 'failing:1', status: 'failed', updates: [], error: { code: 'NOT_FOUND' } },
    ])
  })

  test('ends early for who gives up, and for who closes', async () => {
    const service = fake({ clock: new FakeClock() }).image('slow', { updates: [], tags: [], afterMs: 1 })
    const controller = new AbortController()
    const { signal } = controller
    const call = failure(service.getAvailableUpdates('slow:1', 'amd64', null, { signal }))
    controller.abort('enough')
    expect(await call).toMatchObject({ code: 'ABORTED', cause: 'enough' })
    const other = failure(service.listTags(service.parseImageReference('slow:1')))
    await service.close()
    expect(await other).toMatchObject({ code: 'ABORTED', message: 'The service is closed' })
  })

  test("is the machine's otherwise, or the test runner's", async () => {
    jest.useFakeTimers({ doNotFake: ['setImmediate'] })
    const service = fake().image('slow', { updates: UPDATES, afterMs: 60_000 })
    const call = service.getAvailableUpdates('slow:1', 'amd64')
    await jest.advanceTimersByTimeAsync(60_000)
    expect(await call).toEqual(UPDATES)
    jest.useRealTimers()
  })
})
