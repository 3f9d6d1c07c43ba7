import {
  FakeServer,
  multiPlatformImage,
  reply,
  singlePlatformImage,
  tooManyRequests,
} from '../../testing/registry'
import { FakeRegistry } from '../support/fake-registry'
import { Programs } from './support/program'

let programs: Programs

beforeAll(async () => {
  programs = await Programs.compile()
})

afterAll(() => programs?.remove())

async function registry(): Promise<FakeRegistry> {
  const registry = await FakeRegistry.start()
  const image = multiPlatformImage({ platforms: ['linux/amd64'] })
  registry.repository('team/app').push('1.0.0', image).push('1.1.0', image)
  return registry
}

test('the old service file is one line, and its log goes to the app from boot on', async () => {
  const { answer, logged } = await programs.runWithLog('dropin')
  expect(answer).toEqual({ injected: true, answer: [] })
  const images = logged.map((line) => /for (\w+):latest/.exec(line)?.[1] ?? line)
  expect(images).toEqual(['unbooted', 'booted', 'redis', 'undefined'])
})

test('outside of an app it is the class itself, and nothing is printed', async () => {
  expect(await programs.run('outside')).toEqual({
    works: 'library/redis',
    isTheClass: true,
    answer: [],
    warnings: [],
  })
})

test('the provider keeps one service with the settings of the app, and closes it', async () => {
  const fake = await registry()
  const { answer, logged } = await programs.runWithLog('provided', fake.server.origin)
  const tags = ['1.0.0', '1.1.0']
  expect(answer).toEqual({ one: true, tags, sameTags: tags, closed: 'ABORTED' })
  expect(logged).toEqual([expect.stringContaining('redis:latest')])
  await fake.server.close()
})

test('a mistake in the settings is named', async () => {
  expect(await programs.run('provided', 'http://127.0.0.1:1', 'polciy')).toEqual({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('polciy'),
  })
})

describe('the health check', () => {
  const IMAGE = 'registry.example/team/app:1.0.0'

  test('is content where registries answer', async () => {
    const fake = await registry()
    expect(await programs.run('health', fake.server.origin, IMAGE)).toEqual({
      isHealthy: true,
      name: 'Registries',
      status: 'ok',
      message: 'All registries answer',
      meta: { images: [{ image: IMAGE, status: 'OK' }], rateLimitRemaining: {} },
    })
    await fake.server.close()
  })

  test('warns of a registry that asks for patience', async () => {
    const server = await FakeServer.start(() => tooManyRequests())
    expect(await programs.run('health', server.origin, IMAGE)).toMatchObject({
      isHealthy: true,
      status: 'warning',
      meta: { images: [{ status: 'RATE_LIMITED' }] },
    })
    await server.close()
  })

  test('warns before a registry runs short of requests', async () => {
    const digest = `sha256:${'a'.repeat(64)}`
    const headers = { 'Docker-Content-Digest': digest, 'RateLimit-Remaining': '3;w=21600' }
    const server = await FakeServer.start(() => reply(200, '', headers))
    expect(await programs.run('health', server.origin, IMAGE)).toMatchObject({
      isHealthy: true,
      status: 'warning',
      message: expect.stringContaining('allows 3 more requests'),
    })
    await server.close()
  })

  test('warns of an image whose support has ended only where the app asks for it', async () => {
    const fake = await FakeRegistry.start()
    const image = 'registry.example/cache/library/postgres:9.6.1'
    fake.repository('cache/library/postgres').push('9.6.1', singlePlatformImage())
    expect(await programs.run('health', fake.server.origin, image)).toMatchObject({
      status: 'ok',
      meta: { images: [{ image, status: 'OK' }] },
    })
    expect(await programs.run('health', fake.server.origin, image, '10000', 'asks')).toMatchObject({
      isHealthy: true,
      status: 'warning',
      message: `${image} is not supported since 2021-11-11`,
      meta: { images: [{ image, status: 'OK', support: 'ended' }] },
    })
    await fake.server.close()
  })

  test('fails with a registry that fails or keeps silent', async () => {
    const failing = await FakeServer.start(() => reply(500))
    expect(await programs.run('health', failing.origin, IMAGE)).toMatchObject({
      isHealthy: false,
      status: 'error',
      meta: { images: [{ status: 'REGISTRY_ERROR' }] },
    })
    await failing.close()

    const silent = await FakeServer.start()
    silent.always('HEAD /v2/team/app/manifests/1.0.0', () => new Promise(() => {}))
    silent.always('GET /v2/', () => new Promise(() => {}))
    expect(await programs.run('health', silent.origin, IMAGE, '300')).toMatchObject({
      isHealthy: false,
      message: `No answer about ${IMAGE} within 300 ms`,
      meta: { images: [{ status: 'TIMEOUT' }] },
    })
    await silent.close()
  })
})
