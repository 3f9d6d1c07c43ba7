import { createHash } from 'node:crypto'
import { CUT, FakeServer, json, multiPlatformImage, reply, singlePlatformImage } from '../testing/registry'
import { failure } from './support/failure'
import { FakeGithub } from './support/fake-github'
import { FakeRegistry } from './support/fake-registry'
import { Gate } from './support/gate'

// What the other tests stand on: a fake that lets mistakes pass makes them worthless.

const get = (url: string, headers: Record<string, string> = {}) => fetch(url, { headers })

describe('FakeServer', () => {
  test('answers in sequence, then with what stands, and keeps what it was asked', async () => {
    const server = await FakeServer.start()
    server.on('GET /a?n=1', reply(201), reply(202)).always('GET /a', reply(203))
    const statuses = []
    for (const query of ['?n=1', '?n=1', '?n=2', ''])
      statuses.push((await get(`${server.origin}/a${query}`)).status)
    expect(statuses).toEqual([201, 202, 203, 203])
    expect(server.routes).toEqual(['GET /a?n=1', 'GET /a?n=1', 'GET /a?n=2', 'GET /a'])
    expect(server.requests[0]?.query.get('n')).toBe('1')
    await server.close()
  })

  test('fails for a request that nobody expected', async () => {
    const server = await FakeServer.start()
    expect((await get(`${server.origin}/x`)).status).toBe(599)
    expect((await failure(server.close())).message).toContain('unexpected request: GET /x')
  })

  test('fails for a script that was not played to its end', async () => {
    const server = await FakeServer.start()
    server.on('GET /x', reply(200), reply(200))
    await get(`${server.origin}/x`)
    expect((await failure(server.close())).message).toContain('not asked for, or not often enough: GET /x')
  })

  test('holds answers back, counts what is in flight, and sees who goes away', async () => {
    const server = await FakeServer.start()
    const gate = new Gate()
    server.on('GET /left', gate.hold(reply(200))).on('GET /kept', gate.hold(reply(200)))
    const abort = new AbortController()
    const left = fetch(`${server.origin}/left`, { signal: abort.signal }).catch(({ name }) => name)
    const kept = get(`${server.origin}/kept`)
    const { abandoned } = await server.asked('GET /left')
    await server.asked('GET /kept')
    expect(server.mostInFlight).toBe(2)
    abort.abort()
    expect(await left).toBe('AbortError')
    await abandoned
    gate.open()
    expect((await kept).status).toBe(200)
    await server.close()
  })

  test('cuts connections before and within an answer', async () => {
    const server = await FakeServer.start()
    server.on('GET /x', CUT, { status: 200, body: 'whole', cutAfter: 2 })
    expect((await failure(get(`${server.origin}/x`))).name).toBe('TypeError')
    const begun = await get(`${server.origin}/x`)
    expect(begun.status).toBe(200)
    expect((await failure(begun.text())).name).toBe('TypeError')
    await server.close()
  })
})

