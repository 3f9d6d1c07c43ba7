import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CallOptions, ContainerRegistryService, type RegistryOptions, type ServiceOptions } from '../..'
import { json, type Received, type Reply, refusal, reply, type Site } from '../../testing/registry'
import { thrown } from '../support/failure'
import type { RecordingLogger } from '../support/recording-logger'
import { CURRENT, SOURCE } from './support/catalogue'
import { LOGIN, MARKS, marksIn, textsOf, wasSent } from './support/marks'
import { useWorld, type World } from './support/world'

const HOST = 'registry.example.org'
const REGISTRY = `https://${HOST}`
const STORAGE = 'https://storage.example.net'
const GITHUB = 'https://api.github.com'
const NOWHERE = 'https://nowhere.example.net'
const IMAGE = `${HOST}/team/app:${CURRENT}`
/** A source repository as somebody writes it down who has a token for it. */
const SOURCE_WITH_PASSWORD = SOURCE.replace('https://', `https://alice:${MARKS.sourcePassword}@`)
const SIGNED = `sig=${MARKS.signature}`

const openWorld = useWorld()

/** What a server can do wrong: what it was sent comes back in as many ways as there are. */
const FAILURES: Record<string, (request: Received) => Reply> = {
  'refuses with 401': (request) => refusal(401, 'UNAUTHORIZED', echo(request)),
  'refuses with 403 in plain text': (request) => reply(403, echo(request)),
  'does not find it': (request) => refusal(404, 'NAME_UNKNOWN', echo(request)),
  'is asked too often': (request) => refusal(429, 'TOOMANYREQUESTS', echo(request)),
  'wants a long wait': (request) => reply(429, echo(request), { 'Retry-After': '86400' }),
  'breaks down': (request) => json({ message: echo(request), details: echo(request) }, {}, 500),
  'answers with a text': (request) => json(echo(request)),
  'answers with a list': (request) => json([echo(request)]),
  'answers with fields that are none': (request) =>
    json({
      token: [echo(request)],
      tags: echo(request),
      mediaType: [echo(request)],
      manifests: echo(request),
      config: echo(request),
      layers: echo(request),
    }),
  'answers with a page': (request) => reply(200, `<html>${echo(request)}`, { 'Content-Type': 'text/html' }),
  'sends the client where nobody is': () => redirect(`${NOWHERE}/x?${SIGNED}`),
  'sends the client round and round': ({ path }) => redirect(`${path}?${SIGNED}`),
  'sends the client to plain http': () => redirect(`http://${HOST}/x?${SIGNED}`),
  'sends the client to a private address': () => redirect(`https://10.1.2.3/x?${SIGNED}`),
  'sends the client on with a password': () => redirect(`https://alice:${MARKS.signature}@${HOST}/x`),
  'sends the client to what is no address': () => redirect(`https://[${MARKS.signature}`),
}

interface Place {
  options: ServiceOptions
  /** Puts everything into a world, with a server that fails where it does. */
  set: (world: World, fail: Site) => void
  /** What that server is sent. */
  sent: string
}

