import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ServiceOptions } from '../..'
import { IDENTITY_TOKEN, json, LOGIN, singlePlatformImage } from '../../testing/registry'
import { useWorld } from '../registries/support/world'
import { runChild } from '../support/child'
import { app, HOST, NAME, serviceOn, useFakes } from '../support/fakes'
import { Gate } from '../support/gate'
import { counter } from './support/counts'
import {
  type Member,
  onDockerHub,
  onGhcr,
  reportedUpdatesOf,
  TWENTY,
  updatesOf,
  wayInto,
} from './support/fleet'

const openWorld = useWorld()
const fakes = useFakes()

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'container-registry-directory-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 9 }))

const files = () => readdirSync(directory).map((name) => join(directory, name))
const entries = () => files().filter((file) => file.endsWith('.entry'))

/** A program that checks images, closes its service and prints what it was told. */
const checking = (images: string[]) => `
  const service = new ContainerRegistryService(JSON.parse(process.env.OPTIONS))
  service.checkImages(${JSON.stringify(images)}, { arch: 'arm64' }).then(async (checks) => {
    await service.close()
    console.log(JSON.stringify(checks.map(({ updates }) => updates)))
  })`

test('a new process asks for the digests of the last candidates beside the tag list', async () => {
  const world = openWorld()
  const [member] = onGhcr(world, { size: 1 }) as [Member]
  const before = world.service({ cache: { directory } }).service
  const updates = await before.getAvailableUpdates(member.image, 'arm64')
  await before.close()
  const count = counter(world)
  const begun = new Gate()
  world.holdBack(async ({ method, path }) => {
    if (method === 'HEAD') begun.open()
    // A process that waited for the list would wait for ever.
    if (path.endsWith('/tags/list')) await begun.wait()
  })
  const { service } = world.service({ cache: { directory }, tagTtlMs: 0 })
  expect(await service.getAvailableUpdates(member.image, 'arm64')).toEqual(updates)
  expect(count()).toMatchObject({ tagLists: 1, manifestGets: 0, manifestHeads: 3, blobs: 0, github: 0 })
})

describe('two processes on one folder', () => {
  test('at the same time are both told what is right, and a third one finds what they learnt', async () => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY })
    const images = fleet.map(({ image }) => image)
    const env = wayInto(world, { cache: { directory } })
    const [one, two] = await Promise.all([
      runChild(checking(images), env),
      runChild(checking([...images].reverse()), env),
    ])
    expect([one.stderr, two.stderr]).toEqual(['', ''])
    expect(JSON.parse(one.stdout)).toEqual(fleet.map(reportedUpdatesOf))
    expect(JSON.parse(two.stdout)).toEqual(fleet.map(reportedUpdatesOf).reverse())
    const count = counter(world)
    const third = await runChild(checking(images), env)
    expect(JSON.parse(third.stdout)).toEqual(fleet.map(reportedUpdatesOf))
    expect(count()).toMatchObject({ manifestGets: 0, manifestHeads: 0, blobs: 0, github: 0 })
  })

  test('of which one is killed while it writes: the other one goes on, and nothing false is believed', async () => {
    const registry = await fakes.registry({ token: false })
    const image = singlePlatformImage({ layers: [3] })
    registry.repository(NAME).put('1.0.0', image)
    // Every tag has an image, and all are the same: what is written is a pointer for each.
    const { mediaType, body, digest } = image.root
    for (let tag = 0; tag < 4000; tag += 1) {
      registry.repository(NAME).put(`1.${tag}`, { root: { mediaType, body, digest }, contents: [] })
    }
    const options: ServiceOptions = {
      cache: { directory },
      registries: { [HOST]: { url: registry.server.origin } },
    }
    const writer = startWriter(options)
    try {
      await someEntries(100)
    } finally {
      writer.kill('SIGKILL')
      await once(writer, 'exit')
    }
    expect(writer.signalCode).toBe('SIGKILL')
    const kept = entries().length
    const { service, logger } = serviceOn({}, options)
    const sizes = await Promise.all(
      Array.from({ length: 200 }, (_, tag) => service.getImageDownloadSize(app(), `1.${tag}`, 'amd64')),
    )
    expect(sizes).toEqual(Array(200).fill(3))
    expect(service.stats().cacheHits).toBeGreaterThan(0)
    await service.close()
    expect(entries().length).toBeGreaterThanOrEqual(Math.min(kept, 200))
    expect(logger.lines).toEqual([])
  })

  /** Resolves when there are as many entries; the test's own time limit ends it if that never happens. */
  async function someEntries(count: number) {
    while (entries().length < count) await new Promise((resolve) => setTimeout(resolve, 1))
  }
})

/** A process that looks at one tag after the other, and writes what it learns, for as long as it lives. */
function startWriter(options: ServiceOptions): ChildProcess {
  const program = `
    const { ContainerRegistryService } = require('.')
    const service = new ContainerRegistryService(JSON.parse(process.env.OPTIONS))
    const parsed = ${JSON.stringify(app())}
    ;(async () => {
      for (let tag = 0; ; tag = (tag + 1) % 4000) await service.getImageDownloadSize(parsed, '1.' + tag, 'amd64')
    })()`
  return spawn(process.execPath, ['-e', program], {
    cwd: join(__dirname, '../..'),
    env: { ...process.env, OPTIONS: JSON.stringify(options) },
    stdio: 'ignore',
  })
}

