import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceOptions } from '../..'
import {
  descriptor,
  type Fake,
  json,
  MEDIA_TYPES,
  platform,
  type Repository,
  type Site,
} from '../../testing/registry'
import { failure } from '../support/failure'
import { KEYS, ROWS, type Row } from './rows'
import { CURRENT, NEWEST, PLATFORMS, SINGLE, SOURCE, UPDATES } from './support/catalogue'
import { challengeIn, failureSeen, pagesIn, Report } from './support/report'
import { useWorld } from './support/world'

const TABLE = join(__dirname, 'table.md')
const PAGE = join(__dirname, '..', '..', 'docs', 'registries.md')
const BLOCK = /(?<=<!-- registries -->\n)[\s\S]*?(?=<!-- \/registries -->)/

const report = new Report()
const openWorld = useWorld()

/** GitHub's API, with a release of the tag that is installed. */
const github: Site = ({ path }) =>
  path === `/repos/team/app/releases/tags/v${CURRENT}` ? json({ tag_name: `v${CURRENT}` }) : undefined

describe.each(ROWS)('$registry', (row) => {
  const { registry, isClosed, hidden, missing, path = 'team', keys = ['password'] } = row
  const name = `${path}/app`

  /** A world with this registry in it, and a service that may read what is public there. */
  function enter(options: ServiceOptions = {}) {
    const world = openWorld()
    const fake = row.fake()
    fake.enter(world)
    world.put('https://api.github.com', github)
    const registries = { ...(isClosed && { [fake.host]: KEYS.password }) }
    const { service, logger } = world.service({ registries, ...options })
    const parsed = (repository: string, tag = CURRENT) =>
      service.parseImageReference(`${fake.host}/${repository}:${tag}`)
    return { world, fake, service, logger, parsed, image: `${fake.host}/${name}:${CURRENT}` }
  }

  check('lists every tag', async () => {
    const { world, fake, service, parsed } = enter()

    await expect(service.listTags(parsed(name))).resolves.toEqual(fake.tagsOf(name))

    expect(fake.tagsOf(name)).toContain(NEWEST)
    report.see(registry, { challenge: challengeIn(world.exchanges), pages: pagesIn(world.exchanges) })
  })

  check('finds the updates of an image', async () => {
    const { world, service, logger, image } = enter()

    await expect(service.getAvailableUpdates(image, 'arm64')).resolves.toEqual(UPDATES)

    expect(logger.warnings.filter((warning) => !warning.includes('Rate limited'))).toEqual([])
    const { index, manifest, dockerList, dockerManifest } = MEDIA_TYPES
    for (const { request } of world.exchanges.filter(({ request }) => request.path.includes('/manifests/'))) {
      for (const type of [index, manifest, dockerList, dockerManifest]) {
        expect(request.headers.accept).toContain(type)
      }
    }
  })

  check('finds the source repository', async () => {
    const { service, parsed } = enter()

    await expect(service.getSourceUrl(parsed(name))).resolves.toBe(SOURCE)
  })

  check('tells digests', async () => {
    const { world, fake, service, parsed } = enter()
    const { manifests } = repositoryIn(fake, name)

    await expect(service.getDigest(parsed(name))).resolves.toBe(manifests.get(CURRENT)?.digest)
    await expect(service.getDigest(parsed(name), SINGLE)).resolves.toBe(manifests.get(SINGLE)?.digest)

    const asked = world.exchanges.filter(({ request }) => request.path.includes('/manifests/'))
    expect(new Set(asked.map(({ request }) => request.method))).toEqual(new Set(['HEAD']))
  })

  check('tells platforms', async () => {
    const { fake, service, parsed } = enter()
    const repository = repositoryIn(fake, name)

    await expect(service.getPlatforms(parsed(name), NEWEST)).resolves.toEqual(platformsIn(repository, NEWEST))
    const { digest, size } = descriptor(contentIn(repository, SINGLE))
    await expect(service.getPlatforms(parsed(name), SINGLE)).resolves.toEqual([
      { os: 'linux', architecture: 'amd64', digest, size },
    ])
  })

  check('says what it is told of a missing repository', async () => {
    const { service, parsed } = enter()

    const error = await failure(service.listTags(parsed(`${path}/nothing`)))

    expect(error).toMatchObject({ code: missing.code, status: missing.status })
    expect(error.detail).toMatch(missing.detail)
    report.see(registry, { missing: failureSeen(error) })
  })

  if (hidden) {
    const secret = `${path}/secret`

    check('says what it is told of a private repository', async () => {
      const { service, parsed } = enter({ registries: {} })

      const error = await failure(service.listTags(parsed(secret)))

      expect(error).toMatchObject({ code: hidden.code, status: hidden.status })
      expect(error.detail).toMatch(hidden.detail)
      await expect(service.getSourceUrl(parsed(secret))).resolves.toBeNull()
      await expect(failure(service.getDigest(parsed(secret)))).resolves.toMatchObject({ code: hidden.code })
      report.see(registry, { private: `${failureSeen(error)} → ${keys.join(', ')}` })
    })

    for (const key of keys) {
      check(`opens a private repository with a ${key}`, async () => {
        const { fake, service, parsed } = enter({ registries: { [row.fake().host]: KEYS[key] } })
        const repository = repositoryIn(fake, secret)

        await expect(service.listTags(parsed(secret))).resolves.toEqual(fake.tagsOf(secret))
        await expect(
          service.getAvailableUpdates(`${fake.host}/${secret}:${CURRENT}`, 'arm64'),
        ).resolves.toEqual(UPDATES)
        await expect(service.getDigest(parsed(secret))).resolves.toBe(contentIn(repository, CURRENT).digest)
        await expect(service.getPlatforms(parsed(secret), NEWEST)).resolves.toEqual(
          platformsIn(repository, NEWEST),
        )
      })
    }
  }

  /** A test whose success is reported. */
  function check(what: string, work: () => Promise<void>): void {
    test(what, async () => {
      await work()
      report.pass(registry)
    })
  }
})