/** Where it can go wrong, and what is in danger there. */
const PLACES: Record<string, Place> = {
  'a token service that is told the password': {
    options: knowing(LOGIN),
    set: (world, fail) => world.put(REGISTRY, (request) => tokenFrom(request, fail)),
    sent: MARKS.password,
  },
  'a token service that is told the identity token': {
    options: knowing({ identityToken: MARKS.identityToken }),
    set: (world, fail) => world.put(REGISTRY, (request) => tokenFrom(request, fail)),
    sent: MARKS.identityToken,
  },
  'a registry that is told the issued token': {
    options: knowing(LOGIN),
    set: (world, fail) =>
      world.put(
        REGISTRY,
        (request) => tokenFrom(request, () => json({ token: MARKS.issued })) ?? fail(request),
      ),
    sent: MARKS.issued,
  },
  'a registry that is told the password': {
    options: knowing(LOGIN),
    set: (world, fail) =>
      world.put(REGISTRY, (request) =>
        request.headers.authorization ? fail(request) : challenge('Basic realm="registry"'),
      ),
    sent: MARKS.password,
  },
  'a registry that is told a token': {
    options: knowing({ token: MARKS.token }),
    set: (world, fail) => world.put(REGISTRY, fail),
    sent: MARKS.token,
  },
  'a storage that is told a signature': {
    options: {},
    set: (world, fail) => {
      world.put(REGISTRY, () => redirect(`${STORAGE}/x?${SIGNED}`))
      world.put(STORAGE, fail)
    },
    sent: MARKS.signature,
  },
  'a next page that is told a signature': {
    options: {},
    set: (world, fail) => {
      const first = json({ tags: ['1.0'] }, { Link: `</x?${SIGNED}>; rel="next"` })
      world.put(REGISTRY, (request) => (request.url.includes(SIGNED) ? fail(request) : first))
    },
    sent: MARKS.signature,
  },
  'GitHub, which is told its token': {
    options: {},
    set: (world, fail) => {
      world.put(REGISTRY, () => reply(404))
      world.put(GITHUB, fail)
    },
    sent: MARKS.githubToken,
  },
}

describe.each(Object.entries(PLACES))('%s', (_place, { options, set, sent }) => {
  test.each(Object.entries(FAILURES))('%s, and nothing is told', async (_what, fail) => {
    const world = openWorld()
    set(world, fail)
    world.put(GITHUB, () => reply(404)).cutOff(NOWHERE)

    await expect(marksShown(world, options)).resolves.toEqual([])

    expect(wasSent(world.exchanges, sent)).toBe(true)
  })

  test('cannot be reached, and nothing is told', async () => {
    const world = openWorld()
    set(world, () => undefined)
    for (const origin of [REGISTRY, STORAGE, GITHUB]) world.cutOff(origin)

    await expect(marksShown(world, options)).resolves.toEqual([])
  })

  test('is not trusted, and nothing is told', async () => {
    const world = openWorld()
    set(world, () => undefined)
    world.put(GITHUB, () => reply(404))

    await expect(marksShown(world, { ...options, ca: undefined })).resolves.toEqual([])

    expect(world.exchanges).toEqual([])
  })
})

describe('a token service that answers', () => {
  test.each([
    ['with a bare token', json(MARKS.issued)],
    ['with a list of tokens', json([MARKS.issued])],
    ['with a token in a list', json({ token: [MARKS.issued] })],
    ['with a token that no header can carry', json({ token: `${MARKS.issued}\r\nX: y` })],
    ['with a token in half a document', reply(200, `{"token":"${MARKS.issued}",`)],
    ['with the token in another field', json({ jwt: MARKS.issued })],
    ['with a token and an error', json({ token: MARKS.issued, message: 'broken' }, {}, 500)],
    ['with a token and an odd lifetime', json({ token: MARKS.issued, expires_in: MARKS.issued })],
  ])('%s does not see it told', async (_what, answer) => {
    const world = openWorld()
    world.put(REGISTRY, (request) => tokenFrom(request, () => answer) ?? reply(500, echo(request)))
    world.put(GITHUB, () => reply(404))

    await expect(marksShown(world, knowing(LOGIN))).resolves.toEqual([])
  })

  test.each([
    `https://alice:${MARKS.signature}@${HOST}/token`,
    `http://${HOST}/token?${SIGNED}`,
    `https://10.1.2.3/token?${SIGNED}`,
    `${NOWHERE}/token?${SIGNED}`,
    `https://[${MARKS.signature}`,
    `ftp://${HOST}/token?${SIGNED}`,
  ])('at %s does not see that told', async (realm) => {
    const world = openWorld()
    world.put(REGISTRY, () => challenge(`Bearer realm="${realm}",service="test"`))
    world.put(GITHUB, () => reply(404)).cutOff(NOWHERE)

    await expect(marksShown(world, knowing(LOGIN))).resolves.toEqual([])
  })
})

