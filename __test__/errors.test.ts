import { ContainerRegistryService } from '..'
import { CUT, json, reply } from '../testing/registry'
import { failure, thrown } from './support/failure'
import { app, HOST, NAME, serviceOn, TAGS, useFakes } from './support/fakes'
import { silence } from './support/gate'

const fakes = useFakes()

test('an error is a real one, with what is known and nothing else', async () => {
  const server = await fakes.server()
  server.on(TAGS, reply(404))
  const error = await failure(serviceOn({ registry: server }).service.listTags(app()))
  expect(error).toBeInstanceOf(Error)
  expect(error.name).toBe('ContainerRegistryError')
  expect(Object.keys(error).sort()).toEqual(['code', 'host', 'name', 'status', 'transient'])
  expect(error).not.toHaveProperty('cause')
  expect(error.stack).toContain('errors.test.ts')
  expect(String(error)).toBe(`ContainerRegistryError: Failed to list tags for ${NAME}: 404`)
})

test('its message is not lost in JSON, nor in that of a report', async () => {
  const server = await fakes.server()
  server.on(TAGS, reply(404))
  const { service } = serviceOn({ registry: server })
  const error = await failure(service.listTags(app()))
  const { code, host, name, status, transient, message } = error
  expect(JSON.parse(JSON.stringify(error))).toEqual({ code, host, name, status, transient, message })
  expect(message).toBe(`Failed to list tags for ${NAME}: 404`)

  const report = await service.checkImage('NGINX')
  expect(JSON.parse(JSON.stringify(report)).error).toMatchObject({ message: report.error?.message })
})

describe('detail is what the server says', () => {
  const long = 'é'.repeat(500)

  test.each([
    [
      'code and message',
      json({ errors: [{ code: 'DENIED', message: 'no', detail: {} }, { code: 'X' }] }, {}, 403),
      'DENIED: no',
    ],
    ['a code', json({ errors: [{ code: 'DENIED' }] }, {}, 403), 'DENIED'],
    ['a message', json({ message: 'Not Found' }, {}, 404), 'Not Found'],
    ['text', reply(502, '<html>\r\n\u001b[31mBad   gateway</html>'), '<html> [31mBad gateway</html>'],
    ['too much', reply(500, long), long.slice(0, 200)],
  ])('in %s', async (_, answer, detail) => {
    const server = await fakes.server()
    server.on(TAGS, answer)
    expect((await failure(serviceOn({ registry: server }).service.listTags(app()))).detail).toBe(detail)
  })

  test.each([
    ['nothing', reply(500)],
    ['JSON without words', json({ a: 1 }, {}, 500)],
    ['blanks', reply(500, ' \r\n ')],
  ])('and absent for %s', async (_, answer) => {
    const server = await fakes.server()
    server.on(TAGS, answer)
    expect(await failure(serviceOn({ registry: server }).service.listTags(app()))).not.toHaveProperty(
      'detail',
    )
  })
})

describe('NETWORK', () => {
  test('is a server that is not there', async () => {
    const server = await fakes.server()
    const { service } = serviceOn({ registry: server })
    await server.close()
    const error = await failure(service.listTags(app()))
    expect(error).toMatchObject({ code: 'NETWORK', host: server.host })
    expect(error.message).toContain(server.host)
    expect(error.cause).toBeInstanceOf(Error)
    expect((error.cause as Error).message).toMatch(/refused/i)
    expect(error).not.toHaveProperty('status')
  })

  test('is a name that leads nowhere', async () => {
    const service = new ContainerRegistryService()
    const error = await failure(service.listTags({ ...app(), registry: 'nowhere.invalid' }))
    expect(error).toMatchObject({ code: 'NETWORK', host: 'nowhere.invalid' })
    expect(error.cause).toBeInstanceOf(Error)
  })

  test.each([
    ['before an answer', CUT],
    ['within an answer', { status: 200, body: '{"tags":["1.0"]}', cutAfter: 5 }],
  ])('is a connection that is cut %s', async (_, answer) => {
    const server = await fakes.server()
    server.always(TAGS, answer)
    const error = await failure(serviceOn({ registry: server }).service.listTags(app()))
    expect(error).toMatchObject({ code: 'NETWORK', host: server.host, cause: expect.any(Error) })
  })
})

test('TIMEOUT is a server that does not answer', async () => {
  const server = await fakes.server()
  server.on(TAGS, silence())
  const error = await failure(serviceOn({ registry: server }, { timeoutMs: 50 }).service.listTags(app()))
  expect(error).toMatchObject({ code: 'TIMEOUT', host: server.host, cause: expect.any(Error) })
  expect(error.message).toContain('50 ms')
})

test('INVALID_REFERENCE and INVALID_ARGUMENT name what they are about', () => {
  const service = new ContainerRegistryService()
  expect(thrown(() => service.parseImageReference('No Such Thing'))).toMatchObject({
    code: 'INVALID_REFERENCE',
    message: expect.stringContaining('No Such Thing'),
  })
  expect(thrown(() => service.parseImageReference(7 as never))).toMatchObject({
    code: 'INVALID_ARGUMENT',
    message: expect.stringContaining('image'),
  })
})

test('a URL in a message has no secrets', async () => {
  const server = await fakes.server()
  const next = `/v2/${NAME}/tags/list?token=secret&n=7`
  server.on(TAGS, json({ tags: ['1'] }, { Link: `<${next}>; rel="next"` })).always(`GET ${next}`, CUT)
  const error = await failure(serviceOn({ registry: server }).service.listTags(app()))
  expect(error).toMatchObject({ code: 'NETWORK', message: expect.stringContaining('n=7') })
  expect(JSON.stringify([error.message, String(error.cause)])).not.toContain('secret')
})

test('one host, one name: the host is the one that was asked', async () => {
  const [server, tokens] = [await fakes.server(), await fakes.server()]
  server.on(TAGS, reply(401, '', { 'WWW-Authenticate': `Bearer realm="${tokens.origin}/token"` }))
  tokens.on('GET /token', reply(500))
  const error = await failure(serviceOn({ registry: server }).service.listTags(app()))
  expect(error).toMatchObject({ host: tokens.host, message: `Failed to get auth token from ${HOST}: 500` })
})
