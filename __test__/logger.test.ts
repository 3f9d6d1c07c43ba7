import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContainerRegistryService, type Logger } from '..'
import { json, reply, tooManyRequests } from '../testing/registry'
import { runChild } from './support/child'
import { failure } from './support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from './support/fakes'

const fakes = useFakes()

/** A call that warns of 2.0.0. */
async function warningServer() {
  const server = await fakes.server()
  server.always(manifest('2.0.0'), reply(200, '<html>'))
  return server
}

const LINE = expect.stringMatching(/^\[ContainerRegistryService\] Error checking arch for 2\.0\.0: /)

test('lines come in order, with their level, before the call has ended', async () => {
  const server = await fakes.server()
  server.on(manifest('2.0.0'), ...Array.from({ length: 3 }, () => tooManyRequests('0')), reply(200, '<html>'))
  const { service, logger } = serviceOn({ registry: server })
  const call = service.checkArchSupport(app(), '2.0.0', 'amd64').then(() => logger.lines.length)
  expect(await call).toBe(4)
  const retry = expect.stringContaining('Rate limited on')
  expect(logger.lines).toEqual([
    ...Array(3).fill({ level: 'warn', message: retry }),
    { level: 'warn', message: LINE },
  ])
})

test('lines arrive while the call goes on', async () => {
  const server = await fakes.server()
  let heard: (() => void) | undefined
  const warned = new Promise<void>((resolve) => {
    heard = resolve
  })
  server.on(TAGS, tooManyRequests('0'), async () => {
    await warned
    return json({ tags: ['1'] })
  })
  const service = new ContainerRegistryService({
    logger: { warn: () => heard?.() },
    registries: { [HOST]: { url: server.origin } },
  })
  expect(await service.listTags(app())).toEqual(['1'])
})

test('a logger keeps its this', async () => {
  class Journal {
    readonly lines: string[] = []
    warn(message: string) {
      this.lines.push(message)
    }
  }
  const logger = new Journal()
  const { service } = serviceOn({ registry: await warningServer() }, { logger })
  await service.checkArchSupport(app(), '2.0.0', 'amd64')
  expect(logger.lines).toEqual([LINE])
})

test.each<[string, Logger]>([
  ['no method', {}],
  ['methods of other levels only', { debug: fail, info: fail, error: fail }],
  ['undefined for a method', { warn: undefined, error: undefined }],
])('a logger with %s is fine', async (_, logger) => {
  const { service } = serviceOn({ registry: await warningServer() }, { logger })
  expect(await service.checkArchSupport(app(), '2.0.0', 'amd64')).toBe(true)
})

test('a logger may have more to it than is needed', async () => {
  const logger = { warn: jest.fn(), fatal: jest.fn(), level: 'info', child: () => undefined }
  const { service } = serviceOn({ registry: await warningServer() }, { logger })
  await service.checkArchSupport(app(), '2.0.0', 'amd64')
  expect(logger.warn.mock.calls).toEqual([[LINE]])
  expect(logger.fatal).not.toHaveBeenCalled()
})

test('each service writes to its own logger', async () => {
  const server = await warningServer()
  const [one, other] = [serviceOn({ registry: server }), serviceOn({ registry: server })]
  await Promise.all([
    one.service.checkArchSupport(app(), '2.0.0', 'amd64'),
    one.service.checkArchSupport(app(), '2.0.0', 'arm64'),
    other.service.checkArchSupport(app(), '2.0.0', 'amd64'),
  ])
  expect(one.logger.warnings).toEqual([LINE, LINE])
  expect(other.logger.warnings).toEqual([LINE])
})

