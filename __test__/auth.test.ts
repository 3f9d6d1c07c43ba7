import { json, MEDIA_TYPES, type Reply, refusal, reply, singlePlatformImage } from '../testing/registry'
import { failure } from './support/failure'
import { app, blob, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from './support/fakes'
import { Gate } from './support/gate'

const fakes = useFakes()

const challenge = (value: string | string[]) =>
  refusal(401, 'UNAUTHORIZED', 'who are you?', { 'WWW-Authenticate': value })
const authorizations = (requests: { headers: { authorization?: string } }[]) =>
  requests.map(({ headers }) => headers.authorization)

test('a registry that asks for nothing is given nothing', async () => {
  const registry = await fakes.registry({ token: false })
  registry.repository(NAME).push('1.0.0', singlePlatformImage())
  const { service } = serviceOn({ registry })
  await service.listTags(app())
  await service.getSourceUrl(app())
  expect(new Set(authorizations(registry.server.requests))).toEqual(new Set([undefined]))
})

test('the challenge decides where a token comes from, and for what', async () => {
  const [server, tokens] = [await fakes.server(), await fakes.server()]
  server.on(
    TAGS,
    challenge(`Bearer realm="${tokens.origin}/auth?x=1",service="a service"`),
    json({ tags: ['1'] }),
  )
  tokens.always('GET /auth', json({ token: 'good' }))
  const { service } = serviceOn({ registry: server })
  expect(await service.listTags(app())).toEqual(['1'])
  expect(tokens.requests.map(({ query }) => Object.fromEntries(query))).toEqual([
    { x: '1', service: 'a service', scope: `repository:${NAME}:pull` },
  ])
  expect(authorizations(server.requests)).toEqual([undefined, 'Bearer good'])
  expect(authorizations(tokens.requests)).toEqual([undefined])
})

test.each([
  ['a relative realm', 'Bearer realm="/token"'],
  ['any case', 'bEaReR Realm="/token"'],
  ['several in one header', 'Basic realm="a, b", Bearer realm="/token",scope="x"'],
  ['several headers', ['Basic realm="Gitea"', 'Bearer realm="/token"']],
  ['a placeholder scope', 'Bearer realm="/token",scope="repository:user/image:pull"'],
])('a challenge with %s is understood', async (_, header) => {
  const server = await fakes.server()
  server.on(TAGS, challenge(header), json({ tags: ['1'] }))
  server.on(`GET /token?scope=repository:${NAME}:pull`, json({ access_token: 'good' }))
  expect(await serviceOn({ registry: server }).service.listTags(app())).toEqual(['1'])
  expect(server.requests.at(-1)?.headers.authorization).toBe('Bearer good')
})

test.each([
  ['no challenge', []],
  ['Basic only', 'Basic realm="x"'],
  ['no realm', 'Bearer service="x"'],
  ['nonsense', 'Bearer realm="unclosed'],
])('a 401 with %s is the answer', async (_, header) => {
  const server = await fakes.server()
  server.on(TAGS, challenge(header))
  expect(await failure(serviceOn({ registry: server }).service.listTags(app()))).toMatchObject({
    code: 'AUTH_FAILED',
    status: 401,
    message: `Failed to list tags for ${NAME}: 401`,
    detail: 'UNAUTHORIZED: who are you?',
  })
})

test.each(['ftp://127.0.0.1/token', 'file:///etc/passwd', 'http://user:secret@127.0.0.1/token', 'https://['])(
  'a realm at %s is a BAD_RESPONSE, and nothing of it that may be secret is told',
  async (realm) => {
    const server = await fakes.server()
    server.on(TAGS, challenge(`Bearer realm="${realm}"`))
    const error = await failure(serviceOn({ registry: server }).service.listTags(app()))
    expect(error.code).toBe('BAD_RESPONSE')
    expect(JSON.stringify([error.message, error.detail, String(error.cause)])).not.toContain('secret')
  },
)

describe('a token', () => {
  test('is used for all of its repository, and another one for the next, without another challenge', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).push('1.0.0', singlePlatformImage())
    registry.repository('team/other').list('2')
    const { service } = serviceOn({ registry })
    await service.listTags(app())
    await service.checkArchSupport(app(), '1.0.0', 'amd64')
    await service.getSourceUrl(app())
    await service.listTags({ ...app(), fullName: 'team/other' })
    expect(registry.tokenRequests.map(({ query }) => query.get('scope'))).toEqual([
      'repository:team/app:pull',
      'repository:team/other:pull',
    ])
    expect(authorizations(registry.server.requests).filter((value) => value === undefined)).toHaveLength(3)
  })

  test('belongs to one service', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).list('1')
    for (const { service } of [serviceOn({ registry }), serviceOn({ registry })])
      await service.listTags(app())
    expect(registry.tokenRequests).toHaveLength(2)
  })

  test('is asked for once by callers that come together', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).push('1.0.0', singlePlatformImage({ labels: {} }))
    const { service } = serviceOn({ registry })
    const calls = Array.from({ length: 30 }, (_, index) =>
      [
        service.listTags(app()),
        service.getSourceUrl(app()),
        service.checkArchSupport(app(), '1.0.0', 'amd64'),
      ].at(index % 3),
    )
    await Promise.all(calls)
    expect(registry.tokenRequests).toHaveLength(1)
  })

  test('that a shared request failed to bring is asked for again by the next call', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).list('1')
    registry.server.on('GET /token', reply(503))
    const { service } = serviceOn({ registry })
    expect(await failure(service.listTags(app()))).toMatchObject({ status: 503 })
    expect(await service.listTags(app())).toEqual(['1'])
  })

  test('that is refused is renewed once', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).list('1')
    const { service } = serviceOn({ registry })
    await service.listTags(app())
    registry.revokeTokens()
    expect(await service.listTags(app())).toEqual(['1'])
    expect(authorizations(registry.server.requests.filter(({ path }) => path !== '/token'))).toEqual([
      undefined,
      'Bearer token-1',
      'Bearer token-1',
      'Bearer token-2',
    ])
  })

  test('that is refused again is the answer', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).list('1')
    const { service } = serviceOn({ registry })
    await service.listTags(app())
    registry.server.always(
      'GET /v2/team/app/tags/list',
      challenge(`Bearer realm="${registry.server.origin}/token"`),
    )
    registry.server.always('GET /token', json({ token: 'still no good' }))
    expect(await failure(service.listTags(app()))).toMatchObject({ code: 'AUTH_FAILED', status: 401 })
    expect(registry.server.requests.slice(3).map(({ path }) => path)).toEqual([
      '/v2/team/app/tags/list',
      '/token',
      '/v2/team/app/tags/list',
    ])
  })

  test('that was renewed by one of many is renewed once', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).list('1')
    const { service } = serviceOn({ registry })
    await service.listTags(app())
    registry.revokeTokens()
    await Promise.all(Array.from({ length: 10 }, () => service.listTags(app())))
    expect(registry.tokenRequests).toHaveLength(2)
  })

  test.each([
    [0, 3],
    [300, 1],
    [undefined, 1],
  ])('that is good for %j seconds is asked for %i times by three calls', async (expires_in, times) => {
    const server = await fakes.server()
    server.on(TAGS, challenge('Bearer realm="/token"'))
    server.always(TAGS, json({ tags: ['1'] }))
    server.always('GET /token', json({ token: 'good', expires_in }))
    const { service } = serviceOn({ registry: server })
    for (let call = 0; call < 3; call += 1) await service.listTags(app())
    expect(server.requests.filter(({ path }) => path === '/token')).toHaveLength(times)
  })

  test('is asked for while others are answered', async () => {
    const registry = await fakes.registry()
    const gate = new Gate()
    registry.repository(NAME).list('1')
    registry.repository('team/other').list('2')
    registry.server.on(
      `GET /token?service=fake&scope=repository:${NAME}:pull`,
      gate.hold(json({ token: 'late' })),
    )
    const { service } = serviceOn({ registry })
    const held = failure(service.listTags(app()))
    await registry.server.asked(`GET /token?service=fake&scope=repository:${NAME}:pull`)
    expect(await service.listTags({ ...app(), fullName: 'team/other' })).toEqual(['2'])
    gate.open()
    // The registry issued no token of that name.
    expect(await held).toMatchObject({ code: 'AUTH_FAILED' })
  })
})

