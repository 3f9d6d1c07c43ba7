import type { RegistryOptions } from '../..'
import {
  ACCESS_TOKEN,
  basic,
  type Guard,
  IDENTITY_TOKEN,
  json,
  LOGIN,
  open,
  Registry,
  type RegistryTraits,
  type Reply,
  refusal,
  reply,
  TokenService,
} from '../../testing/registry'
import { failure } from '../support/failure'
import { carries } from './support/access'
import { NEWEST, publicAndPrivate, SOURCE } from './support/catalogue'
import { useWorld, type World } from './support/world'

const HOME = 'registry.example.org'
const ELSEWHERE = 'https://elsewhere.example.net'
const SECRETS = [LOGIN.password, IDENTITY_TOKEN, ACCESS_TOKEN]
const openWorld = useWorld()

describe('credentials', () => {
  test.each([
    ['its own host', 'https://registry.example.org/token'],
    ['a path of its own', '/token'],
    ['another port of its own host', 'https://registry.example.org:8443/token'],
    ['a sibling', 'https://auth.example.org/token'],
    ['its parent', 'https://example.org/token'],
  ])('go to a realm on %s', async (_where, realm) => {
    const { tags, world } = enter({ realm, options: LOGIN })

    await expect(tags('team/secret')).resolves.toContain(NEWEST)

    expect(requestsFor(world, 'service')).toHaveLength(1)
  })

  const strangers = [
    ['another domain', HOME, `${ELSEWHERE}/token`],
    ['another customer of a public suffix', 'alice.github.io', 'https://mallory.github.io/token'],
    ['another name under a national suffix', 'registry.co.uk', 'https://token.co.uk/token'],
    ['a neighbouring address', '192.168.1.10', 'https://192.168.1.11/token'],
  ] as const
  const credentials = [
    ['the password', LOGIN],
    ['the identity token', { identityToken: IDENTITY_TOKEN }],
  ] as const
  test.each(
    strangers.flatMap((stranger) => credentials.map((credential) => [...stranger, ...credential] as const)),
  )('do not go to a realm on %s: %s, %s, %s', async (_where, host, realm, _what, options) => {
    const { tags, world, logger } = enter({ host, realm, options })

    await expect(tags('team/app')).resolves.toContain(NEWEST)

    const asked = world.receivedBy(new URL(realm).origin)
    expect(asked.map(({ method }) => method)).toEqual(['GET'])
    expect(withSecrets(asked)).toEqual([])
    expect(logger.warnings).toEqual([expect.stringContaining(new URL(realm).host)])
  })

  test.each([
    ['plain http', 'http://registry.example.org/token'],
    ['a user name', `https://${LOGIN.username}:${LOGIN.password}@registry.example.org/token`],
    ['no web address', 'file:///etc/passwd'],
  ])('do not go to a realm with %s, nor does anything else', async (_what, realm) => {
    const { tags, world } = enter({ realm, options: LOGIN })

    const error = await failure(tags('team/app'))

    expect(error.code).toBe('BAD_RESPONSE')
    expect(error.message).not.toContain(LOGIN.password)
    expect(requestsFor(world, 'service')).toEqual([])
  })

  test('that are a token go to the registry, and to no realm', async () => {
    const { tags, world } = enter({ realm: `${ELSEWHERE}/token`, options: { token: ACCESS_TOKEN } })

    await expect(failure(tags('team/secret'))).resolves.toMatchObject({ code: 'AUTH_FAILED', status: 401 })

    expect(withSecrets(world.receivedBy(`https://${HOME}`))).not.toEqual([])
    expect(withSecrets(world.receivedBy(ELSEWHERE))).toEqual([])
  })

  test.each([
    ['goes', 'https://elsewhere.example.net/token', true],
    ['does not go', 'https://ghcr.io/token', false],
  ])(
    'of a registry that is reached elsewhere: what is meant for it %s to %s',
    async (_goes, realm, isOwn) => {
      const options = { ...LOGIN, url: ELSEWHERE }
      const { tags, world } = enter({ host: 'ghcr.io', origin: ELSEWHERE, realm, options })

      const listed = tags(isOwn ? 'team/secret' : 'team/app')

      await expect(listed).resolves.toContain(NEWEST)
      expect(withSecrets(requestsFor(world, 'service'))).toHaveLength(isOwn ? 1 : 0)
    },
  )

  test('do not go to a mirror', async () => {
    const { tags, world } = enter({
      realm: '/token',
      options: { ...LOGIN, mirrors: ['https://mirror.example.org'] },
    })
    world.put('https://mirror.example.org', () => unauthorized('Basic realm="mirror"'))

    await expect(tags('team/secret')).resolves.toContain(NEWEST)

    expect(world.receivedBy('https://mirror.example.org')).not.toEqual([])
    expect(withSecrets(world.receivedBy('https://mirror.example.org'))).toEqual([])
  })

  test.each([
    ['a password', LOGIN, 'GET'],
    ['an identity token', { identityToken: IDENTITY_TOKEN }, 'POST'],
  ])('do not follow when a realm sends %s elsewhere', async (_what, options, method) => {
    const before = redirecting('/moved', `${ELSEWHERE}/token`)
    const { tags, world } = enter({ realm: `https://${HOME}/moved`, options, before })
    world.put(ELSEWHERE, () => json({ token: 'worthless' }))

    await expect(failure(tags('team/secret'))).resolves.toMatchObject({
      code: expect.stringMatching('AUTH_FAILED|REGISTRY_ERROR'),
    })

    const [first] = world.receivedBy(`https://${HOME}`).filter(({ path }) => path === '/moved')
    expect([first?.method, withSecrets(first ? [first] : [])]).toEqual([method, [first]])
    expect(withSecrets(world.receivedBy(ELSEWHERE))).toEqual([])
  })

  test.each([
    ['Basic realm="storage"', ['/manifest']],
    // That server may give a token to anybody, and is asked for one without the registry's credentials.
    [`Bearer realm="${ELSEWHERE}/token",service="storage"`, ['/manifest', '/token']],
  ])('are not for a server that a redirect led to: %s', async (challenge, asked) => {
    const { service, parsed, world } = enter({
      guard: basic({ challenge: 'Basic realm="registry"' }),
      options: LOGIN,
      instead: redirecting(`/v2/team/app/manifests/${NEWEST}`, `${ELSEWHERE}/manifest`),
    })
    world.put(ELSEWHERE, () => unauthorized(challenge))

    await expect(failure(service.getPlatforms(parsed('team/app'), NEWEST))).resolves.toMatchObject({
      code: 'AUTH_FAILED',
    })

    expect(world.receivedBy(ELSEWHERE).map(({ path }) => path)).toEqual(asked)
    expect(withSecrets(world.receivedBy(ELSEWHERE))).toEqual([])
  })
})