test('a hundred calls at once lose no line, and each keeps the order of its own', async () => {
  const server = await fakes.server()
  const tags = Array.from({ length: 100 }, (_, index) => `1.${index}`)
  for (const tag of tags) server.on(manifest(tag), tooManyRequests('0'), reply(200, '<html>'))
  const { service, logger } = serviceOn({ registry: server })
  await Promise.all(tags.map((tag) => service.checkArchSupport(app(), tag, 'amd64')))
  expect(logger.lines).toHaveLength(200)
  for (const tag of tags) {
    const retry = logger.warnings.findIndex((line) => line.includes(`/manifests/${tag},`))
    const failed = logger.warnings.findIndex((line) => line.includes(`checking arch for ${tag}:`))
    expect(retry).toBeGreaterThanOrEqual(0)
    expect(failed).toBeGreaterThan(retry)
  }
})

describe('in a process of its own', () => {
  const call = (origin: string, options: string) => `
    const service = new ContainerRegistryService({ registries: { '${HOST}': { url: '${origin}' } }, ${options} })
    const parsed = service.parseImageReference('${HOST}/${NAME}:1.0.0')
    const check = () => service.checkArchSupport(parsed, '2.0.0', 'amd64')
  `

  test('without a logger nothing is printed', async () => {
    const { origin } = await warningServer()
    expect(
      await runChild(`${call(origin, '')}; check(); service.getAvailableUpdates('nginx', 'amd64')`),
    ).toEqual({
      status: 0,
      stdout: '',
      stderr: '',
    })
  })

  test('a logger does not keep it alive, with or without a call', async () => {
    const { origin } = await warningServer()
    const logger = 'logger: { warn: (line) => console.log(line.slice(0, 26)) }'
    const ended = { status: 0, stdout: '', stderr: '' }
    expect(await runChild(call(origin, logger))).toEqual(ended)
    expect(await runChild(`${call(origin, logger)}; check().then((yes) => console.log(yes))`)).toEqual({
      ...ended,
      stdout: '[ContainerRegistryService]\ntrue\n',
    })
  })

  test('many calls under one signal print nothing', async () => {
    const { origin } = await warningServer()
    const calls = `
      const { signal } = new AbortController()
      for (let n = 0; n < 40; n += 1) service.checkArchSupport(parsed, '2.0.0', 'amd64', { signal })
    `
    expect(await runChild(call(origin, '') + calls)).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  test('the first logger hears once that an authority of the machine cannot be read', async () => {
    const { origin } = await warningServer()
    const { stdout } = await runChild(
      `
      const warn = (name) => (line) => line.includes('CA_CERTS') && console.log(name, line)
      const silent = () => { ${call(origin, '')}; return check() }
      const listening = (name) => { ${call(origin, 'logger: { warn: warn(name) }')}; return check() }
      silent().then(() => listening('one')).then(() => listening('one')).then(() => listening('another'))
      `,
      { NODE_EXTRA_CA_CERTS: '/nowhere/authority.pem' },
    )
    expect(stdout).toMatch(
      /^one \[ContainerRegistryService\] Could not use NODE_EXTRA_CA_CERTS \/nowhere\/authority\.pem: .*\n$/,
    )
  })
})

test('what is read on another thread is told of as well', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'logged-'))
  const dockerConfig = join(folder, 'config.json')
  try {
    await writeFile(dockerConfig, '{"auths":{}}')
    const server = await fakes.server()
    server.always(TAGS, json({ tags: ['1'] }))
    const { service, logger } = serviceOn({ registry: server }, { dockerConfig })
    await service.listTags(app())
    await writeFile(dockerConfig, '{"auths":')
    expect(await service.listTags(app())).toEqual(['1'])
    expect(logger.warnings).toEqual([expect.stringContaining('what was read before is used')])
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('what a call that failed had to say was said', async () => {
  const server = await fakes.server()
  server.on(TAGS, tooManyRequests('0'), reply(404))
  const { service, logger } = serviceOn({ registry: server })
  await failure(service.listTags(app()))
  expect(logger.warnings).toEqual([expect.stringContaining('Rate limited on')])
})

function fail(message: string): never {
  throw new Error(`not for this level: ${message}`)
}