describe('the answer to the request for a token', () => {
  async function failureOn(answer: Reply) {
    const server = await fakes.server()
    server.on(TAGS, challenge('Bearer realm="/token"')).on('GET /token', answer)
    return { server, error: await failure(serviceOn({ registry: server }).service.listTags(app())) }
  }

  test.each([
    [400, 'REGISTRY_ERROR'],
    [401, 'AUTH_FAILED'],
    [403, 'AUTH_FAILED'],
    [404, 'NOT_FOUND'],
    [500, 'REGISTRY_ERROR'],
  ])('status %i rejects with %s', async (status, code) => {
    const { server, error } = await failureOn(json({ details: 'incorrect username' }, {}, status))
    expect(error).toMatchObject({
      code,
      status,
      message: `Failed to get auth token from ${HOST}: ${status}`,
      host: server.host,
      detail: 'incorrect username',
    })
  })

  test.each([
    ['nothing', json({})],
    ['empty texts', json({ token: '', access_token: '' })],
    ['null', json({ token: null })],
  ])('with %s for a token is AUTH_FAILED', async (_, answer) => {
    const { server, error } = await failureOn(answer)
    expect(error).toMatchObject({
      code: 'AUTH_FAILED',
      message: `No token returned from ${HOST}`,
      host: server.host,
    })
  })

  test.each([
    ['no JSON', reply(200, '<html>')],
    ['a token that is no text', json({ token: 7 })],
  ])('with %s is a BAD_RESPONSE', async (_, answer) => {
    expect((await failureOn(answer)).error).toMatchObject({ code: 'BAD_RESPONSE' })
  })

  test('with a token that no header can carry is AUTH_FAILED, and the token is not told', async () => {
    const { error } = await failureOn(json({ token: 'se\r\ncret' }))
    expect(error.code).toBe('AUTH_FAILED')
    expect(error.message).not.toContain('cret')
  })
})