describe('a next page', () => {
  test.each([
    `https://elsewhere.example.net/x?${SIGNED}`,
    `https://alice:${MARKS.signature}@${HOST}/x`,
    `http://${HOST}/x?${SIGNED}`,
    `https://[${MARKS.signature}`,
  ])('that is refused, %s, is not told', async (next) => {
    const world = openWorld()
    world.put(REGISTRY, () => json({ tags: ['1.0'] }, { Link: `<${next}>; rel="next"` }))
    world.put(GITHUB, () => reply(404))

    await expect(marksShown(world, knowing({ token: MARKS.token }))).resolves.toEqual([])
  })
})

test('a token that no header can carry is not told', async () => {
  const world = openWorld()
  world.put(GITHUB, () => reply(404))

  await expect(marksShown(world, knowing({ token: `${MARKS.token}\r\nX: y` }))).resolves.toEqual([])
})

describe('a proxy with a password', () => {
  const withPassword = (url: string) => url.replace('http://', `http://alice:${MARKS.proxyPassword}@`)

  test('that is not there is not told', async () => {
    const world = openWorld()

    await expect(marksShown(world, { proxy: withPassword('http://127.0.0.1:1') })).resolves.toEqual([])
  })

  test('that finds nobody is not told', async () => {
    const world = openWorld()
    for (const origin of [REGISTRY, GITHUB]) world.cutOff(origin)

    await expect(marksShown(world, { proxy: withPassword(world.proxyUrl) })).resolves.toEqual([])
  })
})

describe('a server that does not answer', () => {
  test('in time does not make anything told', async () => {
    const world = openWorld().fallSilent()

    const options = { ...knowing({ token: MARKS.token }), timeoutMs: 1000 }
    await expect(marksShown(world, options)).resolves.toEqual([])

    expect(wasSent(world.exchanges, MARKS.token)).toBe(true)
  })

  test('before the caller gives up does not make anything told', async () => {
    const caller = new AbortController()
    const world: World = openWorld().fallSilent(() => {
      if (wasSent(world.exchanges, MARKS.token)) caller.abort()
    })

    const call = { signal: caller.signal }
    await expect(marksShown(world, knowing({ token: MARKS.token }), call)).resolves.toEqual([])

    expect(wasSent(world.exchanges, MARKS.token)).toBe(true)
  })
})

describe('options that are refused', () => {
  const registry = (options: object) => ({ registries: { [HOST]: options } })
  test.each<[string, object]>([
    ['a URL with a password', registry({ url: `https://alice:${MARKS.password}@${HOST}` })],
    ['a URL that is none', registry({ url: `https://[${MARKS.password}` })],
    [
      'a mirror with a password',
      registry({ mirrors: [`https://alice:${MARKS.password}@mirror.example.org`] }),
    ],
    ['a password without a user name', registry({ password: MARKS.password })],
    ['a password that is a list', registry({ username: 'alice', password: [MARKS.password] })],
    [
      'a token and a password',
      registry({ ...LOGIN, token: MARKS.token, identityToken: MARKS.identityToken }),
    ],
    ['a user name with a colon', registry({ username: 'a:b', password: MARKS.password, colour: 'red' })],
    ['a key that nobody knows', registry({ ...LOGIN, pasword: MARKS.token })],
    ['a proxy that is none', { proxy: `socks9://alice:${MARKS.proxyPassword}@127.0.0.1:1` }],
    ['a proxy that is no URL', { proxy: `http://alice:${MARKS.proxyPassword}@[` }],
    ['a GitHub token that is a list', { github: { token: [MARKS.githubToken] } }],
    [
      'a GitHub API with a password',
      { github: { apiUrl: `https://alice:${MARKS.githubToken}@api.github.com` } },
    ],
  ])('%s: nothing is told', async (_what, options) => {
    const error = thrown(() => new ContainerRegistryService(options as ServiceOptions))

    expect(error.code).toBe('INVALID_ARGUMENT')
    expect(marksIn(textsOf(error))).toEqual([])
  })
})

