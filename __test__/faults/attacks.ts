import { gzipSync } from 'node:zlib'
import { ContainerRegistryService, type ImageReport, type ServiceOptions } from '../..'
import { FaultServer, healthy, wire } from '../../testing/faults'
import {
  content,
  FakeServer,
  json,
  MEDIA_TYPES,
  type Received,
  type Reply,
  reply,
  type Site,
} from '../../testing/registry'
import { failure } from '../support/failure'
import { app, HOST, NAME } from '../support/fakes'
import { RecordingLogger } from '../support/recording-logger'

/** A kind of attack, and what a caller sees of it. */
export interface Attack {
  attack: string
  made: string
  run(): Promise<string>
  /** Files of tests that try more of the kind. */
  tests: string[]
}

const IMAGE = `${HOST}/${NAME}:1.0.0`
const MIB = 1 << 20
const SECRET = 'secret-of-a-server-77f1'

/** What a service says that finds its registry, and GitHub, at a server that answers like this. */
async function meet<T>(
  site: Site,
  work: (service: ContainerRegistryService, server: FakeServer, logger: RecordingLogger) => Promise<T>,
  { registries, ...options }: ServiceOptions = {},
): Promise<T> {
  const server = await FakeServer.start(site, { isForgetful: true })
  const logger = new RecordingLogger()
  const url = server.origin
  const service = new ContainerRegistryService({
    registries: { ...registries, [HOST]: { url, ...registries?.[HOST] } },
    github: { apiUrl: url },
    maxRetryDelayMs: 1,
    logger,
    ...options,
  })
  try {
    return await work(service, server, logger)
  } finally {
    await service.close()
    await server.close()
  }
}