describe('the next page', () => {
  test.each([
    ['another host', `${ELSEWHERE}/v2/team/app/tags/list?last=x`],
    ['a sibling', 'https://auth.example.org/v2/team/app/tags/list?last=x'],
    ['this machine', 'https://127.0.0.1/v2/team/app/tags/list?last=x'],
    ['a user name', `https://alice@${HOME}/v2/team/app/tags/list?last=x`],
  ])('is refused on %s', async (_where, next) => {
    const { tags, world } = enter({ paging: { most: 100, link: () => `<${next}>; rel="next"` } })

    await expect(failure(tags('team/app'))).resolves.toMatchObject({ code: 'BAD_RESPONSE', host: HOME })

    expect(world.exchanges).toHaveLength(1)
  })

  test.each([`https://${HOME}:8443`, `http://${HOME}`])(
    'that names the registry as %s is asked of the registry as it is known',
    async (origin) => {
      const { tags, world } = enter({
        paging: {
          most: 100,
          link: ({ path, cursor, size }) => `<${origin}${path}?last=${cursor}&n=${size}>; rel="next"`,
        },
      })

      await tags('team/app')

      expect(world.receivedBy(`https://${HOME}`)).toHaveLength(world.exchanges.length)
    },
  )

  test('of a server that a redirect led to is asked for without the credentials', async () => {
    const { tags, world } = enter({
      guard: basic({ challenge: 'Basic realm="registry"' }),
      options: LOGIN,
      instead: redirecting('/v2/team/app/tags/list', `${ELSEWHERE}/list`),
    })
    const next = { Link: '</list?page=2>; rel="next"' }
    world.put(ELSEWHERE, ({ query }) =>
      query.has('page') ? json({ tags: ['2.0'] }) : json({ tags: ['1.0'] }, next),
    )

    await tags('team/app').catch(() => undefined)

    expect(world.receivedBy(ELSEWHERE)).not.toEqual([])
    expect(withSecrets(world.receivedBy(ELSEWHERE))).toEqual([])
  })
})

