import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ContainerRegistryService, type RegistryOptions } from '../..'
import { failure } from '../support/failure'
import { markdownTable } from '../support/markdown'
import { KINDS, type Kind, type Running } from './support/kinds'
import type { Platform, WrittenImage } from './support/layout'
import { push } from './support/push'

const PAGE = join(__dirname, '../../docs/real-servers.md')
/** What is run elsewhere for a run of this suite has a table of its own. */
const NAME = process.env.REAL_REGISTRIES ? 'elsewhere' : 'here'
const BLOCK = new RegExp(`(?<=<!-- ${NAME} -->\\n)[\\s\\S]*?(?=<!-- /${NAME} -->)`)
const HEAD = ['registry', 'tags', 'missing tag', 'missing repository', 'without credentials', 'result']

const SOURCE = 'https://gitlab.com/team/app'
const labels = { 'org.opencontainers.image.source': SOURCE }
const amd64: Platform = { os: 'linux', architecture: 'amd64' }
const arm64: Platform = { os: 'linux', architecture: 'arm64' }

const seen = new Map<string, Record<string, string>>()

describe.each(KINDS)('$name', (kind) => {
  const { name, indexes, lists, asksForPassword } = kind
  const platforms = indexes ? [amd64, arm64] : [arm64]
  const warnings: string[] = []
  let server: Running
  let written: WrittenImage
  let newer: WrittenImage
  let service: ContainerRegistryService

  const serviceWith = (options: RegistryOptions) =>
    new ContainerRegistryService({
      registries: { [server.host]: options },
      logger: { warn: (line) => warnings.push(line) },
    })
  const image = (rest = 'team/app:1.0.0') => `${server.host}/${rest}`
  const parsed = (rest?: string) => service.parseImageReference(image(rest))

  beforeAll(async () => {
    server = await kind.start()
    const { host, login } = server.target
    written = await push(host, 'team/app', { tag: '1.0.0', platforms, labels }, login)
    newer = await push(host, 'team/app', { tag: '1.1.0', platforms, labels }, login)
  })

  afterAll(() => server?.stop())

  beforeEach(() => {
    warnings.length = 0
    service = serviceWith(server.options)
  })

  check('lists tags, or says that it lists none', async () => {
    if (lists) {
      expect((await service.listTags(parsed())).sort()).toEqual(['1.0.0', '1.1.0'])
      see({ tags: 'listed' })
    } else {
      const error = await failure(service.listTags(parsed()))
      expect(error).toMatchObject({ code: 'NOT_FOUND', status: 404, host: server.host })
      see({ tags: shown(error) })
    }
  })

  check('finds the update, or fails as the list does', async () => {
    const report = await service.checkImage(image(), { arch: 'arm64' })
    if (lists) {
      expect(report).toMatchObject({
        status: 'update-available',
        updates: [{ tag: '1.1.0', isLatest: true }],
        sourceUrl: SOURCE,
        warnings: [],
      })
    } else {
      expect(report).toMatchObject({ status: 'failed', error: { code: 'NOT_FOUND' }, updates: [] })
    }
  })

  check('tells what moving to a tag would mean', async () => {
    const inspection = await service.inspectUpdate(image(), '1.1.0', { arch: 'arm64' })
    expect(inspection).toMatchObject({
      exists: true,
      runs: true,
      digest: newer.top.digest,
      pullReference: `${image('team/app:1.1.0')}@${newer.top.digest}`,
    })
  })

  check('tells the digest, as it was computed before the push', async () => {
    expect(await service.getDigest(parsed())).toBe(written.top.digest)
  })

  check('tells the platforms', async () => {
    const told = await service.getPlatforms(parsed())
    expect(told.map(({ os, architecture }) => ({ os, architecture }))).toEqual(platforms)
    expect(await service.checkArchSupport(parsed(), '1.0.0', 'arm64')).toBe(true)
    expect(await service.checkArchSupport(parsed(), '1.0.0', 's390x')).toBe(false)
  })

  check('tells the size and the source', async () => {
    expect(await service.getImageDownloadSize(parsed(), '1.0.0', 'arm64')).toBe(written.layerBytes.arm64)
    expect(await service.getSourceUrl(parsed())).toBe(SOURCE)
  })

  check('says that there is no such tag', async () => {
    const error = await failure(service.getPlatforms(parsed('team/app:9.9.9')))
    expect(error).toMatchObject({ code: 'NOT_FOUND', status: 404 })
    expect(await service.inspectUpdate(image(), '9.9.9')).toMatchObject({ exists: false, runs: false })
    see({ 'missing tag': shown(error) })
  })

  check('says that there is no such repository', async () => {
    const error = await failure(service.listTags(parsed('team/nothing:1.0.0')))
    expect(['NOT_FOUND', 'AUTH_FAILED']).toContain(error.code)
    see({ 'missing repository': shown(error) })
  })

  check('answers a stranger, or refuses him', async () => {
    const { username: _, password: __, ...options } = server.options
    const outcome = await serviceWith(options)
      .getPlatforms(parsed())
      .then(
        () => 'read',
        (error) => {
          expect(error).toMatchObject({ code: 'AUTH_FAILED', status: 401 })
          return shown(error)
        },
      )
    see({ 'without credentials': outcome })
  })

  check('refuses a wrong password, where one is asked for', async () => {
    const outcome = await serviceWith({ ...server.options, username: 'reader', password: 'wrong' })
      .getPlatforms(parsed())
      .then(
        () => 'read',
        ({ code, status }) => `${code} (${status})`,
      )
    expect(outcome).toBe(asksForPassword ? 'AUTH_FAILED (401)' : 'read')
  })

  /** A test whose success is counted; none of them leaves a warning behind. */
  function check(what: string, work: () => Promise<void>): void {
    test(what, async () => {
      await work()
      expect(warnings).toEqual([])
      see({ passed: String(Number(seen.get(name)?.passed ?? 0) + 1) })
    })
  }

  function see(what: Record<string, string>): void {
    seen.set(name, { ...seen.get(name), ...what })
  }
})

/** Tests of each kind. */
const CHECKS = 10

describe('the table of real servers', () => {
  const table = () =>
    markdownTable(
      HEAD,
      KINDS.map(({ name }: Kind) => {
        const { passed, ...cells } = seen.get(name) ?? {}
        const result =
          Number(passed) === CHECKS ? 'works' : `fails: ${CHECKS - Number(passed ?? 0)} of ${CHECKS}`
        return HEAD.map((head) => ({ ...cells, registry: name, result })[head] ?? '?')
      }),
    )

  // WRITE_TABLE=1 puts what was seen where it is looked for.
  if (process.env.WRITE_TABLE) {
    beforeAll(() => {
      writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(BLOCK, table()))
    })
  }

  test('stands in docs/real-servers.md', () => {
    expect(BLOCK.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(table())
  })
})

function shown({ code, status }: { code: string; status?: number }): string {
  return `${code} (${status})`
}