describe('redirects', () => {
  test('of a blob are followed, and the token stays behind', async () => {
    const [registry, storage] = [await fakes.registry(), await fakes.server()]
    const source = 'https://github.com/team/app'
    const image = singlePlatformImage({ labels: { 'org.opencontainers.image.source': source } })
    registry.repository(NAME).push('1.0.0', image)
    const config = image.contents.find(({ mediaType }) => mediaType === MEDIA_TYPES.config)
    const elsewhere = { Location: `${storage.origin}/x?signature=abc` }
    registry.server.on(blob(config?.digest ?? ''), reply(307, '', elsewhere))
    storage.on('GET /x?signature=abc', reply(200, config?.body))
    expect(await serviceOn({ registry }).service.getSourceUrl(app())).toBe(source)
    expect(authorizations(storage.requests)).toEqual([undefined])
  })

  test('on the same origin keep the token', async () => {
    const registry = await fakes.registry()
    registry.repository(NAME).list('1')
    registry.repository('team/moved').list('1')
    const { service } = serviceOn({ registry })
    await service.listTags(app())
    registry.server
      .on(TAGS, reply(301, '', { Location: '/elsewhere' }))
      .on('GET /elsewhere', json({ tags: ['moved'] }))
    expect(await service.listTags(app())).toEqual(['moved'])
    expect(registry.server.requests.at(-1)?.headers.authorization).toBe('Bearer token-1')
  })

  test('that never end are TOO_LARGE', async () => {
    const server = await fakes.server()
    server.always(TAGS, reply(302, '', { Location: TAGS.slice(4) }))
    const error = await failure(serviceOn({ registry: server }).service.listTags(app()))
    expect(error).toMatchObject({ code: 'TOO_LARGE', host: server.host })
    expect(server.requests).toHaveLength(6)
  })

  test.each(['ftp://127.0.0.1/x', 'file:///etc/passwd', 'http://user:secret@127.0.0.1/'])(
    'to %s are a BAD_RESPONSE',
    async (location) => {
      const server = await fakes.server()
      server.on(manifest('1.0.0'), reply(302, '', { Location: location }))
      const { service, logger } = serviceOn({ registry: server })
      expect(await service.getSourceUrl(app())).toBeNull()
      expect(logger.warnings).toEqual([expect.stringContaining('Refused a redirect')])
      expect(logger.warnings.join()).not.toContain('secret')
    },
  )
})