describe('a docker config that cannot be used', () => {
  const directory = mkdtempSync(join(tmpdir(), 'docker-config-'))
  afterAll(() => rmSync(directory, { recursive: true }))

  const auths = (entry: unknown) => ({ auths: { [HOST]: entry } })
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  test.each<[string, unknown]>([
    ['half a document', `{"auths":{"${HOST}":{"auth":"${base64(`alice:${MARKS.password}`)}"`],
    ['a text', JSON.stringify(MARKS.password)],
    ['a login that is no base64', auths({ auth: `§${MARKS.password}` })],
    ['a login without a colon', auths({ auth: base64(MARKS.token) })],
    ['a login that is no text', auths({ auth: [MARKS.password] })],
    ['an entry that is a text', auths(MARKS.password)],
    ['an identity token that is no text', auths({ identitytoken: [MARKS.identityToken] })],
    ['auths that are a text', { auths: MARKS.password }],
    ['a helper that is a login', { credHelpers: { [HOST]: [MARKS.password] } }],
  ])('%s: nothing is told', async (_what, config) => {
    const path = join(directory, 'config.json')
    writeFileSync(path, typeof config === 'string' ? config : JSON.stringify(config))
    const world = openWorld()
    world.put(REGISTRY, (request) =>
      request.headers.authorization ? reply(500) : challenge('Basic realm="x"'),
    )
    world.put(GITHUB, () => reply(404))

    await expect(marksShown(world, { dockerConfig: path })).resolves.toEqual([])
  })
})

/** Asks everything of a service that can be asked, and gives the marks in all that it says. Something has to fail. */
async function marksShown(world: World, options: ServiceOptions, call: CallOptions = {}): Promise<string[]> {
  const github = { token: MARKS.githubToken }
  const { service, logger } = world.service({ github, maxRetries: 1, ...options })
  const parsed = service.parseImageReference(IMAGE)
  const outcomes = await Promise.allSettled([
    service.listTags(parsed, call),
    service.getDigest(parsed, null, call),
    service.getPlatforms(parsed, null, call),
    service.getSourceUrl(parsed, call),
    service.checkArchSupport(parsed, CURRENT, 'arm64', call),
    service.getImageDownloadSize(parsed, CURRENT, 'arm64', call),
    service.detectReleaseTagPrefix(SOURCE_WITH_PASSWORD, CURRENT, call),
    service.getAvailableUpdates(IMAGE, 'arm64', SOURCE_WITH_PASSWORD, call),
  ])
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  expect(errors).not.toEqual([])
  return marksIn([...textsOf(errors), ...linesOf(logger)])
}

function linesOf({ lines }: RecordingLogger): string[] {
  return lines.map(({ message }) => message)
}

function knowing(options: RegistryOptions): ServiceOptions {
  return { registries: { [HOST]: options } }
}

/** A registry that wants tokens from a service of its own: the challenge, or what that service answers. */
function tokenFrom(request: Received, service: Site): Reply | undefined {
  if (request.path === '/token') return service(request)
  return request.headers.authorization
    ? undefined
    : challenge(`Bearer realm="${REGISTRY}/token",service="test"`)
}

function challenge(header: string): Reply {
  return refusal(401, 'UNAUTHORIZED', 'authentication required', { 'WWW-Authenticate': header })
}

function redirect(location: string): Reply {
  return reply(307, '', { Location: location })
}

/** All that a server was sent, as one that is being debugged may show it. */
function echo({ url, headers, body }: Received): string {
  const [scheme = '', value = ''] = (headers.authorization ?? '').split(' ')
  const decoded = scheme === 'Basic' ? Buffer.from(value, 'base64').toString() : value
  return `${value} ${decoded} ${body} ${url}`
}
