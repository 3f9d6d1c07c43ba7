import { ContainerRegistryService } from '..'
import { CUT, json, reply, tooManyRequests } from '../testing/registry'
import { serviceOn, useFakes } from './support/fakes'

const fakes = useFakes()

const SOURCE = 'https://github.com/o/r'
const V = 'GET /repos/o/r/releases/tags/v1.2.3'
const PLAIN = 'GET /repos/o/r/releases/tags/1.2.3'

describe('buildReleaseUrl', () => {
  const service = new ContainerRegistryService()

  test.each([
    [SOURCE, '1.2.3', '', 'https://github.com/o/r/releases/tag/1.2.3'],
    [SOURCE, '1.2.3', 'v', 'https://github.com/o/r/releases/tag/v1.2.3'],
    [SOURCE, 'v1.2.3', 'v', 'https://github.com/o/r/releases/tag/v1.2.3'],
    [SOURCE, 'v1.2.3', '', 'https://github.com/o/r/releases/tag/1.2.3'],
    [SOURCE, 'v1.2.3', 'release-', 'https://github.com/o/r/releases/tag/release-1.2.3'],
    [SOURCE, 'a b/%', '', 'https://github.com/o/r/releases/tag/a b/%'],
    ['https://github.com/o/r.git', '1', '', 'https://github.com/o/r/releases/tag/1'],
    ['https://github.com/o/r/', '1', '', 'https://github.com/o/r/releases/tag/1'],
    ['http://github.com/o/r', '1', '', 'http://github.com/o/r/releases/tag/1'],
    ['https://github.com/o', '1', '', 'https://github.com/o/releases/tag/1'],
    ['https://github.com', '1', '', 'https://github.com/releases/tag/1'],
  ])('%s, %j, %j', (source, tag, prefix, page) => {
    expect(service.buildReleaseUrl(source, tag, prefix)).toBe(page)
  })

  test.each([
    'https://bitbucket.org/o/r',
    'https://www.github.com/o/r',
    'foo://github.com/o/r',
    'github.com/o/r',
    'o/r',
    '',
  ])('%j has no release pages', (source) => {
    expect(service.buildReleaseUrl(source, '1', '')).toBeUndefined()
  })

  test('a prefix that is left out is none', () => {
    const page = 'https://github.com/o/r/releases/tag/1.2'
    expect(service.buildReleaseUrl(SOURCE, 'v1.2')).toBe(page)
    expect(service.buildReleaseUrl(SOURCE, 'v1.2', undefined)).toBe(page)
  })
})

describe('detectReleaseTagPrefix', () => {
  test.each([
    ['v1.2.3', 'v', [V]],
    ['1.2.3', '', [V, PLAIN]],
  ])('a release %s means %j', async (tag, prefix, routes) => {
    const github = await fakes.github()
    github.repository('o/r', tag)
    const { service, logger } = serviceOn({ github })
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe(prefix)
    expect(github.server.routes).toEqual(routes)
    expect(logger.lines).toEqual([])
  })

  test('the sample may have its v', async () => {
    const github = await fakes.github()
    github.repository('o/r', 'v1.2.3')
    expect(await serviceOn({ github }).service.detectReleaseTagPrefix(SOURCE, 'v1.2.3')).toBe('v')
    expect(github.server.routes).toEqual([V])
  })

  test('GitHub is asked as the original asks it', async () => {
    const github = await fakes.github()
    github.repository('o/r', 'v1.2.3')
    await serviceOn({ github }).service.detectReleaseTagPrefix(SOURCE, '1.2.3')
    const { headers } = github.server.requests[0] ?? {}
    expect(headers).toMatchObject({
      accept: 'application/vnd.github.v3+json',
      'user-agent': expect.stringMatching(/^container-registry-service\/\d/),
    })
    expect(headers).not.toHaveProperty('authorization')
  })

  test('no release at all is final too', async () => {
    const github = await fakes.github()
    github.repository('o/r')
    const { service } = serviceOn({ github })
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('')
    expect(await service.detectReleaseTagPrefix(SOURCE, '9.9.9')).toBe('')
    expect(github.server.routes).toEqual([V, PLAIN])
  })

  test('the answer is remembered by the source URL as it was given', async () => {
    const github = await fakes.github()
    github.repository('o/r', 'v1.2.3')
    const { service } = serviceOn({ github })
    for (const source of [SOURCE, SOURCE, `${SOURCE}.git`]) {
      expect(await service.detectReleaseTagPrefix(source, '1.2.3')).toBe('v')
    }
    expect(github.server.routes).toEqual([V, V])
  })

  test('each service remembers for itself', async () => {
    const github = await fakes.github()
    github.repository('o/r', 'v1.2.3')
    for (const { service } of [serviceOn({ github }), serviceOn({ github })]) {
      await service.detectReleaseTagPrefix(SOURCE, '1.2.3')
    }
    expect(github.server.routes).toEqual([V, V])
  })

  test.each([
    'https://gitlab.com/o/r',
    'https://bitbucket.org/o/r',
    'https://www.github.com/o/r',
    'no url',
    '',
  ])('of %j there is none, and nobody is asked', async (source) => {
    const github = await fakes.github()
    expect(await serviceOn({ github }).service.detectReleaseTagPrefix(source, '1.2.3')).toBe('')
    expect(github.server.requests).toEqual([])
  })

  test.each([
    ['a rate limit', json({ message: 'API rate limit exceeded' }, { 'X-RateLimit-Remaining': '0' }, 403)],
    ['a server error', reply(500)],
    ['a connection that is cut', CUT],
  ])('%s is none for this call only', async (_, answer) => {
    const github = await fakes.github()
    github.repository('o/r', 'v1.2.3')
    github.server.on(V, answer)
    const { service, logger } = serviceOn({ github })
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('')
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('v')
    expect(logger.warnings).toEqual([])
  })

  test('nor is a failure of the second request remembered', async () => {
    const github = await fakes.github()
    github.repository('o/r', '1.2.3')
    github.server.on(PLAIN, reply(502))
    const { service } = serviceOn({ github })
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('')
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('')
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('')
    expect(github.server.routes).toEqual([V, PLAIN, V, PLAIN])
  })

  test('a 429 is tried again once', async () => {
    const github = await fakes.github()
    github.repository('o/r', 'v1.2.3')
    github.server.on(V, tooManyRequests('0'))
    const { service, logger } = serviceOn({ github })
    expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('v')
    const line = `[ContainerRegistryService] Rate limited on ${github.server.origin}${V.slice(4)}, retrying in 0ms`
    expect(logger.warnings).toEqual([line])
  })

  test.each([
    [3, 2],
    [1, 2],
    [0, 1],
  ])(
    'with maxRetries %i it is asked %i times, and the answer is not remembered',
    async (maxRetries, times) => {
      const github = await fakes.github()
      github.repository('o/r', 'v1.2.3')
      github.server.on(V, ...Array.from({ length: times }, () => tooManyRequests('0')))
      const { service } = serviceOn({ github }, { maxRetries })
      expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('')
      expect(github.server.routes).toEqual(Array(times).fill(V))
      expect(await service.detectReleaseTagPrefix(SOURCE, '1.2.3')).toBe('v')
    },
  )
})
