import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Writable } from 'node:stream'
import pino from 'pino'
import { type CheckEvent, ContainerRegistryService, type RequestEvent } from '..'
import { multiPlatformImage, reply, tooManyRequests } from '../testing/registry'
import { failure } from './support/failure'
import { app, HOST, NAME, serviceOn, TAGS, useFakes, wired } from './support/fakes'

const fakes = useFakes()
const REQUESTS = 'container-registry-service:request'
const CHECKS = 'container-registry-service:check'

/** What a channel is told until the end of the test. */
function listen<Event>(name: string): Event[] {
  const events: Event[] = []
  const listener = (event: unknown) => events.push(event as Event)
  subscribe(name, listener)
  ends.push(() => unsubscribe(name, listener))
  return events
}

const ends: Array<() => void> = []
afterEach(() => {
  for (const end of ends.splice(0)) end()
})

async function registry() {
  const registry = await fakes.registry()
  const image = (version: string) => multiPlatformImage({ platforms: ['linux/amd64'], labels: { version } })
  registry.repository(NAME).push('1.0.0', image('1.0.0')).push('1.1.0', image('1.1.0'))
  return registry
}

describe('requests', () => {
  test('are told of before the answer, with what they were for', async () => {
    const fake = await registry()
    const events = listen<RequestEvent>(REQUESTS)
    const service = new ContainerRegistryService(wired({ registry: fake }))
    await service.listTags(app())
    const { host } = fake.server
    const usual = { host, method: 'GET', attempt: 1, cache: 'miss', milliseconds: expect.any(Number) }
    expect(events).toEqual([
      { ...usual, kind: 'tags', status: 401, bytes: expect.any(Number) },
      { ...usual, kind: 'token', status: 200, bytes: expect.any(Number) },
      { ...usual, kind: 'tags', status: 200, bytes: '{"name":"team/app","tags":["1.0.0","1.1.0"]}'.length },
    ])
  })

  test('are counted by attempt, and say what kept them from an answer', async () => {
    const server = await fakes.server()
    const events = listen<RequestEvent>(REQUESTS)
    const { service } = serviceOn({ registry: server }, { maxRetries: 1 })
    server.on(TAGS, tooManyRequests('0'), reply(200, '{"tags":[]}'))
    await service.listTags(app())
    expect(events.map(({ attempt, status }) => [attempt, status])).toEqual([
      [1, 429],
      [2, 200],
    ])

    events.length = 0
    const hasty = new ContainerRegistryService({
      ...wired({ registry: server }),
      maxRetries: 0,
      timeoutMs: 50,
    })
    server.on(TAGS, () => new Promise(() => {}))
    expect(await failure(hasty.listTags(app()))).toMatchObject({ code: 'TIMEOUT' })
    expect(events).toEqual([expect.objectContaining({ error: 'TIMEOUT', bytes: 0 })])
    expect(events[0]).not.toHaveProperty('status')
  })

  test('have no secret in them', async () => {
    const fake = await registry()
    const events = listen<RequestEvent>(REQUESTS)
    const { url } = wired({ registry: fake }).registries?.[HOST] ?? {}
    const options = { registries: { [HOST]: { url, username: 'somebody', password: 'hunter2' } } }
    const service = new ContainerRegistryService({ ...options, github: { token: 'ghp_secret' } })
    await service.listTags(app())
    expect(events.length).toBeGreaterThan(2)
    const text = JSON.stringify(events)
    for (const secret of ['somebody', 'hunter2', 'ghp_secret', 'token-1', NAME])
      expect(text).not.toContain(secret)
  })

  test('that nobody asked to hear of are not told, nor kept for later', async () => {
    const fake = await registry()
    const service = new ContainerRegistryService(wired({ registry: fake }))
    await service.listTags(app())
    const events = listen<RequestEvent>(REQUESTS)
    await service.listTags(app())
    expect(events.map(({ kind }) => kind)).toEqual(['tags'])
    for (const end of ends.splice(0)) end()
    await service.listTags(app())
    expect(events).toHaveLength(1)
  })
})

test('checks are told of, one for each image', async () => {
  const fake = await registry()
  const events = listen<CheckEvent>(CHECKS)
  const { service } = serviceOn({ registry: fake })
  await service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'amd64')
  const usual = { arch: 'amd64', milliseconds: expect.any(Number) }
  const found = { ...usual, image: `${HOST}/${NAME}:1.0.0`, status: 'update-available', updates: 1 }
  expect(events).toEqual([found])
  await service.getAvailableUpdates('redis:latest', 'amd64')
  expect(events[1]).toEqual({ ...usual, image: 'redis:latest', status: 'unorderable', updates: 0 })

  events.length = 0
  await service.checkImages([`${HOST}/${NAME}:1.0.0`, `${HOST}/${NAME}:1.1.0`, 'No Image'], { arch: 'amd64' })
  expect(events).toHaveLength(3)
  expect(events).toEqual(
    expect.arrayContaining([
      found,
      { ...usual, image: `${HOST}/${NAME}:1.1.0`, status: 'up-to-date', updates: 0 },
      { ...usual, image: 'No Image', status: 'failed', error: 'INVALID_REFERENCE', updates: 0 },
    ]),
  )
})

test('a logger that takes an object first is given one', async () => {
  const lines: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  const service = new ContainerRegistryService({ logger: pino({ level: 'debug' }, stream) })
  await service.getAvailableUpdates('redis:latest', 'amd64')
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    expect.objectContaining({
      level: 40,
      module: 'container-registry-service',
      msg: expect.stringContaining('Cannot check updates for redis:latest'),
    }),
  ])
})
