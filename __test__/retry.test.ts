import { ContainerRegistryService } from '..'
import { type FakeServer, json, reply, tooManyRequests } from '../testing/registry'
import { failure } from './support/failure'
import { app, HOST, NAME, serviceOn, TAGS, useFakes } from './support/fakes'

const fakes = useFakes()

const TAG_LIST = json({ tags: ['1'] })
const line = (server: FakeServer, delay: number) =>
  `[ContainerRegistryService] Rate limited on ${server.origin}${TAGS.slice(4)}, retrying in ${delay}ms`

/** As many 429s as were asked for. */
const busy = (times: number, retryAfter = '0') =>
  Array.from({ length: times }, () => tooManyRequests(retryAfter))

test('a 429 is tried again up to three times, each with a warning', async () => {
  const server = await fakes.server()
  server.on(TAGS, ...busy(3), TAG_LIST)
  const { service, logger } = serviceOn({ registry: server })
  expect(await service.listTags(app())).toEqual(['1'])
  const warning = { level: 'warn', message: line(server, 0) }
  expect(logger.lines).toEqual([warning, warning, warning])
})

test('the fourth 429 is the answer', async () => {
  const server = await fakes.server()
  server.on(TAGS, ...busy(4))
  const { service, logger } = serviceOn({ registry: server })
  expect(await failure(service.listTags(app()))).toMatchObject({
    code: 'RATE_LIMITED',
    status: 429,
    message: `Failed to list tags for ${NAME}: 429`,
    host: server.host,
    detail: 'slow down',
  })
  expect(logger.warnings).toHaveLength(3)
})

test.each([0, 1, 5])('maxRetries %i is how often it is tried again', async (maxRetries) => {
  const server = await fakes.server()
  server.on(TAGS, ...busy(maxRetries + 1))
  const { service, logger } = serviceOn({ registry: server }, { maxRetries })
  expect(await failure(service.listTags(app()))).toMatchObject({ code: 'RATE_LIMITED' })
  expect(logger.warnings).toHaveLength(maxRetries)
})

test.each([402, 408, 425, 500, 502, 503, 504])('status %i is not tried again', async (status) => {
  const server = await fakes.server()
  server.on(TAGS, reply(status, '', { 'Retry-After': '0' }))
  expect(await failure(serviceOn({ registry: server }).service.listTags(app()))).toMatchObject({ status })
})

test('tokens are tried again too, and the log tells no more of the URL than it may', async () => {
  const registry = await fakes.registry()
  registry.repository(NAME).list('1')
  registry.server.on('GET /token', tooManyRequests('0'))
  const { service, logger } = serviceOn({ registry })
  expect(await service.listTags(app())).toEqual(['1'])
  const url = `${registry.server.origin}/token?service=fake&scope=repository:${NAME}:pull`
  expect(logger.warnings).toEqual([`[ContainerRegistryService] Rate limited on ${url}, retrying in 0ms`])
})

test('what a server asked to be sent in a URL is not logged', async () => {
  const server = await fakes.server()
  const next = `/v2/${NAME}/tags/list?last=1&signature=secret`
  server.on(TAGS, json({ tags: ['1'] }, { Link: `<${next}>; rel="next"` }))
  server.on(`GET ${next}`, tooManyRequests('0'), TAG_LIST)
  const { service, logger } = serviceOn({ registry: server })
  await service.listTags(app())
  expect(logger.warnings).toEqual([expect.stringContaining('last=1')])
  expect(logger.warnings.join()).not.toContain('secret')
})

describe('the wait', () => {
  test('is what Retry-After says, in seconds or as a date', async () => {
    const server = await fakes.server()
    const past = new Date(0).toUTCString()
    server.on(TAGS, tooManyRequests('0'), tooManyRequests(past), tooManyRequests(' 0 '), TAG_LIST)
    const { service, logger } = serviceOn({ registry: server })
    await service.listTags(app())
    expect(logger.warnings).toEqual([line(server, 0), line(server, 0), line(server, 0)])
  })

  /** The milliseconds that the service means to wait; the wait itself is given up. */
  async function announced(retryAfter: string | undefined, answered = 0): Promise<number> {
    const server = await fakes.server()
    server.on(TAGS, ...busy(answered), tooManyRequests(retryAfter))
    const abort = new AbortController()
    let wait = Number.NaN
    const warn = (message: string) => {
      wait = Number(/retrying in (\d+)ms$/.exec(message)?.[1])
      if (wait > 0) abort.abort()
    }
    const service = new ContainerRegistryService({
      logger: { warn },
      registries: { [HOST]: { url: server.origin } },
    })
    expect(await failure(service.listTags(app(), { signal: abort.signal }))).toMatchObject({
      code: 'ABORTED',
    })
    return wait
  }

  test.each([
    [0, 1000],
    [1, 2000],
    [2, 4000],
  ])('without Retry-After after %i retries is %i ms', async (retries, wait) => {
    expect(await announced(undefined, retries)).toBe(wait)
  })

  test.each(['soon', '-5', '985.86\u00b5s', ''])(
    'with an unreadable Retry-After (%j) is 1,000 ms',
    async (value) => {
      expect(await announced(Buffer.from(value).toString('latin1'))).toBe(1000)
    },
  )

  test('of 17 seconds is 17,000 ms', async () => {
    expect(await announced('17')).toBe(17_000)
  })

  test('until a date lasts until then', async () => {
    const wait = await announced(new Date(Date.now() + 20_000).toUTCString())
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(20_000)
  })

  test.each(['31', '99999999999999999999', new Date(Date.now() + 3_600_000).toUTCString()])(
    'that is too long (%s) is not begun: the 429 is the answer',
    async (retryAfter) => {
      const server = await fakes.server()
      server.on(TAGS, tooManyRequests(retryAfter))
      const { service, logger } = serviceOn({ registry: server })
      expect(await failure(service.listTags(app()))).toMatchObject({ code: 'RATE_LIMITED', status: 429 })
      expect(logger.lines).toEqual([])
    },
  )

  test('is too long beyond maxRetryDelayMs', async () => {
    const server = await fakes.server()
    server.on(TAGS, tooManyRequests('1'))
    const { service } = serviceOn({ registry: server }, { maxRetryDelayMs: 999 })
    expect(await failure(service.listTags(app()))).toMatchObject({ code: 'RATE_LIMITED' })
  })

  test('that nobody asked for is no longer than maxRetryDelayMs', async () => {
    const server = await fakes.server()
    server.on(TAGS, tooManyRequests(), tooManyRequests(), TAG_LIST)
    const { service, logger } = serviceOn({ registry: server }, { maxRetryDelayMs: 5 })
    expect(await service.listTags(app())).toEqual(['1'])
    expect(logger.warnings).toEqual([line(server, 5), line(server, 5)])
  })
})