describe('the table of registries', () => {
  const table = () => report.table(ROWS.map((row) => ({ registry: row.registry, checks: checksOf(row) })))

  // WRITE_TABLE=1 puts what was seen where it is looked for.
  if (process.env.WRITE_TABLE) {
    beforeAll(() => {
      writeFileSync(TABLE, table())
      writeFileSync(PAGE, readFileSync(PAGE, 'utf8').replace(BLOCK, table()))
    })
  }

  test('is what was seen', () => {
    expect(readFileSync(TABLE, 'utf8')).toBe(table())
  })

  test('stands in docs/registries.md', () => {
    expect(BLOCK.exec(readFileSync(PAGE, 'utf8'))?.[0]).toBe(table())
  })
})

function checksOf({ hidden, keys = ['password'] }: Row): number {
  return 6 + (hidden ? 1 + keys.length : 0)
}

function repositoryIn(fake: Fake, name: string): Repository {
  const repository = fake.repository(name)
  if (!repository) throw new Error(`${fake.host} has no ${name}`)
  return repository
}

function contentIn({ manifests }: Repository, tag: string) {
  const content = manifests.get(tag)
  if (!content) throw new Error(`no ${tag}`)
  return content
}

/** The real platforms of an index, with the digests and sizes that its entries state. */
function platformsIn(repository: Repository, tag: string) {
  const { manifests } = JSON.parse(contentIn(repository, tag).body)
  const entries = manifests as Array<{ digest: string; size: number; platform: { os: string } }>
  const real = entries.filter(({ platform }) => platform.os !== 'unknown')
  expect(real.map((entry) => entry.platform)).toEqual(PLATFORMS.map(platform))
  return real.map(({ digest, size, platform }) => ({ ...platform, digest, size }))
}
