import { gzipSync } from 'node:zlib'
import { json, refusal, reply } from '../testing/registry'
import { failure } from './support/failure'
import { app, HOST, NAME, serviceOn, TAGS, useFakes } from './support/fakes'

const fakes = useFakes()

test('lists the tags of one page, with their duplicates, in the order of the registry', async () => {
  const server = await fakes.server()
  server.on(TAGS, json({ name: NAME, tags: ['2', '1', 'latest', '1', 'v1'] }))
  const { service, logger } = serviceOn({ registry: server })
  const tags = await service.listTags(app())
  expect(tags).toStrictEqual(['2', '1', 'latest', '1', 'v1'])
  expect(logger.lines).toEqual([])
})

test('only registry and fullName of the reference count', async () => {
  const server = await fakes.server()
  server.on(TAGS, json({ tags: ['1'] }))
  const { service } = serviceOn({ registry: server })
  const reference = { registry: HOST, fullName: NAME, namespace: 'x', repo: 'y', tag: 'no tag at all' }
  expect(await service.listTags(reference)).toEqual(['1'])
})

test.each([
  ['null', { tags: null }],
  ['missing', {}],
  ['empty', { tags: [] }],
])('tags that are %s are an empty list', async (_, document) => {
  const server = await fakes.server()
  server.on(TAGS, json(document))
  expect(await serviceOn({ registry: server }).service.listTags(app())).toStrictEqual([])
})

test('a list sent as text/plain is a list', async () => {
  const server = await fakes.server()
  server.on(TAGS, reply(200, '{"tags":["1"]}', { 'Content-Type': 'text/plain; charset=utf-8' }))
  expect(await serviceOn({ registry: server }).service.listTags(app())).toEqual(['1'])
})

describe('pages', () => {
  const SECOND = `/v2/${NAME}/tags/list?n=1000&last=2`

  test.each(['relative', 'absolute'] as const)('are followed by a Link that is %s', async (link) => {
    const registry = await fakes.registry({ pageSize: 2, link })
    registry.repository(NAME).list('1', '2', '3', '4', '5')
    const { service } = serviceOn({ registry })
    expect(await service.listTags(app())).toEqual(['1', '2', '3', '4', '5'])
    expect(registry.contentRoutes).toHaveLength(3)
    expect(registry.tokenRequests).toHaveLength(1)
  })

  test.each([
    `<${SECOND}>; rel="next"`,
    `<${SECOND}>;rel=next`,
    `</first>; rel="prev", <${SECOND}>; title="a, b; <c>"; rel="last next"`,
    ['</first>; rel="prev"', `<${SECOND}>; REL="NEXT"`],
    `<list?n=1000&last=2>; rel="next"`,
  ])('are followed by Link: %s', async (link) => {
    const server = await fakes.server()
    server
      .on(TAGS, json({ tags: ['1', '2'] }, { Link: link }))
      .on(`GET ${SECOND}`, json({ tags: ['2', '3'] }))
    expect(await serviceOn({ registry: server }).service.listTags(app())).toEqual(['1', '2', '2', '3'])
  })

  test('end with a Link that leads to no next page', async () => {
    const server = await fakes.server()
    server.on(TAGS, json({ tags: ['1'] }, { Link: `<${SECOND}>; rel="prev"` }))
    expect(await serviceOn({ registry: server }).service.listTags(app())).toEqual(['1'])
  })

  test('end with an empty page, whatever its Link says', async () => {
    const server = await fakes.server()
    server.on(TAGS, json({ tags: ['1'] }, { Link: `<${SECOND}>; rel="next"` }))
    server.on(`GET ${SECOND}`, json({ tags: [] }, { Link: `<${SECOND}&more>; rel="next"` }))
    expect(await serviceOn({ registry: server }).service.listTags(app())).toEqual(['1'])
  })

  test('end with a Link to a page that was there before', async () => {
    const server = await fakes.server()
    server.on(TAGS, json({ tags: ['1'] }, { Link: `</v2/${NAME}/tags/list?n=1000>; rel="next"` }))
    expect(await serviceOn({ registry: server }).service.listTags(app())).toEqual(['1'])
  })

  test('on another origin are refused, and that one is not asked', async () => {
    const [server, other] = [await fakes.server(), await fakes.server()]
    server.on(TAGS, json({ tags: ['1'] }, { Link: `<${other.origin}${SECOND}>; rel="next"` }))
    const error = await failure(serviceOn({ registry: server }).service.listTags(app()))
    expect(error).toMatchObject({ code: 'BAD_RESPONSE', host: server.host })
    expect(other.requests).toEqual([])
  })

  test('that are refused fail the whole list', async () => {
    const server = await fakes.server()
    server
      .on(TAGS, json({ tags: ['1'] }, { Link: `<${SECOND}>; rel="next"` }))
      .on(`GET ${SECOND}`, reply(502))
    expect(await failure(serviceOn({ registry: server }).service.listTags(app()))).toMatchObject({
      code: 'REGISTRY_ERROR',
      message: `Failed to list tags for ${NAME}: 502`,
      status: 502,
    })
  })
})

test.each([
  [400, 'REGISTRY_ERROR'],
  [401, 'AUTH_FAILED'],
  [403, 'AUTH_FAILED'],
  [404, 'NOT_FOUND'],
  [418, 'REGISTRY_ERROR'],
  [500, 'REGISTRY_ERROR'],
  [503, 'REGISTRY_ERROR'],
])('status %i rejects with %s', async (status, code) => {
  const server = await fakes.server()
  server.always('GET /v2/team/app/tags/list', refusal(status, 'SOME_CODE', 'some words'))
  const { service, logger } = serviceOn({ registry: server })
  expect(await failure(service.listTags(app()))).toMatchObject({
    code,
    status,
    message: `Failed to list tags for ${NAME}: ${status}`,
    host: server.host,
    detail: 'SOME_CODE: some words',
  })
  expect(logger.lines).toEqual([])
})

test.each([
  ['a tag that is no string', json({ tags: ['1', 2] })],
  ['tags that are no list', json({ tags: 'latest' })],
  ['no JSON', reply(200, '<html>')],
  ['nothing', reply(200)],
  ['half of it', reply(200, '{"tags": ["1", "2"')],
  ['a list', json(['1'])],
])('%s is a BAD_RESPONSE', async (_, answer) => {
  const server = await fakes.server()
  server.on(TAGS, answer)
  expect(await failure(serviceOn({ registry: server }).service.listTags(app()))).toMatchObject({
    code: 'BAD_RESPONSE',
    status: 200,
    host: server.host,
  })
})

test('a list beyond all bounds is TOO_LARGE, however small it was packed', async () => {
  const server = await fakes.server()
  const body = gzipSync(Buffer.alloc(64 * 1024 * 1024, ' '))
  server.on(TAGS, reply(200, body, { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' }))
  expect(await failure(serviceOn({ registry: server }).service.listTags(app()))).toMatchObject({
    code: 'TOO_LARGE',
    host: server.host,
  })
})
