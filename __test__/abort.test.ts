import { getEventListeners } from 'node:events'
import { ContainerRegistryService } from '..'
import { json, reply, tooManyRequests } from '../testing/registry'
import { failure } from './support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from './support/fakes'
import { Gate, silence } from './support/gate'

const fakes = useFakes()

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length

type Call = (service: ContainerRegistryService, signal: AbortSignal) => Promise<unknown>

const SOURCE = 'https://github.com/o/r'
const RELEASE = 'GET /repos/o/r/releases/tags/v1.0.0'

/** Every asynchronous method, and what it asks for first. */
const METHODS: [name: string, call: Call, route: string][] = [
  ['listTags', (service, signal) => service.listTags(app(), { signal }), TAGS],
  [
    'checkArchSupport',
    (service, signal) => service.checkArchSupport(app(), '2', 'amd64', { signal }),
    manifest('2'),
  ],
  [
    'getImageDownloadSize',
    (service, signal) => service.getImageDownloadSize(app(), '2', 'amd64', { signal }),
    manifest('2'),
  ],
  [
    'getDigest',
    (service, signal) => service.getDigest(app(), '2', { signal }),
    manifest('2').replace('GET', 'HEAD'),
  ],
  ['getPlatforms', (service, signal) => service.getPlatforms(app(), '2', { signal }), manifest('2')],
  ['getSourceUrl', (service, signal) => service.getSourceUrl(app(), { signal }), manifest('1.0.0')],
  [
    'detectReleaseTagPrefix',
    (service, signal) => service.detectReleaseTagPrefix(SOURCE, '1.0.0', { signal }),
    RELEASE,
  ],
  [
    'getAvailableUpdates',
    (service, signal) => service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'amd64', null, { signal }),
    TAGS,
  ],
]

describe.each(METHODS)('%s', (_, call, route) => {
  test('with a signal that is already aborted asks nothing and rejects', async () => {
    const server = await fakes.server()
    const { service, logger } = serviceOn({ registry: server, github: server })
    const signal = AbortSignal.abort('not today')
    expect(await failure(call(service, signal))).toMatchObject({
      name: 'ContainerRegistryError',
      code: 'ABORTED',
      cause: 'not today',
    })
    expect(server.requests).toEqual([])
    expect(listeners(signal)).toBe(0)
    expect(logger.lines).toEqual([])
  })

  test('drops the request in flight and rejects', async () => {
    const server = await fakes.server(() => ({ status: 404 }))
    server.on(route, silence())
    const { service, logger } = serviceOn({ registry: server, github: server })
    const abort = new AbortController()
    const call_ = failure(call(service, abort.signal))
    const { abandoned } = await server.asked(route)
    expect(listeners(abort.signal)).toBe(1)
    abort.abort()
    expect(await call_).toMatchObject({ code: 'ABORTED', cause: abort.signal.reason })
    await abandoned
    expect(listeners(abort.signal)).toBe(0)
    expect(logger.lines).toEqual([])
  })

  test('leaves no listener on a signal that is used again', async () => {
    const server = await fakes.server(() => ({ status: 404 }))
    const { service } = serviceOn({ registry: server, github: server })
    const { signal } = new AbortController()
    for (let time = 0; time < 20; time += 1) await call(service, signal).catch(() => undefined)
    expect(server.requests.length).toBeGreaterThan(0)
    expect(listeners(signal)).toBe(0)
  })
})

test('a signal may serve many calls at once', async () => {
  const server = await fakes.server()
  server.always(TAGS, silence())
  const { service } = serviceOn({ registry: server })
  const abort = new AbortController()
  const calls = Array.from({ length: 20 }, () => failure(service.listTags(app(), { signal: abort.signal })))
  const { abandoned } = await server.asked(TAGS)
  abort.abort()
  expect((await Promise.all(calls)).map(({ code }) => code)).toEqual(Array(20).fill('ABORTED'))
  await abandoned
  expect(listeners(abort.signal)).toBe(0)
})

test('one caller that goes away takes nothing from another that waits for the same token', async () => {
  const registry = await fakes.registry()
  registry.repository(NAME).list('1')
  registry.repository('team/other').list('2')
  const other = { ...app(), fullName: 'team/other' }
  const { service } = serviceOn({ registry })
  // From here on the token service is known and asked first.
  await service.listTags(app())
  const gate = new Gate()
  const token = 'GET /token?service=fake&scope=repository:team/other:pull'
  registry.server.on(token, gate.hold())
  const abort = new AbortController()
  const leaving = failure(service.listTags(other, { signal: abort.signal }))
  await registry.server.asked(token)
  const staying = service.listTags(other)
  // Some round trips later the second caller waits as well.
  for (const tag of ['1', '2', '3', '4', '5']) await service.checkArchSupport(app(), tag, 'amd64')
  abort.abort()
  expect(await leaving).toMatchObject({ code: 'ABORTED' })
  gate.open()
  expect(await staying).toEqual(['2'])
  expect(registry.server.of(token)).toHaveLength(1)
})

test('a wait for a retry is given up', async () => {
  const server = await fakes.server()
  server.on(TAGS, tooManyRequests('25'))
  const abort = new AbortController()
  const service = new ContainerRegistryService({
    logger: { warn: () => abort.abort() },
    registries: { [HOST]: { url: server.origin } },
  })
  expect(await failure(service.listTags(app(), { signal: abort.signal }))).toMatchObject({ code: 'ABORTED' })
})

test('an abort after the end changes nothing', async () => {
  const server = await fakes.server()
  server.always(TAGS, json({ tags: ['1'] }))
  const { service } = serviceOn({ registry: server })
  const abort = new AbortController()
  const tags = await service.listTags(app(), { signal: abort.signal })
  abort.abort()
  expect(tags).toEqual(['1'])
  expect(await service.listTags(app())).toEqual(['1'])
})

test('an aborted lookup is not remembered', async () => {
  const server = await fakes.server()
  server.on(manifest('1.0.0'), silence(), reply(404))
  const { service } = serviceOn({ registry: server })
  const abort = new AbortController()
  const aborted = failure(service.getSourceUrl(app(), { signal: abort.signal }))
  await server.asked(manifest('1.0.0'))
  abort.abort()
  expect(await aborted).toMatchObject({ code: 'ABORTED' })
  expect(await service.getSourceUrl(app())).toBeNull()
})

test('a timeout signal gives its reason', async () => {
  const server = await fakes.server()
  server.on(TAGS, silence())
  const { service } = serviceOn({ registry: server })
  const error = await failure(service.listTags(app(), { signal: AbortSignal.timeout(20) }))
  expect(error).toMatchObject({ code: 'ABORTED', cause: { name: 'TimeoutError' } })
})

test('the onabort of the caller is left alone', async () => {
  const server = await fakes.server()
  server.on(TAGS, json({ tags: [] }))
  const { signal } = new AbortController()
  const onabort = jest.fn()
  signal.onabort = onabort
  await serviceOn({ registry: server }).service.listTags(app(), { signal })
  expect(signal.onabort).toBe(onabort)
})