/** The code of a failure with the bound that it names. */
async function code(promise: Promise<unknown>): Promise<string> {
  const error = await failure(promise)
  const bound = error.code === 'TOO_LARGE' ? /\(((?:limits\.|max)\w+)/.exec(error.message)?.[1] : undefined
  return bound ? `${error.code} (${bound})` : error.code
}

const shown = ({ status, stale, error }: ImageReport) =>
  [status, stale ? 'marked as stale' : '', error?.code ?? ''].filter(Boolean).join(', ')

const gzipped = (text: string, type = 'application/json'): Reply =>
  reply(200, gzipSync(text), { 'Content-Encoding': 'gzip', 'Content-Type': type })

const always =
  (answer: Reply): Site =>
  () =>
    answer

/** Answers tag lists in a way of its own, and everything else as a registry without a fault. */
const lists =
  (answer: (request: Received) => Reply | undefined, site = healthy()): Site =>
  (request) =>
    (request.path.endsWith('/tags/list') && answer(request)) || site(request)

export const ATTACKS: Attack[] = [
  {
    attack: 'JSON of another shape with status 200, after a good check',
    made: 'update-available, marked as stale',
    async run() {
      let answer: Reply | undefined
      const site = healthy()
      return meet(
        (request) => answer ?? site(request),
        async (service) => {
          await service.checkImage(IMAGE, { arch: 'amd64' })
          answer = json({ status: 'ok' })
          await service.checkImage(IMAGE, { arch: 'amd64' })
          answer = reply(503)
          return shown(await service.checkImage(IMAGE, { arch: 'amd64' }))
        },
        { staleIfError: true, tagTtlMs: 1 },
      )
    },
    tests: ['__test__/faults/faults.test.ts', '__test__/faults/stale.test.ts'],
  },
  {
    attack: 'an error document with status 200',
    made: 'failed, BAD_RESPONSE',
    run: () =>
      meet(always(json({ errors: [{ code: 'DENIED', message: 'no' }] })), async (service) =>
        shown(await service.checkImage(IMAGE)),
      ),
    tests: ['__test__/faults/faults.test.ts'],
  },
  {
    attack: 'a rate limit told with status 200',
    made: 'failed, RATE_LIMITED',
    run: () =>
      meet(always(json({ errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] })), async (service) =>
        shown(await service.checkImage(IMAGE)),
      ),
    tests: ['__test__/faults/faults.test.ts'],
  },
  {
    attack: 'a mirror that answers nonsense',
    made: 'answers of the registry',
    async run() {
      const mirrors = await Promise.all(
        [reply(200, '<html>', { 'Content-Type': 'text/html' }), json({ errors: [{ code: 'DENIED' }] })].map(
          (answer) => FakeServer.start(always(answer)),
        ),
      )
      const registry = await FakeServer.start(healthy())
      const service = new ContainerRegistryService({
        registries: { [HOST]: { url: registry.origin, mirrors: mirrors.map(({ origin }) => origin) } },
      })
      const tags = await service.listTags(app())
      await Promise.all([service.close(), registry.close(), ...mirrors.map((mirror) => mirror.close())])
      return tags.join() === '1.0.0,1.1.0' ? 'answers of the registry' : tags.join()
    },
    tests: ['tests/mirrors.rs'],
  },
  {
    attack: 'a list without end, of packed pages',
    made: 'TOO_LARGE (limits.tagListBytes)',
    run: () => {
      const tags = Array.from({ length: 1000 }, (_, tag) => `${tag}-${'x'.repeat(100)}`)
      const page = gzipSync(JSON.stringify({ tags }))
      let number = 0
      return meet(
        lists(({ path }) => {
          number += 1
          const next = { Link: `<${path}?last=${number}>; rel="next"`, 'Content-Encoding': 'gzip' }
          return reply(200, page, next)
        }),
        (service) => code(service.listTags(app())),
        { limits: { tagListBytes: MIB } },
      )
    },
    tests: ['tests/tags/pages.rs', '__test__/faults/bounds.test.ts'],
  },
  {
    attack: 'a page of a million tags of one character',
    made: 'TOO_LARGE (maxTags)',
    run: () =>
      meet(
        lists(always(gzipped(`{"tags":[${'"a",'.repeat(MIB)}"a"]}`))),
        (service) => code(service.listTags(app())),
        { maxTags: 100_000 },
      ),
    tests: ['tests/tags/pages.rs'],
  },
  {
    attack: 'an index of a million empty entries',
    made: 'TOO_LARGE',
    run: () => {
      const index = `{"schemaVersion":2,"manifests":[${'{},'.repeat(MIB)}{}]}`
      return meet(always(gzipped(index, MEDIA_TYPES.index)), (service) => code(service.getPlatforms(app())))
    },
    tests: ['tests/manifests.rs', '__test__/faults/bounds.test.ts'],
  },
  {
    attack: 'five thousand newer tags whose manifests are not to be had',
    made: 'failed, REGISTRY_ERROR, few requests',
    run: () => {
      const tags = Array.from({ length: 5000 }, (_, number) => `1.${number + 1}.0`)
      let requests = 0
      return meet(
        (request) => {
          requests += 1
          return request.path.endsWith('/tags/list')
            ? json({ tags: ['1.0.0', ...tags] })
            : reply(request.path.endsWith('/manifests/1.0.0') ? 404 : 500)
        },
        async (service) => {
          const report = shown(await service.checkImage(IMAGE, { arch: 'amd64' }))
          return `${report}, ${requests <= 100 ? 'few requests' : `${requests} requests`}`
        },
        { maxFaultRetries: 0 },
      )
    },
    tests: ['__test__/reports/checks.test.ts'],
  },
  {
    attack: 'a digest of an algorithm that is not computed',
    made: 'BAD_RESPONSE',
    run: () => {
      const root = content(MEDIA_TYPES.manifest, {
        schemaVersion: 2,
        config: { digest: `md5:${'0'.repeat(32)}`, size: 2, mediaType: MEDIA_TYPES.config },
        layers: [],
      })
      return meet(
        ({ path }) =>
          path.includes('/manifests/')
            ? reply(200, root.body, { 'Content-Type': root.mediaType })
            : reply(200, '{}'),
        (service) => code(service.getPlatforms(app())),
      )
    },
    tests: ['tests/sources.rs'],
  },
  {
    attack: 'a list of lists of tags',
    made: 'BAD_RESPONSE',
    run: () => meet(lists(always(json([['1.0.1']]))), (service) => code(service.listTags(app()))),
    tests: ['tests/tags/answers.rs'],
  },
  {
    attack: 'a Link that cannot be read',
    made: 'BAD_RESPONSE',
    run: () =>
      meet(lists(always(json({ tags: ['1'] }, { Link: '</v2/; rel="next"' }))), (service) =>
        code(service.listTags(app())),
      ),
    tests: ['tests/tags/pages.rs'],
  },
  {
    attack: 'secrets that a server sends back in a Link, a redirect, a realm, a digest and words',
    made: 'not told',
    async run() {
      /** Ways to write what a server was shown. */
      const spelled = [
        SECRET,
        SECRET.toUpperCase(),
        [...SECRET].map((c) => `%${c.charCodeAt(0).toString(16)}`).join(''),
        encodeURIComponent(`%${SECRET.charCodeAt(0).toString(16)}${SECRET.slice(1)}`),
        Buffer.from(SECRET).toString('base64'),
      ]
      const places = (echo: string): ((request: Received) => Reply)[] => [
        ({ path }) => json({ tags: ['1'] }, { Link: `<${path}?last=${echo}&token=${echo}>; rel="next"` }),
        () => json({ tags: ['1'] }, { Link: `<https://other.invalid/${echo}?n=1>; rel="next"` }),
        () => reply(307, '', { Location: `/${echo}/x?signature=${echo}` }),
        () => reply(307, '', { Location: `ftp://x.invalid/${echo}` }),
        () => reply(307, '', { Location: `https://${encodeURIComponent(echo)}.invalid/` }),
        () => reply(401, '', { 'WWW-Authenticate': `Bearer realm="ftp://x/${echo}?token=${echo}"` }),
        () => reply(401, '', { 'WWW-Authenticate': `Bearer realm="https://${echo}.invalid/${echo}"` }),
        () => json({ schemaVersion: 2, config: { digest: `sha256:${echo}` }, layers: [] }),
        () => json({ errors: [{ code: 'DENIED', message: `${echo} is wrong` }] }, {}, 403),
        () => reply(500, `no ${echo} here`),
      ]
      const registries = { password: SECRET, username: 'alice' }
      const told = await Promise.all(
        // All places for the plain spelling, and for the others those whose text is told.
        spelled
          .flatMap((echo, index) => (index === 0 ? places(echo) : places(echo).slice(-3)))
          .map((place) =>
            meet(
              (request) => {
                // The password is shown once the server asks for it.
                const isAsked = request.headers.authorization || request.url.includes('token')
                return isAsked ? place(request) : reply(401, '', { 'WWW-Authenticate': 'Basic realm="x"' })
              },
              async (service, _, logger) => {
                const image = `${HOST}/${NAME}:1.0.0`
                const calls = [
                  service.listTags(app()),
                  service.getPlatforms(app()),
                  service.getDigest(app()),
                  service.checkImage(image, { arch: 'amd64' }).then(({ error, warnings }) => {
                    throw Object.assign(new Error(`${error} ${JSON.stringify(error)} ${warnings}`))
                  }),
                ]
                const results = await Promise.allSettled(calls)
                const errors = results.map((result) => (result.status === 'rejected' ? result.reason : ''))
                const texts = errors.map(
                  (error) => `${error} ${JSON.stringify(error)} ${String(error.cause)}`,
                )
                return [...texts, ...logger.warnings, JSON.stringify(service.stats())].join('\n')
              },
              {
                registries: { [HOST]: registries },
                connectTimeoutMs: 200,
                maxRetries: 0,
                maxFaultRetries: 0,
              },
            ),
          ),
      )
      const all = told.join('\n').toLowerCase()
      const shown = spelled.filter((echo) => all.includes(echo.toLowerCase()))
      return shown.length > 0 ? `told as ${shown.join(', ')}` : 'not told'
    },
    tests: ['__test__/registries/secrets.test.ts', '__test__/faults/logs.test.ts'],
  },
  {
    attack: 'a logger that throws what is no error',
    made: 'the answer all the same',
    async run() {
      for (const thrown of [
        Symbol('x'),
        null,
        Object.create(null),
        {
          toString: () => {
            throw 1
          },
        },
      ]) {
        const warn = () => {
          throw thrown
        }
        let asked = 0
        await meet(
          lists(() => (asked++ === 0 ? reply(429, '', { 'Retry-After': '0' }) : undefined)),
          (service) => service.listTags(app()),
          { logger: { warn } },
        )
      }
      return 'the answer all the same'
    },
    tests: ['__test__/logger.test.ts', '__test__/faults/arguments.test.ts'],
  },
  {
    attack: 'a drip of bytes without end',
    made: 'TIMEOUT',
    async run() {
      const server = await FaultServer.start(() => wire.drip)
      const service = new ContainerRegistryService({
        registries: { [HOST]: { url: server.origin } },
        timeoutMs: 500,
        maxFaultRetries: 0,
      })
      const seen = await code(service.listTags(app()))
      await service.close()
      server.close()
      return seen
    },
    tests: ['tests/bounds.rs'],
  },
]