describe('a damaged entry is a miss', () => {
  test.each<[string, (file: string) => void]>([
    ['cut short', (file) => truncateSync(file, 20)],
    ['empty', (file) => truncateSync(file, 0)],
    [
      'with a byte turned',
      (file) => {
        const bytes = readFileSync(file)
        bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1
        writeFileSync(file, bytes)
      },
    ],
    ['grown', (file) => writeFileSync(file, 'x', { flag: 'a' })],
    ['of another program', (file) => writeFileSync(file, '{"version":1}')],
    ['under the name of another', (file) => writeFileSync(file, readFileSync(entries()[0] as string))],
  ])('%s', async (_, damage) => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: 3 })
    const images = fleet.map(({ image }) => image)
    const check = async () => {
      const { service, logger } = world.service({ cache: { directory } })
      const checks = await service.checkImages(images, { arch: 'arm64' })
      await service.close()
      return [checks.map(({ updates }) => updates), logger.lines]
    }
    const right = [fleet.map(reportedUpdatesOf), []]
    expect(await check()).toEqual(right)
    const all = entries()
    expect(all.length).toBeGreaterThan(20)
    for (const file of all.slice(1)) damage(file)
    expect(await check()).toEqual(right)
    const count = counter(world)
    expect(await check()).toEqual(right)
    expect(count()).toMatchObject({ manifestGets: 0, blobs: 0, github: 0 })
  })
})

test('a folder that cannot be written costs one warning', async () => {
  const file = join(directory, 'file')
  writeFileSync(file, '')
  const world = openWorld()
  const fleet = onGhcr(world, { size: 5 })
  const { service, logger } = world.service({ cache: { directory: join(file, 'cache') } })
  for (const member of fleet) {
    expect(await service.getAvailableUpdates(member.image, 'arm64')).toEqual(updatesOf(member))
  }
  await service.close()
  expect(logger.warnings).toEqual([
    expect.stringContaining(`Going on without the cache in ${join(file, 'cache')}: `),
  ])
})

test('a folder stays within its bound', async () => {
  const world = openWorld()
  const fleet = onGhcr(world, { size: TWENTY })
  const maxBytes = 256 * 1024
  for (const part of [fleet.slice(0, 10), fleet.slice(10)]) {
    const { service } = world.service({ cache: { directory, maxBytes } })
    const checks = await service.checkImages(
      part.map(({ image }) => image),
      { arch: 'arm64' },
    )
    expect(checks.map(({ updates }) => updates)).toEqual(part.map(reportedUpdatesOf))
    await service.close()
  }
  // Files are counted in blocks of 4 KiB, and a process may exceed the bound by an eighth.
  expect(entries().length).toBeGreaterThan(0)
  expect(entries().length).toBeLessThanOrEqual((maxBytes / 4096) * (9 / 8))
})

test('clearCache empties the folder for everybody', async () => {
  const world = openWorld()
  const fleet = onGhcr(world, { size: 3 })
  const images = fleet.map(({ image }) => image)
  const options = { cache: { directory } }
  const first = world.service(options).service
  const count = counter(world)
  await first.checkImages(images, { arch: 'arm64' })
  await first.close()
  const cold = count()
  const second = world.service(options).service
  await second.clearCache()
  expect(entries()).toEqual([])
  await second.checkImages(images, { arch: 'arm64' })
  await second.close()
  expect(count()).toEqual(cold)
})

test('no token, no password and no user name is in the folder', async () => {
  const world = openWorld()
  const fleet = [...onGhcr(world, { size: 3, hidden: [1] }), ...onDockerHub(world, { size: 3, hidden: [1] })]
  const { service } = world.service({
    cache: { directory },
    registries: { 'ghcr.io': LOGIN, 'docker.io': { identityToken: IDENTITY_TOKEN } },
    github: { token: 'token-of-alice-for-github' },
    proxy: world.proxyUrl.replace('//', '//alice:password-for-the-proxy@'),
  })
  await service.checkImages(
    fleet.map(({ image, source }) => ({
      image,
      fallbackSourceRepo: source.replace('//', '//alice:password-for-the-source@'),
    })),
    { arch: 'arm64' },
  )
  await service.close()
  const sent = world.exchanges.flatMap(({ request }) => request.headers.authorization?.split(' ')[1] ?? [])
  const issued = world.exchanges.flatMap(({ request, reply }) =>
    request.path === '/token' && reply.status === 200 ? Object.values(JSON.parse(String(reply.body))) : [],
  )
  const given = [
    ...Object.values(LOGIN),
    IDENTITY_TOKEN,
    'token-of-alice-for-github',
    'password-for-the-proxy',
    'password-for-the-source',
  ]
  const tokens = issued.filter((value): value is string => typeof value === 'string' && !value.includes(':'))
  expect(tokens.length).toBeGreaterThan(0)
  const contents = files().map((file) => `${file}\n${readFileSync(file, 'latin1')}`)
  expect(contents.length).toBeGreaterThan(10)
  for (const secret of [...sent, ...tokens, ...given]) {
    for (const form of [secret, Buffer.from(secret).toString('base64').replace(/=+$/, '')]) {
      expect(contents.filter((content) => content.includes(form))).toEqual([])
    }
  }
})

test('a folder that holds a tag list does not keep a token from being asked for', async () => {
  const registry = await fakes.registry()
  registry.repository(NAME).list('1')
  const first = serviceOn({ registry }, { cache: { directory } }).service
  await first.listTags(app())
  await first.close()
  registry.revokeTokens()
  registry.server.on('GET /token', json({ errors: [] }, {}, 403))
  const { service } = serviceOn({ registry }, { cache: { directory } })
  await expect(service.listTags(app())).rejects.toMatchObject({ code: 'AUTH_FAILED', status: 403 })
})
