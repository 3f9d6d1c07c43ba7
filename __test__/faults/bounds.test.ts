import { gzipSync } from 'node:zlib'
import type { ContainerRegistryService, ServiceOptions } from '../..'
import {
  type FakeServer,
  json,
  multiPlatformImage,
  type Reply,
  refusal,
  reply,
  singlePlatformImage,
} from '../../testing/registry'
import { failure } from '../support/failure'
import { app, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'

const fakes = useFakes()

/** Text of so many bytes that is JSON, too. */
const blank = (bytes: number) => `{}${' '.repeat(bytes - 2)}`
const never = (): Promise<Reply> => new Promise(() => {})
const SOURCE = 'https://github.com/team/app'
const index = multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64', 'linux/s390x'] }).root
const image = singlePlatformImage()

interface Row {
  /** Its name, as an error tells it. */
  bound: string
  options: ServiceOptions
  code: 'TOO_LARGE' | 'TIMEOUT'
  server(server: FakeServer): void
  call(service: ContainerRegistryService, server: FakeServer): Promise<unknown>
}

const list = (service: ContainerRegistryService) => service.listTags(app())
const always = (route: string, answer: Parameters<FakeServer['always']>[1]) => (server: FakeServer) =>
  void server.always(route, answer)
const tags = always.bind(undefined, TAGS)
const manifest = always.bind(undefined, `GET /v2/${NAME}/manifests/1.0.0`)

const ROWS: Row[] = [
  {
    bound: 'limits.tokenBytes',
    options: { limits: { tokenBytes: 99 } },
    code: 'TOO_LARGE',
    server: (server) =>
      void server
        .always(TAGS, refusal(401, 'UNAUTHORIZED', '', { 'WWW-Authenticate': 'Bearer realm="/token"' }))
        .always('GET /token', reply(200, blank(100))),
    call: list,
  },
  {
    bound: 'limits.manifestBytes',
    options: { limits: { manifestBytes: 99 } },
    code: 'TOO_LARGE',
    server: manifest(reply(200, blank(100))),
    call: (service) => service.getPlatforms(app()),
  },
  {
    bound: 'limits.configBytes',
    options: { limits: { configBytes: 99 } },
    code: 'TOO_LARGE',
    server: (server) => {
      manifest(reply(200, image.root.body, { 'Content-Type': image.root.mediaType }))(server)
      for (const { digest } of image.contents)
        server.always(`GET /v2/${NAME}/blobs/${digest}`, reply(200, blank(100)))
    },
    call: (service) => service.getPlatforms(app()),
  },
  {
    bound: 'limits.tagPageBytes',
    options: { limits: { tagPageBytes: 99 } },
    code: 'TOO_LARGE',
    server: tags(reply(200, blank(100))),
    call: list,
  },
  {
    bound: 'limits.tagPageBytes',
    options: { limits: { tagPageBytes: 9999 } },
    code: 'TOO_LARGE',
    // Of which few are on the wire.
    server: tags(reply(200, gzipSync(blank(10_000)), { 'Content-Encoding': 'gzip' })),
    call: list,
  },
  {
    bound: 'limits.releaseBytes',
    options: { limits: { releaseBytes: 99 } },
    code: 'TOO_LARGE',
    server: always('GET /repos/team/app/releases', reply(200, blank(100))),
    call: (service) => service.listReleases(SOURCE),
  },
  {
    bound: 'limits.indexEntries',
    options: { limits: { indexEntries: 2 } },
    code: 'TOO_LARGE',
    server: manifest(reply(200, index.body, { 'Content-Type': index.mediaType })),
    call: (service) => service.getPlatforms(app()),
  },
  {
    bound: 'limits.headerBytes',
    options: { limits: { headerBytes: 999 } },
    code: 'TOO_LARGE',
    server: tags(json({ tags: [] }, { 'X-Long': 'x'.repeat(1000) })),
    call: list,
  },
  {
    bound: 'limits.redirects',
    options: { limits: { redirects: 1 } },
    code: 'TOO_LARGE',
    server: tags(({ url }) => reply(307, '', { Location: url })),
    call: list,
  },
  {
    bound: 'limits.waiting',
    options: { limits: { waiting: 0 }, concurrency: 1 },
    code: 'TOO_LARGE',
    server: tags(never),
    call: async (service, server) => {
      const abort = new AbortController()
      const first = failure(service.listTags(app(), { signal: abort.signal }))
      await server.asked(TAGS)
      const second = await failure(service.getDigest(app()))
      abort.abort()
      await first
      throw second
    },
  },
  {
    bound: 'maxTagPages',
    options: { maxTagPages: 2 },
    code: 'TOO_LARGE',
    server: always(`GET /v2/${NAME}/tags/list`, ({ query }) => {
      const next = Number(query.get('page') ?? 0) + 1
      return json({ tags: ['1'] }, { Link: `</v2/${NAME}/tags/list?page=${next}>; rel="next"` })
    }),
    call: list,
  },
  {
    bound: 'maxTags',
    options: { maxTags: 2 },
    code: 'TOO_LARGE',
    server: tags(json({ tags: ['1', '2', '3'] })),
    call: list,
  },
  {
    bound: 'timeoutMs',
    options: { timeoutMs: 50 },
    code: 'TIMEOUT',
    server: tags(never),
    call: list,
  },
  {
    bound: 'deadlineMs',
    options: { deadlineMs: 50 },
    code: 'TIMEOUT',
    server: tags(never),
    call: list,
  },
]

test.each(ROWS)('$bound: beyond it is $code, and named', async ({ bound, options, code, server, call }) => {
  const fake = await fakes.server()
  server(fake)
  const { service } = serviceOn({ registry: fake, github: fake }, options)
  const error = await failure(call(service, fake))
  expect(error).toMatchObject({ name: 'ContainerRegistryError', code })
  expect(error.message).toMatch(new RegExp(`\\(${bound}[);]`))
})

test('limits.hubBytes: beyond it the manifests are asked', async () => {
  const [registry, hub] = [await fakes.registry({ token: false }), await fakes.server()]
  registry.repository(NAME).push('1.0.0', image).push('1.1.0', image)
  hub.always(`GET /v2/repositories/${NAME}/tags`, reply(200, blank(100)))
  const lines: string[] = []
  const { service } = serviceOn(
    {},
    {
      registries: { 'docker.io': { url: registry.server.origin } },
      hubApi: { url: hub.origin },
      limits: { hubBytes: 99 },
      logger: { debug: (line) => lines.push(line) },
    },
  )
  expect(await service.getAvailableUpdates(`${NAME}:1.0.0`, 'amd64')).toEqual([
    { tag: '1.1.0', isLatest: true },
  ])
  expect(lines).toContainEqual(expect.stringContaining('(limits.hubBytes)'))
})

test('limits.errorBytes: what is beyond it of the words beside an error is left', async () => {
  const server = await fakes.server()
  const words = { errors: [{ code: 'DENIED', message: 'a long story' }] }
  server.always(TAGS, json(words, {}, 403))
  const told = async (limits: ServiceOptions['limits']) =>
    (await failure(serviceOn({ registry: server }, { limits }).service.listTags(app()))).detail
  expect(await told({})).toContain('a long story')
  expect(await told({ errorBytes: 20 })).not.toContain('a long story')
})