describe('FakeRegistry', () => {
  test('wants a token of its own for the right repository', async () => {
    const registry = await FakeRegistry.start()
    registry.repository('team/app').list('1.0')
    registry.repository('team/other')
    const tags = `${registry.server.origin}/v2/team/app/tags/list`
    const refused = await get(tags)
    expect(refused.status).toBe(401)
    const [, realm, service, scope] =
      /^Bearer realm="(.+)",service="(.+)",scope="(.+)"$/.exec(
        refused.headers.get('www-authenticate') ?? '',
      ) ?? []
    const token = async (scope: string | undefined) => {
      const response = await get(`${realm}?service=${service}&scope=${scope}`)
      return { Authorization: `Bearer ${((await response.json()) as { token: string }).token}` }
    }
    expect((await get(tags, await token('repository:team/other:pull'))).status).toBe(401)
    const good = await token(scope)
    expect(await (await get(tags, good)).json()).toEqual({ name: 'team/app', tags: ['1.0'] })
    registry.revokeTokens()
    expect((await get(tags, good)).status).toBe(401)
    await registry.server.close()
  })

  test.each(['relative', 'absolute'] as const)('pages with a Link that is %s', async (link) => {
    const registry = await FakeRegistry.start({ token: false, pageSize: 2, link })
    registry.repository('a/b').list('1', '2', '3', '4', '5')
    const pages = []
    let next: string | undefined = '/v2/a/b/tags/list?n=1000'
    while (next) {
      const response: Response = await get(new URL(next, registry.server.origin).href)
      pages.push(((await response.json()) as { tags: string[] }).tags)
      next = /<(.+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1]
      expect(next?.startsWith('http')).toBe(next && link === 'absolute')
    }
    expect(pages).toEqual([['1', '2'], ['3', '4'], ['5']])
    await registry.server.close()
  })

  test('serves manifests by tag and digest, of accepted types only, and blobs', async () => {
    const registry = await FakeRegistry.start({ token: false })
    const image = multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm/v7'], attestations: true })
    registry.repository('a/b').push('1.0', image)
    const manifests = `${registry.server.origin}/v2/a/b/manifests`
    const accepted = { Accept: image.root.mediaType }
    for (const name of ['1.0', image.root.digest]) {
      const response = await get(`${manifests}/${name}`, accepted)
      expect(response.headers.get('docker-content-digest')).toBe(image.root.digest)
      expect(await response.text()).toBe(image.root.body)
    }
    expect((await get(`${manifests}/1.0`, { Accept: 'application/json' })).status).toBe(404)
    expect((await get(`${manifests}/2.0`, accepted)).status).toBe(404)
    const config = image.blobs.find(({ body }) => body.includes('"architecture":"arm"'))
    const blob = await get(`${registry.server.origin}/v2/a/b/blobs/${config?.digest}`)
    expect(await blob.text()).toBe(config?.body)
    await registry.server.close()
  })

  test('does not expect requests for repositories that it was not told of', async () => {
    const registry = await FakeRegistry.start()
    expect((await get(`${registry.server.origin}/v2/x/y/tags/list`)).status).toBe(599)
    await failure(registry.server.close())
  })
})

test('images have the digests and sizes of what they are made of', () => {
  const images = [
    singlePlatformImage({ platform: 'linux/arm64/v8', labels: { a: 'b' }, layers: [1, 2] }),
    multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], attestations: true }),
  ]
  for (const { root, contents } of images) {
    expect(contents).toContain(root)
    for (const { digest, body } of contents) {
      expect(digest).toBe(`sha256:${createHash('sha256').update(body).digest('hex')}`)
    }
    const bodies = new Map(contents.map(({ digest, body }) => [digest, body]))
    const { manifests = [], config } = JSON.parse(root.body)
    const children = [...manifests, config].filter(Boolean)
    expect(children.length).toBeGreaterThan(0)
    for (const { digest, size } of children) expect(size).toBe(Buffer.byteLength(bodies.get(digest) ?? ''))
  }
})

test('FakeGithub knows the releases of its repositories', async () => {
  const github = await FakeGithub.start()
  github.repository('o/r', 'v1.0')
  const release = (path: string) => get(`${github.server.origin}/repos/${path}`)
  expect((await release('o/r/releases/tags/v1.0')).status).toBe(200)
  expect((await release('o/r/releases/tags/1.0')).status).toBe(404)
  expect((await release('o/x/releases/tags/1.0')).status).toBe(599)
  await failure(github.server.close())
})

test('JSON is sent as such', async () => {
  const server = await FakeServer.start()
  server.on('GET /j', json({ a: 1 }, { Link: ['<x>', '<y>'] }))
  const response = await get(`${server.origin}/j`)
  expect(response.headers.get('content-type')).toBe('application/json')
  expect(response.headers.get('link')).toBe('<x>, <y>')
  await server.close()
})
