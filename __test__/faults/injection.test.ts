import { createServer, type Server, type Socket } from 'node:net'
import { ContainerRegistryService, type ParsedImageReference, type ServiceOptions } from '../..'
import { failure, thrown } from '../support/failure'
import { app, HOST, NAME } from '../support/fakes'

/** What would be a header, or a request, of its own if it came to be written as it is. */
const EVILS = [
  '1.0\r\nX-Injected: yes',
  '1.0\nX-Injected: yes',
  '1.0\rX-Injected: yes',
  '1.0 HTTP/1.1\r\nHost: elsewhere\r\n\r\nGET /injected',
  '1.0\0\u2028\r\n\r\nGET /injected HTTP/1.1\r\n\r\n',
  '1.0?x-injected=1#/../../injected',
  '../../injected',
  '..%2f..%2finjected',
]

/** A server that keeps every byte, and wants credentials. */
let server: Server
let received = ''
let origin = ''
let challenge = ''
beforeEach(async () => {
  received = ''
  challenge = ''
  server = createServer((socket: Socket) => {
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
      if (!bytes.includes('\r\n\r\n')) return
      const isToken = bytes.includes('/token')
      const body = isToken ? '{"token":"t"}' : '{}'
      const status = isToken || !challenge ? '200 OK' : '401 Unauthorized'
      socket.end(
        `HTTP/1.1 ${status}\r\n${challenge}Connection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})
afterEach(() => void server.close())

/** Every head that was received is one of ours: one request, and headers that this package sends. */
function expectNothingInjected() {
  const heads = received.split(/(?=^(?:GET|HEAD|POST) )/m).filter((head) => head.trim() !== '')
  for (const head of heads) {
    const [line = '', ...headers] = (head.split('\r\n\r\n')[0] ?? '').split('\r\n')
    expect(line).toMatch(/^(GET|HEAD|POST) \/(v2|token|repos)[\x21-\x7e]* HTTP\/1\.1$/)
    expect(line).not.toMatch(/\/\.\.?[/? ]|#/)
    for (const header of headers) {
      expect(header).toMatch(
        /^(accept|accept-encoding|authorization|user-agent|host|content-type|content-length): [\x20-\x7e]*$/i,
      )
    }
    expect(headers.filter((header) => /^host:/i.test(header))).toEqual([expect.stringContaining('127.0.0.1')])
  }
}

const wired = (options: ServiceOptions = {}) =>
  new ContainerRegistryService({
    registries: { [HOST]: { url: origin } },
    github: { apiUrl: origin },
    maxFaultRetries: 0,
    ...options,
  })

/** Waits for calls, whatever comes of them, as long as it is an answer or an error of this package. */
async function settled(calls: Array<() => unknown>) {
  for (const call of calls) {
    try {
      await call()
    } catch (error) {
      expect(error).toMatchObject({ name: 'ContainerRegistryError', code: expect.any(String) })
    }
  }
}

test.each(EVILS)('no argument becomes a part of the protocol: %j', async (evil) => {
  const service = wired()
  const fields = ['registry', 'namespace', 'repo', 'tag', 'fullName', 'digest'] as const
  const parsed: ParsedImageReference[] = fields.map((field) => ({ ...app(), [field]: evil }))
  const image = `${HOST}/${NAME}`
  await settled([
    ...parsed.flatMap((reference) => [
      () => service.listTags(reference),
      () => service.getDigest(reference),
      () => service.getPlatforms(reference),
      () => service.getSourceUrl(reference),
      () => service.checkArchSupport(reference, reference.tag, 'amd64'),
    ]),
    () => service.getDigest(app(), evil),
    () => service.getPlatforms(app(), evil),
    () => service.checkArchSupport(app(), evil, 'amd64'),
    () => service.checkArchSupport(app(), '1.0.0', evil),
    () => service.getImageDownloadSize(app(), evil, evil),
    () => service.getAvailableUpdates(`${image}:${evil}`, 'amd64'),
    () => service.getAvailableUpdates(`${image}:1.0.0`, evil, evil),
    () => service.getAvailableUpdates(`${HOST}/${evil}:1.0.0`, 'amd64'),
    () => service.checkImage(`${image}:${evil}`, { arch: 'amd64' }),
    () => service.checkImage(`${image}:1.0.0`, { arch: evil }),
    () => service.checkImage(`${image}:1.0.0`, { arch: `arm/${evil}`, fallbackSourceRepo: evil }),
    () => service.checkImage(`${image}:latest`, { arch: 'amd64', currentDigest: evil }),
    () => service.inspectUpdate(`${image}:1.0.0`, evil),
    () => service.detectReleaseTagPrefix('https://github.com/o/r', evil),
    () => service.detectReleaseTagPrefix(`https://github.com/o/${evil}`, '1.0'),
    () => service.listReleases(`https://github.com/${evil}/r`),
  ])
  expect(received).not.toBe('')
  expectNothingInjected()
})

test.each(EVILS)('no option becomes a part of the protocol: %j', async (evil) => {
  // A colon ends it, which is refused by itself.
  const username = evil.replaceAll(':', '')
  const hosts: Array<[Record<string, unknown>, string]> = [
    [{ username, password: evil }, 'Basic realm="x"'],
    [{ username, password: evil }, `Bearer realm="${origin}/token",service="s"`],
    [{ identityToken: evil }, `Bearer realm="${origin}/token",service="s"`],
    [{ token: evil }, ''],
  ]
  for (const [account, wanted] of hosts) {
    challenge = wanted ? `WWW-Authenticate: ${wanted}\r\n` : ''
    const service = wired({ registries: { [HOST]: { url: origin, ...account } } })
    await settled([() => service.listTags(app())])
  }
  challenge = ''
  await settled([
    () => wired({ github: { apiUrl: origin, token: evil } }).listReleases('https://github.com/o/r'),
    () => wired({ userAgent: evil }).listTags(app()),
    () => wired({ releaseHosts: { [evil]: 'gitea' } }).listReleases(`https://${evil}/o/r`),
    () => wired({ registries: { [evil]: { url: origin } } }).listTags({ ...app(), registry: evil }),
  ])
  expect(received).not.toBe('')
  expectNothingInjected()
})

test('what no header can carry is refused before anything is sent', async () => {
  const broken = 'a\r\nX-Injected: yes'
  for (const options of [{ userAgent: broken }, { github: { token: broken } }]) {
    expect(thrown(() => wired(options))).toMatchObject({ code: 'INVALID_ARGUMENT' })
  }
  const error = await failure(
    wired({ registries: { [HOST]: { url: origin, token: broken } } }).listTags(app()),
  )
  expect(error).toMatchObject({ code: 'AUTH_FAILED' })
  expect(error.message).not.toContain('Injected')
  expect(received).toBe('')
})

test.each([
  ['service', `Bearer realm="ORIGIN/token",service="s&x=1 HTTP/1.1 X-Injected: yes"`],
  ['realm', `Bearer realm="ORIGIN/token?a=b c%0d%0aX-Injected: yes",service="s"`],
  ['scope', `Bearer realm="ORIGIN/token",service="s",scope="repository:a:pull X-Injected: yes"`],
])('no word of a server becomes a part of the protocol: %s', async (_, wanted) => {
  challenge = `WWW-Authenticate: ${wanted.replace('ORIGIN', origin)}\r\n`
  await settled([() => wired().listTags(app())])
  expect(received).toContain('/token')
  expectNothingInjected()
})
