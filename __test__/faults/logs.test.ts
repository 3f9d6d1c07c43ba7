import { json, refusal, reply, singlePlatformImage } from '../../testing/registry'
import { failure } from '../support/failure'
import { app, blob, manifest, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'

const fakes = useFakes()
/** Lines of one kind that a service tells in a minute. */
const MOST = 200

const times = (count: number) => Array.from({ length: count }, (_, number) => number)

test('an outage does not flood the log: of each kind so many lines, and one that says so', async () => {
  const server = await fakes.server()
  server.always(manifest('1.0.0'), reply(200, '<html>'))
  const { service, logger } = serviceOn({ registry: server })
  await Promise.all(times(MOST + 100).map(() => service.checkArchSupport(app(), '1.0.0', 'amd64')))
  const [kind, note] = [/Error checking arch for 1\.0\.0: /, /More lines like the last one are left out/]
  expect(logger.warnings.filter((line) => kind.test(line))).toHaveLength(MOST)
  expect(logger.warnings.filter((line) => note.test(line))).toHaveLength(1)
  expect(logger.warnings).toHaveLength(MOST + 1)

  // Another kind is told all the same, and so is the same one to another service.
  expect(await service.getImageDownloadSize(app(), '1.0.0', 'amd64')).toBeNull()
  expect(logger.warnings).toHaveLength(MOST + 2)
  const other = serviceOn({ registry: server })
  await other.service.checkArchSupport(app(), '1.0.0', 'amd64')
  expect(other.logger.warnings).toEqual([expect.stringMatching(kind)])
})

test('of a query only what is known to be harmless is told', async () => {
  const [server, storage] = [await fakes.server(), await fakes.server()]
  const harmless = 'n=1&last=a&page=2&service=s&scope=repository:a:pull'
  const hidden = ['X-Amz-Signature', 'sig', 'token', 'Policy', 'code', 'N']
  const query = [harmless, ...hidden.map((key) => `${key}=secret-${key}`)].join('&')
  server.always(TAGS, reply(307, '', { Location: `${storage.origin}/list?${query}` }))
  storage.always('GET /list', { status: 200, body: '{"tags"', cutAfter: 3 })
  const { service, logger } = serviceOn({ registry: server }, { maxFaultRetries: 1 })
  const error = await failure(service.listTags(app()))
  const shown = `${storage.origin}/list?${[harmless, ...hidden.map((key) => `${key}=REDACTED`)].join('&')}`
  expect(error.message).toContain(shown)
  expect(logger.lines).toContainEqual({ level: 'debug', message: expect.stringContaining(shown) })
  expect(JSON.stringify([error, error.message, logger.lines])).not.toContain('secret-')
})

test('a line is one line, of characters that can be seen, whatever servers and callers write', async () => {
  const evil = '\u001b[31m\r\n2026 [ContainerRegistryService] forged\u0085\u202e\u2028'
  const server = await fakes.server()
  const source = singlePlatformImage({ labels: { 'org.opencontainers.image.source': `https://x/${evil}` } })
  const odd = singlePlatformImage({ platform: `linux/${evil}` })
  server.always(TAGS, json({ tags: [`1.1.0${evil}`, '1.1.0'] }))
  server.always(manifest('1.0.0'), reply(200, source.root.body, { 'Content-Type': source.root.mediaType }))
  server.always(manifest('1.1.0'), reply(200, odd.root.body, { 'Content-Type': `text/${encodeURI(evil)}` }))
  server.always(manifest('2.0.0'), refusal(500, evil, evil))
  for (const { digest, body } of [...source.contents, ...odd.contents]) {
    server.always(blob(digest), reply(200, body))
  }
  const { service, logger } = serviceOn({ registry: server })
  const errors = await Promise.all([
    service.checkArchSupport(app(), `2.0.0${evil}`, evil).catch((error) => error),
    service.getAvailableUpdates(`registry.example/${NAME}:1.0.0`, evil, evil).catch((error) => error),
    service.checkImage(`registry.example/${NAME}:1.0.0`, { arch: evil }).catch((error) => error),
    service
      .checkImage(`registry.example/${NAME}:1.0.0`, { arch: `arm/${evil}`, fallbackSourceRepo: evil })
      .then(({ error }) => error),
    service.getPlatforms({ ...app(), fullName: evil }).catch((error) => error),
    service.getPlatforms(app(), '2.0.0').catch((error) => error),
    service.getImageDownloadSize(app(), '2.0.0', evil).catch((error) => error),
    service.listReleases(`https://github.com/${evil}`).catch((error) => error),
    service.detectReleaseTagPrefix(evil, evil).catch((error) => error),
  ])
  expect(logger.lines.length).toBeGreaterThan(0)
  const texts = [...logger.lines, ...errors.filter((error) => error instanceof Error)].map(
    ({ message }) => message,
  )
  for (const text of texts) expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
  expect(texts.join('\n')).toContain('\\u{1b}[31m')
})
