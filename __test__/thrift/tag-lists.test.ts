import { json, reply, singlePlatformImage } from '../../testing/registry'
import { app, HOST, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'

const fakes = useFakes()

const unchanged = (etag: string) => reply(304, '', { ETag: etag })
const list = (etag: string, ...tags: string[]) => json({ tags }, { ETag: etag })

async function world() {
  const server = await fakes.server()
  const { service, logger } = serviceOn({ registry: server })
  const sent = () => server.of(TAGS).map(({ headers }) => headers['if-none-match'])
  return { server, service, logger, sent }
}

test('a tag list that has not changed is not sent again', async () => {
  const { server, service, sent } = await world()
  server.on(TAGS, list('"1"', '1.0', '1.1', '1.0'), unchanged('"1"'), unchanged('"1"'))
  for (const _ of [1, 2, 3]) expect(await service.listTags(app())).toEqual(['1.0', '1.1', '1.0'])
  expect(sent()).toEqual([undefined, '"1"', '"1"'])
})

test('a tag list that has changed takes the place of the old one', async () => {
  const { server, service, sent } = await world()
  server.on(TAGS, list('"1"', '1.0'), list('W/"2"', '1.0', '1.1'), unchanged('W/"2"'))
  expect(await service.listTags(app())).toEqual(['1.0'])
  expect(await service.listTags(app())).toEqual(['1.0', '1.1'])
  expect(await service.listTags(app())).toEqual(['1.0', '1.1'])
  expect(sent()).toEqual([undefined, '"1"', 'W/"2"'])
})

test('every call asks: what is stale is never taken to be fresh', async () => {
  const { server, service } = await world()
  server.on(TAGS, json({ tags: ['1'] }), json({ tags: ['1', '2'] }), json({ tags: [] }))
  expect(await service.listTags(app())).toEqual(['1'])
  expect(await service.listTags(app())).toEqual(['1', '2'])
  expect(await service.listTags(app())).toEqual([])
})

test('a list that was kept whole serves a check of updates, and the other way round', async () => {
  const { server, service } = await world()
  const { root, contents } = singlePlatformImage()
  const tags = ['1.0.0', 'nightly', '1.1.0']
  server.on(TAGS, list('"1"', ...tags), unchanged('"1"'), unchanged('"1"'))
  for (const tag of ['1.0.0', '1.1.0']) {
    server.on(`GET /v2/${NAME}/manifests/${tag}`, reply(200, root.body, { 'Content-Type': root.mediaType }))
  }
  const config = contents.find(({ digest }) => digest !== root.digest)
  server.on(`GET /v2/${NAME}/blobs/${config?.digest}`, reply(200, config?.body))
  const updates = [{ tag: '1.1.0', isLatest: true }]
  expect(await service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'amd64')).toEqual(updates)
  expect(await service.listTags(app())).toEqual(tags)
  expect(await service.getAvailableUpdates(`${HOST}/${NAME}:1.0.0`, 'amd64')).toEqual(updates)
})

test('a list of several pages is asked for whole: the ETag is that of a page', async () => {
  const { server, service } = await world()
  const next = `/v2/${NAME}/tags/list?n=1000&last=1`
  const first = json({ tags: ['1'] }, { ETag: '"page"', Link: `<${next}>; rel="next"` })
  server.on(TAGS, first, first)
  server.on(`GET ${next}`, list('"last"', '2'), list('"last"', '2', '3'))
  expect(await service.listTags(app())).toEqual(['1', '2'])
  expect(await service.listTags(app())).toEqual(['1', '2', '3'])
  expect(server.requests.map(({ headers }) => headers['if-none-match'])).toEqual(Array(4).fill(undefined))
})

test('what is no tag is left out of a list, which is kept without it', async () => {
  const { server, service, sent } = await world()
  const odd = list('"1"', '1', 'two\nlines', '')
  server.on(TAGS, odd, odd)
  for (const _ of [1, 2]) expect(await service.listTags(app())).toEqual(['1'])
  expect(sent()).toEqual([undefined, '"1"'])
})

test('a refusal leaves what is known', async () => {
  const { server, service, sent } = await world()
  server.on(TAGS, list('"1"', '1'), reply(500), unchanged('"1"'))
  expect(await service.listTags(app())).toEqual(['1'])
  await expect(service.listTags(app())).rejects.toMatchObject({ code: 'REGISTRY_ERROR', status: 500 })
  expect(await service.listTags(app())).toEqual(['1'])
  expect(sent()).toEqual([undefined, '"1"', '"1"'])
})

test('a 304 to somebody who knows nothing is no tag list', async () => {
  const { server, service } = await world()
  server.on(TAGS, unchanged('"1"'))
  await expect(service.listTags(app())).rejects.toMatchObject({
    status: 304,
    message: `Failed to list tags for ${NAME}: 304`,
  })
})

test('a cleared cache asks for the list itself', async () => {
  const { server, service, sent } = await world()
  server.on(TAGS, list('"1"', '1'), list('"1"', '1'))
  await service.listTags(app())
  await service.clearCache()
  expect(await service.listTags(app())).toEqual(['1'])
  expect(sent()).toEqual([undefined, undefined])
})
