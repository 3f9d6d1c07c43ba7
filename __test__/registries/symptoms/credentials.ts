import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RegistryOptions, ServiceOptions } from '../../..'
import { basic, json, LOGIN, type Received, refusal, reply, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'
import type { World } from '../support/world'
import { ERRORS, enter, HOST, IMAGE, listed, NAME, ORIGIN, type Symptom, told } from './symptom'

const BASIC = 'Basic realm="registry"'
const bearer = (realm: string) => `Bearer realm="${realm}",service="registry"`
const basicOf = ({ username, password }: typeof LOGIN) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`

/** Enters a registry that answers nothing but a token with this scope, and the service that gives it; where that is. */
function wantsScope(world: World, scope: string): string {
  const realm = 'https://auth.example.org'
  enter(world, {
    before: ({ headers }) =>
      headers.authorization === 'Bearer good'
        ? undefined
        : refusal(401, 'UNAUTHORIZED', 'no', {
            'WWW-Authenticate': `${bearer(`${realm}/token`)},scope="${scope}"`,
          }),
  })
  world.put(realm, ({ url }) => json({ token: decodeURIComponent(url).includes(scope) ? 'good' : 'other' }))
  return realm
}

const repositories = () => publicAndPrivate({ count: 10, source: 'nowhere' })
const known = (options: RegistryOptions = LOGIN): ServiceOptions => ({ registries: { [HOST]: options } })

/** What a token service was asked, as scopes in the order of arrival. */
const scopes = (world: World) =>
  world.exchanges.flatMap(({ request }) => request.query.getAll('scope')).join(', then ')

/** A registry that wants a password and states its challenge in this way. */
const challenge = (what: string, ...headers: string[]): Symptom => ({
  what: `challenge: ${what}`,
  is: '10 tags',
  seen(world) {
    const admits = ({ headers: sent }: Received) => sent.authorization === basicOf(LOGIN)
    enter(world, {
      before: (request) =>
        admits(request)
          ? undefined
          : refusal(401, 'UNAUTHORIZED', 'log in', {
              'WWW-Authenticate': headers,
            }),
    })
    return listed(world, known())
  },
})

/** A registry whose tokens are read from a challenge in this form. */
const token = (what: string, header: string): Symptom => ({
  what: `challenge: ${what}`,
  is: '10 tags, from a token of https://auth.example.org/token',
  async seen(world) {
    const guard = new TokenService({
      realm: 'https://auth.example.org/token',
      service: 'registry',
      repositories: repositories(),
      challenges: () => [header],
    })
    enter(world, { guard })
    const outcome = await listed(world)
    const asked = world.receivedBy('https://auth.example.org').map(({ origin, path }) => `${origin}${path}`)
    return `${outcome}, from a token of ${[...new Set(asked)].join(' and ')}`
  },
})

/** Docker's configuration as it is found: public images are still read. */
const config = (what: string, text: string, is = '10 tags'): Symptom => ({
  what: `config.json: ${what}`,
  is,
  seen(world) {
    enter(world, { guard: basic({ challenge: BASIC, publicOf: repositories() }) })
    return withConfig(text, (dockerConfig) => listed(world, { dockerConfig }))
  },
})

/** Docker's configuration with a login in it: a registry that wants one is read. */
const login = (what: string, auths: object): Symptom => ({
  what: `config.json: ${what}`,
  is: '10 tags',
  seen(world) {
    enter(world, { guard: basic({ challenge: BASIC }) })
    return withConfig(JSON.stringify({ auths }), (dockerConfig) => listed(world, { dockerConfig }))
  },
})

const auth = ({ username, password }: typeof LOGIN) => ({
  auth: Buffer.from(`${username}:${password}`).toString('base64'),
})
const WRONG = { username: 'bob', password: 'of somebody else' }

async function withConfig(text: string, work: (directory: string) => Promise<string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'docker-config-'))
  try {
    await writeFile(join(directory, 'config.json'), text)
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true })
  }
}

/** Credentials that live. */
export const CREDENTIALS: Symptom[] = [
  {
    what: 'a password of `config.json` that has been changed there',
    is: '10 tags, then 10 tags',
    seen(world) {
      let right = WRONG
      enter(world, {
        before: ({ headers }) =>
          headers.authorization === basicOf(right)
            ? undefined
            : refusal(401, 'UNAUTHORIZED', 'log in', { 'WWW-Authenticate': BASIC }),
      })
      return withConfig(JSON.stringify({ auths: { [HOST]: auth(WRONG) } }), async (dockerConfig) => {
        const { service } = world.service({ dockerConfig })
        const list = () =>
          told(service.listTags(service.parseImageReference(IMAGE)), ({ length }) => `${length} tags`)
        const before = await list()
        right = LOGIN
        await writeFile(join(dockerConfig, 'config.json'), JSON.stringify({ auths: { [HOST]: auth(LOGIN) } }))
        return `${before}, then ${await list()}`
      })
    },
  },
  login('the longest path wins', { [HOST]: auth(WRONG), [`${HOST}/team`]: auth(LOGIN) }),
  login('`auths: null` beside, and an entry that is null', {
    [HOST]: auth(LOGIN),
    'other.example.org': null,
  }),
  config('`auths: null`', '{"auths": null}'),
  config('an empty file', ''),
  config('`credHelpers: null`', '{"credHelpers": null}'),
  config('a helper that is not installed', `{"credHelpers": {"${HOST}": "not-there"}}`),
  config('an empty name of a helper', `{"credHelpers": {"${HOST}": ""}}`),
  challenge('Basic without quotes', 'Basic realm=registry'),
  challenge('Basic with blanks in quotes', 'Basic realm="Sonatype Nexus Repository Manager"'),
  challenge('Basic behind an unknown scheme, in one header', `Negotiate, ${BASIC}`),
  challenge('Basic behind an unknown scheme, in another header', 'NTLM', BASIC),
  challenge('Basic with nothing else', 'Basic'),
  challenge('Basic with letters that are not ASCII', 'Basic realm="Régistre"'),
  token('Bearer without quotes', 'Bearer realm=https://auth.example.org/token,service=registry'),
  token('Bearer with two blanks', 'Bearer  realm="https://auth.example.org/token",service="registry"'),
  token('Bearer without commas', 'Bearer realm="https://auth.example.org/token" service="registry"'),
  token('Bearer behind Basic, in one header', `${BASIC}, ${bearer('https://auth.example.org/token')}`),
  {
    what: 'a challenge with another scope (`metadata_read`, as ACR)',
    is: '10 tags, asked for repository:team/app:metadata_read, repository:team/app:pull',
    async seen(world) {
      const realm = wantsScope(world, `repository:${NAME}:metadata_read`)
      const outcome = await listed(world)
      const asked = world
        .receivedBy(realm)
        .at(-1)
        ?.query.getAll('scope')
        .flatMap((text) => text.split(' '))
      return `${outcome}, asked for ${asked?.sort().join(', ')}`
    },
  },
  {
    what: 'a challenge that names another repository (`proxied/team/app`)',
    is: '10 tags',
    seen(world) {
      wantsScope(world, `repository:proxied/${NAME}:pull`)
      return listed(world)
    },
  },
  {
    what: 'a challenge that names more than reading (`pull,push,delete`)',
    is: '10 tags, asked for repository:team/app:pull',
    async seen(world) {
      const realm = 'https://auth.example.org'
      enter(world, {
        before: ({ headers }) =>
          headers.authorization
            ? undefined
            : refusal(401, 'UNAUTHORIZED', 'no', {
                'WWW-Authenticate': `${bearer(`${realm}/token`)},scope="repository:${NAME}:pull,push,delete"`,
              }),
      })
      world.put(realm, () => json({ token: 'good' }))
      const outcome = await listed(world)
      return `${outcome}, asked for ${scopes(world)}`
    },
  },
  {
    what: 'a registry that redirects to another one with a challenge of its own',
    is: '10 tags, the password went to registry.example.org only',
    async seen(world) {
      const regional = 'regional.example.net'
      const guard = new TokenService({
        realm: `https://${regional}/token`,
        service: 'regional',
        repositories: repositories(),
      })
      const isIn = ({ headers }: Received) => headers.authorization === basicOf(LOGIN)
      enter(world, {
        before: (request) =>
          isIn(request)
            ? reply(307, '', { Location: `https://${regional}${request.url}` })
            : refusal(401, 'UNAUTHORIZED', 'log in', { 'WWW-Authenticate': BASIC }),
      })
      enter(world, { host: regional, guard })
      const outcome = await listed(world, known())
      const told = world.exchanges.filter(({ request }) => isIn(request)).map(({ request }) => request.origin)
      return `${outcome}, the password went to ${[...new Set(told)].map((origin) => new URL(origin).host).join(' and ')} only`
    },
  },
  ...[undefined, 'https://tokens.example.net'].map(
    (tokenService): Symptom => ({
      what: `a token service of another domain, ${tokenService ? 'which `tokenService` allows' : 'with a password'}`,
      is: tokenService ? '10 tags' : 'AUTH_FAILED (401), and the message names `tokenService`',
      async seen(world) {
        const realm = 'https://tokens.example.net/token'
        enter(world, {
          guard: new TokenService({ realm, service: 'registry', repositories: repositories() }),
        })
        const options = known({ ...LOGIN, ...(tokenService && { tokenService }) } as RegistryOptions)
        const { service } = world.service(options)
        const image = service.parseImageReference(`${HOST}/team/secret`)
        return service.listTags(image).then(
          ({ length }) => `${length} tags`,
          ({ code, status, message }) =>
            `${code} (${status}), and the message names ${/\(registries\[host\]\.(\w+)\)/.exec(message)?.[1] ? '`tokenService`' : 'nothing'}`,
        )
      },
    }),
  ),
  ...[false, true].map(
    (insecure): Symptom => ({
      what: `a token service on plain http behind a registry on https${insecure ? ', which is `insecure`' : ''}`,
      is: insecure ? '10 tags' : 'BAD_RESPONSE, and the message names `insecure`',
      async seen(world) {
        const realm = `http://${HOST}/token`
        enter(world, {
          guard: new TokenService({ realm, service: 'registry', repositories: repositories() }),
        })
        const { service } = world.service(known({ ...LOGIN, insecure }))
        return service.listTags(service.parseImageReference(IMAGE)).then(
          ({ length }) => `${length} tags`,
          ({ code, message }) =>
            `${code}, and the message names ${/insecure/.test(message) ? '`insecure`' : message}`,
        )
      },
    }),
  ),
  {
    what: 'a token service that takes only POST (405 on GET)',
    is: '10 tags',
    seen(world) {
      const realm = 'https://auth.example.org'
      enter(world, {
        before: ({ headers }) =>
          headers.authorization === 'Bearer good'
            ? undefined
            : refusal(401, 'UNAUTHORIZED', 'no', { 'WWW-Authenticate': bearer(`${realm}/token`) }),
      })
      world.put(realm, ({ method, body }) =>
        method === 'POST' && new URLSearchParams(body).get('grant_type') === 'password'
          ? json({ access_token: 'good' })
          : reply(405),
      )
      return listed(world, known())
    },
  },
  {
    what: 'a token service that answers 200 with another document',
    is: 'BAD_RESPONSE (200)',
    seen(world) {
      const realm = 'https://auth.example.org'
      enter(world, {
        before: () => refusal(401, 'UNAUTHORIZED', 'no', { 'WWW-Authenticate': bearer(`${realm}/token`) }),
      })
      world.put(realm, () => json(ERRORS))
      return listed(world)
    },
  },
  {
    what: '403 to a token that has expired',
    is: '10 tags, then 10 tags, with 2 tokens',
    async seen(world) {
      const realm = 'https://auth.example.org'
      let tokens = 0
      let isExpired = false
      enter(world, {
        before({ headers }) {
          if (!headers.authorization) {
            return refusal(401, 'UNAUTHORIZED', 'no', { 'WWW-Authenticate': bearer(`${realm}/token`) })
          }
          const isOld = headers.authorization !== `Bearer ${tokens}` || (isExpired && tokens === 1)
          return isOld ? refusal(403, 'DENIED', 'the token has expired') : undefined
        },
      })
      world.put(realm, () => json({ token: String(++tokens) }))
      const { service } = world.service()
      const list = () =>
        told(service.listTags(service.parseImageReference(IMAGE)), ({ length }) => `${length} tags`)
      const before = await list()
      isExpired = true
      return `${before}, then ${await list()}, with ${tokens} tokens`
    },
  },
  {
    what: '403 with a secondary rate limit',
    is: 'RATE_LIMITED (403)',
    seen(world) {
      enter(world, {
        before: () =>
          json(
            { errors: [{ code: 'DENIED', message: 'You have exceeded a secondary rate limit' }] },
            {},
            403,
          ),
      })
      return listed(world)
    },
  },
  {
    what: 'a refused password of a `credentials` callback that knows another one by then',
    is: '10 tags, asked 2 times',
    async seen(world) {
      enter(world, { guard: basic({ challenge: BASIC }) })
      let asked = 0
      const credentials = () => {
        asked += 1
        return asked === 1 ? WRONG : LOGIN
      }
      return `${await listed(world, { credentials } as ServiceOptions)}, asked ${asked} times`
    },
  },
  {
    what: 'one that knows no other',
    is: 'AUTH_FAILED (401), shown once',
    async seen(world) {
      enter(world, { guard: basic({ challenge: BASIC }) })
      const outcome = await listed(world, { credentials: async () => WRONG } as ServiceOptions)
      const shown = world.receivedBy(ORIGIN).filter(({ headers }) => headers.authorization).length
      return `${outcome}, shown ${shown === 1 ? 'once' : `${shown} times`}`
    },
  },
  {
    what: 'one that throws',
    is: 'AUTH_FAILED, asked once',
    async seen(world) {
      enter(world, { guard: basic({ challenge: BASIC }) })
      let asked = 0
      const credentials = () => {
        asked += 1
        throw new Error('the vault is sealed')
      }
      const outcome = await listed(world, { credentials } as unknown as ServiceOptions)
      return `${outcome}, asked ${asked === 1 ? 'once' : `${asked} times`}`
    },
  },
  {
    what: 'one that rejects',
    is: 'AUTH_FAILED',
    seen(world) {
      enter(world, { guard: basic({ challenge: BASIC }) })
      const credentials = () => Promise.reject(new Error('the vault is sealed'))
      return listed(world, { credentials } as unknown as ServiceOptions)
    },
  },
  {
    what: 'one that has none',
    is: 'AUTH_FAILED (401)',
    seen(world) {
      enter(world, { guard: basic({ challenge: BASIC }) })
      return listed(world, { credentials: () => null } as unknown as ServiceOptions)
    },
  },
  {
    what: 'one after `clearCache()`',
    is: '10 tags, then 10 tags, asked 2 times',
    async seen(world) {
      enter(world, { guard: basic({ challenge: BASIC }) })
      let asked = 0
      const credentials = () => {
        asked += 1
        return LOGIN
      }
      const { service } = world.service({ credentials } as ServiceOptions)
      const list = () =>
        told(service.listTags(service.parseImageReference(IMAGE)), ({ length }) => `${length} tags`)
      const before = await list()
      await service.clearCache()
      return `${before}, then ${await list()}, asked ${asked} times`
    },
  },
  {
    what: 'two of them, of two accounts that share a cache folder',
    is: '10 tags, then AUTH_FAILED (401)',
    async seen(world) {
      enter(world, { guard: basic({ challenge: BASIC }) })
      const directory = await mkdtemp(join(tmpdir(), 'accounts-'))
      try {
        const cache = { directory }
        const first = await listed(world, { cache, credentials: () => LOGIN } as ServiceOptions)
        return `${first}, then ${await listed(world, { cache, credentials: () => null } as ServiceOptions)}`
      } finally {
        await rm(directory, { recursive: true, force: true, maxRetries: 9 })
      }
    },
  },
  {
    what: 'one whose answer has more than a login, such as when it expires',
    is: '10 tags',
    seen(world) {
      enter(world, { guard: basic({ challenge: BASIC }) })
      const credentials = () => ({ ...LOGIN, expiresAt: new Date(), proxyEndpoint: 7 })
      return listed(world, { credentials } as unknown as ServiceOptions)
    },
  },
  ...[7, 'secret', {}, { password: 'alone' }].map(
    (given): Symptom => ({
      what: `one that answers with \`${JSON.stringify(given)}\``,
      is: 'AUTH_FAILED, and the message says what it must give',
      async seen(world) {
        enter(world, { guard: basic({ challenge: BASIC }) })
        const { service } = world.service({ credentials: () => given } as unknown as ServiceOptions)
        return service.listTags(service.parseImageReference(IMAGE)).then(
          ({ length }) => `${length} tags`,
          ({ code, message }) =>
            `${code}, and the message ${/username with password, token, and identityToken/.test(message) ? 'says what it must give' : message}`,
        )
      },
    }),
  ),
]
