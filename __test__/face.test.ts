import * as everything from '..'
import { ContainerRegistryService } from '..'
import { json, multiPlatformImage, reply } from '../testing/registry'
import { failure, thrown } from './support/failure'
import { app, HOST, NAME, serviceOn, TAGS, useFakes, wired } from './support/fakes'

const fakes = useFakes()

const SYNC = ['parseImageReference', 'buildReleaseUrl', 'filterCompatibleUpdates'] as const
const ASYNC = [
  'listTags',
  'checkArchSupport',
  'getImageDownloadSize',
  'getDigest',
  'getPlatforms',
  'getSourceUrl',
  'detectReleaseTagPrefix',
  'getAvailableUpdates',
] as const

test('the package exports the class', () => {
  expect(everything.ContainerRegistryService).toBe(ContainerRegistryService)
  expect(ContainerRegistryService.name).toBe('ContainerRegistryService')
  // Containers of AdonisJS take only what prints as a class.
  expect(Function.prototype.toString.call(ContainerRegistryService)).toMatch(
    /^class ContainerRegistryService /,
  )
  expect(new ContainerRegistryService()).toBeInstanceOf(ContainerRegistryService)
})

test('results are of the realm of the caller', async () => {
  const registry = await fakes.registry()
  registry
    .repository(NAME)
    .push('1.0.0', multiPlatformImage({ platforms: ['linux/amd64'] }))
    .list('1.0.1')
  const { service } = serviceOn({ registry })
  const call = service.listTags(app())
  expect(call).toBeInstanceOf(Promise)
  expect(await call).toBeInstanceOf(Array)
  expect(service.filterCompatibleUpdates(['1.1'], '1.0', 1)).toBeInstanceOf(Array)
  expect(service.parseImageReference('nginx')).toBeInstanceOf(Object)
  const updates = await service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'amd64')
  expect(updates).toBeInstanceOf(Array)
  expect(updates[0]).toBeInstanceOf(Object)
})

test('errors are of the realm of the caller', async () => {
  const server = await fakes.server()
  const { service } = serviceOn({ registry: server })
  server.on(TAGS, reply(404))
  expect(await failure(service.listTags(app()))).toBeInstanceOf(Error)
  expect(thrown(() => service.parseImageReference(''))).toBeInstanceOf(Error)
  expect(thrown(() => new ContainerRegistryService({ timeoutMs: 0 }))).toBeInstanceOf(Error)
  expect(() => service.parseImageReference('')).toThrow(Error)
  server.on(TAGS, reply(404))
  await expect(service.listTags(app())).rejects.toThrow(`Failed to list tags for ${NAME}: 404`)
})

test.each(ASYNC)('%s rejects where another would throw', async (method) => {
  const service = new ContainerRegistryService()
  const promise = (service[method] as () => Promise<unknown>).call(service)
  expect(promise).toBeInstanceOf(Promise)
  expect(await failure(promise)).toMatchObject({ code: 'INVALID_ARGUMENT' })
})

test('sync methods answer at once', () => {
  const service = new ContainerRegistryService()
  expect(service.parseImageReference('nginx').tag).toBe('latest')
  expect(service.buildReleaseUrl('https://github.com/o/r', '1', '')).toMatch(/^https:/)
  expect(service.filterCompatibleUpdates([], '1', 1)).toEqual([])
})

describe('a class that extends it', () => {
  class Counting extends ContainerRegistryService {
    calls = 0

    override async listTags(...args: Parameters<ContainerRegistryService['listTags']>) {
      this.calls += 1
      return [...(await super.listTags(...args)), 'one more']
    }

    override parseImageReference(image: string) {
      return super.parseImageReference(image.trim())
    }
  }

  test('has its own methods and those of its parent', async () => {
    const server = await fakes.server()
    server.on(TAGS, json({ tags: ['1'] }))
    const service = new Counting(wired({ registry: server }))
    expect(service).toBeInstanceOf(Counting)
    expect(service).toBeInstanceOf(ContainerRegistryService)
    expect(await service.listTags(service.parseImageReference(` ${HOST}/${NAME} `))).toEqual([
      '1',
      'one more',
    ])
    expect(service.calls).toBe(1)
    expect(service.buildReleaseUrl('https://github.com/o/r', '1', 'v')).toBe(
      'https://github.com/o/r/releases/tag/v1',
    )
  })

  test('may have a constructor without arguments', () => {
    class Silent extends ContainerRegistryService {
      constructor() {
        super({ logger: {} })
      }
    }
    expect(new Silent().parseImageReference('nginx').repo).toBe('nginx')
  })
})

describe('spies', () => {
  afterEach(() => jest.restoreAllMocks())

  test.each([...SYNC, ...ASYNC])('see calls of %s on the prototype and on an instance', (method) => {
    const service = new ContainerRegistryService()
    for (const target of [ContainerRegistryService.prototype, service]) {
      const spy = jest.spyOn(target, method).mockReturnValue('mocked' as never)
      expect((service[method] as (...args: unknown[]) => unknown)('x')).toBe('mocked')
      expect(spy).toHaveBeenCalledWith('x')
      spy.mockRestore()
    }
    expect(service[method]).toBe(ContainerRegistryService.prototype[method])
  })

  test('let calls through', () => {
    const spy = jest.spyOn(ContainerRegistryService.prototype, 'parseImageReference')
    expect(new ContainerRegistryService().parseImageReference('nginx').repo).toBe('nginx')
    expect(spy).toHaveBeenCalledTimes(1)
  })
})

test('a method that lost its service says so, and nothing breaks', async () => {
  const { parseImageReference, listTags } = ContainerRegistryService.prototype
  expect(() => parseImageReference.call({} as never, 'nginx')).toThrow()
  await expect(listTags.call({} as never, app())).rejects.toThrow()
  expect(new ContainerRegistryService().parseImageReference('nginx').repo).toBe('nginx')
})
