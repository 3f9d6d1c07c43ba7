import { json, reply, singlePlatformImage } from '../../testing/registry'
import { HOST, serviceOn, useFakes } from '../support/fakes'
import { NOW } from './world'

const fakes = useFakes()
const LIST = 'GET /api/v1/products/full'
/** As the API writes it, a year after the facts that the package carries. */
const FEED = {
  schema_version: '1.2.0',
  generated_at: '2099-01-02T03:04:05+00:00',
  total: 1,
  result: [
    {
      name: 'nodejs',
      label: 'Node.js',
      identifiers: [{ type: 'purl', id: 'pkg:docker/library/node' }],
      releases: [
        {
          name: '99',
          codename: null,
          label: '99',
          releaseDate: '2098-05-05',
          isLts: true,
          ltsFrom: null,
          isEol: false,
          eolFrom: '2101-04-30',
          isMaintained: true,
        },
      ],
    },
  ],
}

/** A service in front of images with these full paths and tags. */
async function world(images: string[], lifecycle?: object | false) {
  const registry = await fakes.registry()
  for (const image of images) {
    const [path = '', tag = ''] = image.split(':')
    registry.repository(path).push(tag, singlePlatformImage({ labels: { image } }))
  }
  const { service, logger } = serviceOn({ registry }, lifecycle === undefined ? {} : { lifecycle })
  const lifecycleOf = async (image: string) =>
    (await service.checkImage(`${HOST}/${image}`, { arch: 'amd64', policy: { now: NOW } })).lifecycle
  return { service, logger, lifecycleOf, registry }
}

test('`false` leaves it out of reports, and policies go on', async () => {
  const { service, registry } = await world(['library/node:22.1.0', 'library/node:25.1.0'], false)
  const report = await service.checkImage(`${HOST}/library/node:22.1.0`, {
    arch: 'amd64',
    policy: { now: NOW, track: 'major' },
  })
  expect(report).not.toHaveProperty('lifecycle')
  expect(report.latest.major).toMatchObject({ tag: '25.1.0' })
  expect(report.latest.major).not.toHaveProperty('lifecycle')
  expect(report.updates).toEqual([])
  expect(registry.server.requests.length).toBeGreaterThan(0)
})

test('images of one’s own have the product that they are said to hold', async () => {
  const images = { [`${HOST}/team/pg`]: 'postgresql' }
  const { lifecycleOf } = await world(['team/pg:16.1', 'team/other:16.1'], { images })
  expect(await lifecycleOf('team/pg:16.1')).toMatchObject({ product: 'postgresql', cycle: '16' })
  expect(await lifecycleOf('team/other:16.1')).toBeUndefined()
})

describe('refresh', () => {
  test('current facts are asked for once, and serve', async () => {
    const server = await fakes.server()
    server.on(LIST, json(FEED, { ETag: '"1"' }))
    const refresh = `${server.origin}/api/v1/products/full`
    const { lifecycleOf, logger } = await world(['library/node:99.1.0', 'library/redis:8.8.1'], { refresh })
    const [node] = await Promise.all([lifecycleOf('library/node:99.1.0'), lifecycleOf('library/redis:8.8.1')])
    expect(node).toMatchObject({ cycle: '99', endsAt: '2101-04-30', lts: true, asOf: '2099-01-02' })
    // The list has no such product, and what it has is the whole of it.
    expect(await lifecycleOf('library/redis:8.8.1')).toBeUndefined()
    expect(server.routes).toEqual([LIST])
    expect(logger.lines).toEqual([])
  })

  test('they are kept in all layers of the cache, and asked for with their ETag', async () => {
    const server = await fakes.server()
    server.on(LIST, json(FEED, { ETag: '"1"' }))
    const refresh = `${server.origin}/api/v1/products/full`
    const { service, lifecycleOf } = await world(['library/node:99.1.0'], { refresh })
    await lifecycleOf('library/node:99.1.0')
    await service.clearCache()
    server.on(LIST, json(FEED, { ETag: '"1"' }))
    expect(await lifecycleOf('library/node:99.1.0')).toMatchObject({ cycle: '99' })
    expect(server.routes).toEqual([LIST, LIST])
  })

  test.each([
    ['a server that is down', reply(503), /503/],
    ['a server that knows nothing', reply(404), /404/],
    ['a web page', reply(200, '<html>'), /no list of products/],
    ['a list without a day', json({ ...FEED, generated_at: 'today' }), /no day or no product/],
    ['an endless list', reply(200, ' '.repeat(9999)), /limits\.supportBytes/],
  ])('%s leaves those that the package carries, with their date and a log line', async (_, answer, why) => {
    const server = await fakes.server()
    server.on(LIST, answer)
    const refresh = `${server.origin}/api/v1/products/full`
    const registry = await fakes.registry()
    registry.repository('library/node').push('22.1.0', singlePlatformImage())
    const { service, logger } = serviceOn(
      { registry },
      { lifecycle: { refresh }, limits: { supportBytes: 5000 } },
    )
    // Who comes soon after a failure does not ask again.
    for (const _ of [1, 2]) {
      const report = await service.checkImage(`${HOST}/library/node:22.1.0`, { arch: 'amd64' })
      expect(report.lifecycle).toMatchObject({ cycle: '22', asOf: expect.stringMatching(/^202\d-/) })
      expect(report.warnings).toEqual([])
    }
    expect(logger.warnings).toEqual([expect.stringMatching(/Support data of 202\d-\d\d-\d\d are used: /)])
    expect(logger.warnings[0]).toMatch(why)
    expect(server.routes).toEqual([LIST])
  })

  test('facts that are older than those that the package carries do not replace them', async () => {
    const server = await fakes.server()
    server.on(LIST, json({ ...FEED, generated_at: '2020-01-02T03:04:05+00:00' }))
    const refresh = `${server.origin}/api/v1/products/full`
    const { lifecycleOf } = await world(['library/redis:8.8.1'], { refresh })
    expect(await lifecycleOf('library/redis:8.8.1')).toMatchObject({ product: 'redis', cycle: '8.8' })
  })
})

test.each([
  ['lifecycle', true],
  ['lifecycle', 'yes'],
  ['lifecycle has an unknown key "url"', { url: 'https://x' }],
  ['lifecycle.refresh', { refresh: 'somewhere' }],
  ['lifecycle.refresh', { refresh: 7 }],
  ['lifecycle.everyHours', { everyHours: 0 }],
  ['lifecycle.images', { images: 'postgresql' }],
  ['lifecycle.images["registry.example/pg"]', { images: { 'registry.example/pg': 'postgresq' } }],
  ['lifecycle.images["registry.example/pg"]', { images: { 'registry.example/pg': 7 } }],
  ['lifecycle.images["No Image"]', { images: { 'No Image': 'postgresql' } }],
])('%s is refused: %j', async (message, lifecycle) => {
  expect(() => serviceOn({}, { lifecycle } as object)).toThrow(
    expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(message) }),
  )
})
