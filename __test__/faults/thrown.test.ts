import { ContainerRegistryService, optionsFromDockerInfo } from '../..'
import { json, reply } from '../../testing/registry'
import { failure } from '../support/failure'
import { HOST, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'

const fakes = useFakes()

const revoked = Proxy.revocable({}, {})
revoked.revoke()

/** What code may throw: anything. */
const THROWN: [name: string, thrown: unknown][] = [
  ['an Error', new Error('odd')],
  ['a symbol', Symbol('odd')],
  ['undefined', undefined],
  ['null', null],
  ['a number', 42],
  ['a bigint', 10n],
  ['a text', 'odd'],
  ['a function', () => 'odd'],
  ['an object without a prototype', Object.create(null)],
  [
    'an object whose message throws',
    {
      get message() {
        throw new Error('within')
      },
    },
  ],
  [
    'an object whose toString throws',
    {
      toString() {
        throw new Error('within')
      },
    },
  ],
  ['an object whose words are no text', { toString: () => ({}), message: 1 }],
  ['an object that calls itself one of ours', { name: 'ContainerRegistryError', code: Symbol('x') }],
  ['a revoked proxy', revoked.proxy],
]

const throwing = (thrown: unknown) => () => {
  throw thrown
}

/** An object whose field throws. */
const trapped = (key: string, thrown: unknown) =>
  Object.defineProperty({}, key, { enumerable: true, get: throwing(thrown) })

function expectOurs(error: unknown, thrown: unknown) {
  expect(Object.prototype.toString.call(error)).toBe('[object Error]')
  const { name, code, transient, message, cause } = error as Record<string, unknown>
  expect([name, code, transient, typeof message]).toEqual([
    'ContainerRegistryError',
    'INVALID_ARGUMENT',
    false,
    'string',
  ])
  expect(error).toHaveProperty('cause')
  expect(Object.is(cause, thrown)).toBe(true)
}

function caught(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  throw new Error('nothing was thrown')
}

describe.each(THROWN)('%s', (_, thrown) => {
  const service = new ContainerRegistryService()

  test('by an option of the constructor', () => {
    for (const key of ['logger', 'userAgent', 'limits', 'policy'])
      expectOurs(
        caught(() => new ContainerRegistryService(trapped(key, thrown))),
        thrown,
      )
    expectOurs(
      caught(() => new ContainerRegistryService({ limits: trapped('waiting', thrown) })),
      thrown,
    )
  })

  test('by an argument of a method that answers at once', () => {
    const parsed = trapped('registry', thrown) as never
    expectOurs(
      caught(() => optionsFromDockerInfo(trapped('Architecture', thrown) as never)),
      thrown,
    )
    const tags = new Proxy(['1'], { get: throwing(thrown) })
    expectOurs(
      caught(() => service.filterCompatibleUpdates(tags, '1.0', 1)),
      thrown,
    )
    return expect(service.listTags(parsed)).rejects.toHaveProperty('code', 'INVALID_ARGUMENT')
  })

  test('by an argument or an option of a method that asks', async () => {
    for (const call of [
      service.listTags(trapped('registry', thrown) as never),
      service.checkImage('nginx:1', trapped('arch', thrown)),
      service.checkImage('nginx:1', trapped('signal', thrown)),
      service.checkImages([trapped('image', thrown) as never]),
      service.checkImages(['nginx:1'], trapped('onProgress', thrown)),
      service.listTags({ registry: 'x.example', fullName: 'a/b' } as never, {
        signal: trapped('aborted', thrown) as never,
      }),
    ])
      expectOurs(await failure(call), thrown)
  })

  test.each(['at once', 'as a promise'])('by onProgress, %s', async (when) => {
    const server = await fakes.server()
    server.always(TAGS, json({ tags: ['1.0.0'] }))
    server.always(`GET /v2/${NAME}/manifests/1.0.0`, reply(404))
    const { service } = serviceOn({ registry: server })
    const onProgress = () => {
      if (when === 'at once') throw thrown
      return Promise.reject(thrown)
    }
    const outcome = service.checkImages([`${HOST}/${NAME}:1.0.0`], { onProgress } as never)
    if (when === 'at once') return expectOurs(await failure(outcome), thrown)
    // A promise may be rejected when the call has ended already; it is heard either way.
    await outcome.catch((error) => expectOurs(error, thrown))
  })

  test.each(['at once', 'as a promise'])('by a logger, %s', async (when) => {
    const server = await fakes.server()
    server.always(`GET /v2/${NAME}/manifests/1.0.0`, reply(200, '{"odd'))
    const warn = () => {
      if (when === 'at once') throw thrown
      return Promise.reject(thrown)
    }
    const warnings = jest.spyOn(process, 'emitWarning').mockImplementation(() => {})
    const { service } = serviceOn({ registry: server }, { logger: { warn } as never })
    expect(
      await service.checkArchSupport({ registry: HOST, fullName: NAME } as never, '1.0.0', 'amd64'),
    ).toBe(true)
    await new Promise((resolve) => setImmediate(resolve))
    expect(warnings.mock.calls).toEqual([
      [expect.stringMatching(/^The logger of ContainerRegistryService threw: /)],
    ])
    warnings.mockRestore()
  })
})

test('what is no answer of docker info is an error with a code that names the field', () => {
  const info = (RegistryConfig: unknown) => ({ Architecture: 'amd64', RegistryConfig }) as never
  const cases: [unknown, string][] = [
    [undefined, 'info.Architecture'],
    [null, 'info.Architecture'],
    [{ message: 'permission denied' }, 'info.Architecture'],
    [{ Architecture: 7 }, 'info.Architecture'],
    [info('x'), 'info.RegistryConfig'],
    [info([]), 'info.RegistryConfig'],
    [info({ IndexConfigs: 3 }), 'info.RegistryConfig.IndexConfigs'],
    [info({ IndexConfigs: { 'a.example': 'x' } }), 'info.RegistryConfig.IndexConfigs["a.example"]'],
    [
      info({ IndexConfigs: { 'a.example': { Mirrors: [1] } } }),
      'info.RegistryConfig.IndexConfigs["a.example"].Mirrors[0]',
    ],
    [info({ Mirrors: 'https://m.example' }), 'info.RegistryConfig.Mirrors'],
    [info({ Mirrors: ['no url'] }), 'a mirror that is no URL: "no url"'],
    [info({ InsecureRegistryCIDRs: ['10.0.0.0'] }), 'a range of addresses that is none: "10.0.0.0"'],
    [info({ InsecureRegistryCIDRs: ['10.0.0.0/33'] }), '"10.0.0.0/33"'],
    [info({ InsecureRegistryCIDRs: ['x/8'] }), '"x/8"'],
  ]
  for (const [answer, words] of cases) {
    const error = caught(() => optionsFromDockerInfo(answer as never))
    expect(error).toMatchObject({ name: 'ContainerRegistryError', code: 'INVALID_ARGUMENT' })
    expect((error as Error).message).toContain(words)
  }
  expect(() => optionsFromDockerInfo(info(null), 'nginx' as never)).toThrow(
    'images must be an array of strings',
  )
  expect(() => optionsFromDockerInfo(info(null), [1] as never)).toThrow('images[0] must be a string')
  expect(
    optionsFromDockerInfo(info(JSON.parse('{"IndexConfigs": {"__proto__": {"Secure": false}}}'))).options
      .registries,
  ).toBeDefined()
})