describe('redirects', () => {
  test.each([
    [5, true],
    [6, false],
  ])('of a manifest, %d in a row: followed is %s', async (count, isFollowed) => {
    const chain = Array.from({ length: count }, (_, hop) => [`/hop/${hop}`, `/hop/${hop + 1}`] as const)
    const { service, parsed, world } = enter({
      before: ({ path }) => {
        const from = path === '/v2/team/app/manifests/2.0.0' ? '/hop/0' : path
        const next = chain.find(([hop]) => hop === from)
        if (next) return reply(307, '', { Location: next[1] })
        return moved()
      },
    })

    const outcome = await service.getPlatforms(parsed('team/app'), '2.0.0').catch(({ code }) => code)

    if (isFollowed) expect(outcome).toHaveLength(3)
    else expect(outcome).toBe('TOO_LARGE')
    expect(world.exchanges).toHaveLength(6)
  })

  test.each([
    ['stay at home', '/moved', true],
    ['go to another host', `${ELSEWHERE}/moved`, false],
    ['go to a sibling', 'https://auth.example.org/moved', false],
    ['go to another port', `https://${HOME}:8443/moved`, false],
  ])('that %s: %s is sent the credentials: %s', async (_where, to, areSent) => {
    const { service, parsed, world } = enter({
      guard: basic({ challenge: 'Basic realm="registry"' }),
      options: LOGIN,
      instead: redirecting('/v2/team/app/manifests/2.0.0', to),
    })
    const { origin } = new URL(to, `https://${HOME}`)
    world.put(origin, ({ path }) => (path === '/moved' ? moved() : undefined))

    await expect(service.getPlatforms(parsed('team/app'), '2.0.0')).resolves.toHaveLength(3)

    const [request] = world.receivedBy(origin).filter(({ path }) => path === '/moved')
    expect(request && carries(request, LOGIN.password)).toBe(areSent)
    expect(withSecrets(world.receivedBy(`https://${HOME}`))).not.toEqual([])
  })

  test.each([
    ['plain http', `http://${HOME}/moved`],
    ['a user name', `https://alice:${LOGIN.password}@${HOME}/moved`],
    ['no web address', 'ftp://elsewhere.example.net/moved'],
  ])('to %s are refused', async (_what, to) => {
    const { service, parsed, world } = enter({ before: redirecting('/v2/team/app/manifests/2.0.0', to) })

    const error = await failure(service.getPlatforms(parsed('team/app'), '2.0.0'))

    expect(error.code).toBe('BAD_RESPONSE')
    expect(error.message).not.toContain(LOGIN.password)
    expect(world.exchanges).toHaveLength(1)
  })
})

describe('GitHub’s token', () => {
  test('stays with its API when a repository was renamed', async () => {
    const world = openWorld()
    const { service } = world.service({ github: { token: ACCESS_TOKEN } })
    const [old, moved] = ['/repos/team/app/releases/tags/v1.0', '/repositories/1/releases/tags/v1.0']
    world.put('https://api.github.com', redirecting(old, moved))
    world.put('https://api.github.com', redirecting(moved, `${ELSEWHERE}/release`))
    world.put(ELSEWHERE, () => json({ tag_name: 'v1.0' }))

    await expect(service.detectReleaseTagPrefix(SOURCE, '1.0')).resolves.toBe('v')

    const seen = (origin: string) => world.receivedBy(origin).map((request) => carries(request, ACCESS_TOKEN))
    expect(seen('https://api.github.com')).toEqual([true, true])
    expect(seen(ELSEWHERE)).toEqual([false])
  })
})

interface Scene extends Omit<Partial<RegistryTraits>, 'repositories'> {
  /** Wants tokens, and says that they are issued there. */
  realm?: string
  /** What the service knows of the registry. */
  options?: RegistryOptions
}

/** A world with one registry in it, and a service that speaks with it. */
function enter({ realm, host = HOME, origin = `https://${host}`, options, ...traits }: Scene = {}) {
  const world = openWorld()
  const repositories = publicAndPrivate()
  const isWeb = realm === undefined || /^https:|^\//.test(realm)
  const tokens = { realm: isWeb ? (realm ?? '/') : '/', origin, service: 'test', repositories, refresh: true }
  const guard: Guard = realm === undefined ? open : new TokenService(tokens)
  const claimed = isWeb ? guard : claiming(realm)
  const fake = new Registry({ host, origin, repositories, guard: claimed, ...traits })
  fake.enter(world)
  const { service, logger } = world.service({ ...(options && { registries: { [host]: options } }) })
  const parsed = (name: string) => service.parseImageReference(`${host}/${name}:${NEWEST}`)
  return { world, service, logger, parsed, tags: (name: string) => service.listTags(parsed(name)) }
}

/** Wants tokens from where there is no server. */
function claiming(realm: string): Guard {
  return { admit: () => unauthorized(`Bearer realm="${realm}",service="test"`) }
}

function unauthorized(challenge: string): Reply {
  return refusal(401, 'UNAUTHORIZED', 'authentication required', { 'WWW-Authenticate': challenge })
}

function redirecting(from: string, to: string) {
  return ({ path }: { path: string }) => (path === from ? reply(307, '', { Location: to }) : undefined)
}

/** What a redirect of a manifest leads to. */
function moved(): Reply {
  const index = publicAndPrivate()['team/app']?.manifests.get(NEWEST)
  return reply(200, index?.body, { 'Content-Type': String(index?.mediaType) })
}

function withSecrets(requests: Parameters<typeof carries>[0][]) {
  return requests.filter((request) => SECRETS.some((secret) => carries(request, secret)))
}

/** The requests with a parameter, in the query or in the form. */
function requestsFor(world: World, parameter: string) {
  return world.exchanges
    .map(({ request }) => request)
    .filter(({ query, body }) => query.has(parameter) || new URLSearchParams(body).has(parameter))
}
