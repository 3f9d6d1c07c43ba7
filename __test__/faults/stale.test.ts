import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContainerRegistryService, type ServiceOptions } from '../..'
import { refusal, reply, singlePlatformImage } from '../../testing/registry'
import { runChild } from '../support/child'
import { failure } from '../support/failure'
import { HOST, useFakes } from '../support/fakes'

const fakes = useFakes()
const ARCH = 'amd64'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'container-registry-stale-'))
})
afterEach(() => rmSync(directory, { recursive: true, force: true, maxRetries: 9 }))

/** A registry of one image, with and without a newer version, that can be made to fail. */
async function registryThatMayFail() {
  let answer: { status: number } | undefined
  const image = singlePlatformImage()
  const registry = await fakes.registry({ token: false })
  registry
    .repository('team/old')
    .push('1.0.0', singlePlatformImage({ labels: { tag: '1.0.0' } }))
    .push('1.1.0', image)
  registry.repository('team/new').push('1.1.0', image)
  for (const name of ['old', 'new']) {
    registry.server.always(`GET /v2/team/${name}/tags/list`, () =>
      answer ? reply(answer.status, '') : undefined,
    )
  }
  const options: ServiceOptions = {
    registries: { [HOST]: { url: registry.server.origin } },
    staleIfError: true,
    maxFaultRetries: 0,
  }
  const fail = (status?: number) => {
    answer = status === undefined ? undefined : { status }
  }
  return { fail, options, registry }
}

const OLD = `${HOST}/team/old:1.0.0`
const NEW = `${HOST}/team/new:1.1.0`

test('a check that fails for now is answered with the last one, marked as such, until one succeeds again', async () => {
  const { fail, options } = await registryThatMayFail()
  const service = new ContainerRegistryService(options)
  const fresh = await service.checkImages([OLD, NEW], { arch: ARCH })
  expect(fresh.map(({ status, stale }) => [status, stale])).toEqual([
    ['update-available', undefined],
    ['up-to-date', undefined],
  ])
  fail(503)
  const again = await service.checkImages([OLD, NEW], { arch: ARCH })
  for (const [index, report] of again.entries()) {
    expect(report).toEqual({ ...fresh[index], stale: true, warnings: [expect.stringContaining('503')] })
  }
  fail()
  const last = await service.checkImage(OLD, { arch: ARCH })
  expect(last).toMatchObject({ status: 'update-available', warnings: [] })
  expect(last).not.toHaveProperty('stale')
})

test('the moment at which it was learnt is told, not that of the failure', async () => {
  const { fail, options } = await registryThatMayFail()
  const service = new ContainerRegistryService(options)
  const policy = (now: string) => ({ arch: ARCH, policy: { now: new Date(now) } })
  await service.checkImage(OLD, policy('2025-01-02T03:04:05Z'))
  fail(503)
  const report = await service.checkImage(OLD, policy('2025-02-02T03:04:05Z'))
  expect(report).toMatchObject({ stale: true, checkedAt: '2025-01-02T03:04:05Z' })
})

test('getAvailableUpdates marks each of the updates, and never passes a failure off as "none"', async () => {
  const { fail, options } = await registryThatMayFail()
  const service = new ContainerRegistryService(options)
  const [fresh] = await service.getAvailableUpdates(OLD, ARCH)
  expect(fresh).toEqual({ tag: '1.1.0', isLatest: true })
  expect(await service.getAvailableUpdates(NEW, ARCH)).toEqual([])
  expect(await service.getAvailableUpdates(OLD, ARCH, null, { policy: {} })).toHaveLength(1)
  expect(await service.getAvailableUpdates(NEW, ARCH, null, { policy: {} })).toEqual([])
  fail(503)
  const stale = { ...fresh, stale: true, checkedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) }
  expect(await service.getAvailableUpdates(OLD, ARCH)).toEqual([stale])
  expect(await service.getAvailableUpdates(OLD, ARCH, null, { policy: {} })).toEqual([stale])
  for (const policy of [undefined, {}]) {
    const error = await failure(service.getAvailableUpdates(NEW, ARCH, null, { policy }))
    expect(error).toMatchObject({ status: 503, transient: true })
  }
})

test.each([
  ['AUTH_FAILED', 401],
  ['NOT_FOUND', 404],
  ['REGISTRY_ERROR', 501],
])('what is final stays a failure: %s', async (code, status) => {
  const { fail, options } = await registryThatMayFail()
  const service = new ContainerRegistryService(options)
  await service.checkImage(OLD, { arch: ARCH })
  await service.getAvailableUpdates(OLD, ARCH)
  fail(status)
  const report = await service.checkImage(OLD, { arch: ARCH })
  expect(report).toMatchObject({ status: 'failed', updates: [], error: { code, transient: false } })
  expect(report.stale).toBeUndefined()
  expect(await failure(service.getAvailableUpdates(OLD, ARCH))).toMatchObject({ code })
})

test('nothing stands in where it was not asked for, or not in the same way', async () => {
  const { fail, options } = await registryThatMayFail()
  const service = new ContainerRegistryService(options)
  const plain = new ContainerRegistryService({ ...options, staleIfError: false })
  await service.checkImage(OLD, { arch: ARCH })
  await plain.checkImage(OLD, { arch: ARCH })
  fail(503)
  expect(await plain.checkImage(OLD, { arch: ARCH })).toMatchObject({ status: 'failed' })
  const others = [
    { arch: 'arm64' },
    { arch: ARCH, policy: { track: 'patch' as const } },
    { arch: ARCH, policy: 'original' as const },
    { arch: ARCH, currentDigest: `sha256:${'0'.repeat(64)}` },
    { arch: ARCH, fallbackSourceRepo: 'https://github.com/team/old' },
  ]
  for (const other of others) {
    expect(await service.checkImage(OLD, other)).toMatchObject({ status: 'failed', error: { status: 503 } })
  }
  await service.clearCache()
  expect(await service.checkImage(OLD, { arch: ARCH })).toMatchObject({ status: 'failed' })
})

/** A program that checks an image and prints the report. */
const checking = `
  const service = new ContainerRegistryService(JSON.parse(process.env.OPTIONS))
  service.checkImage('${OLD}', { arch: '${ARCH}' }).then(async (report) => {
    await service.close()
    console.log(JSON.stringify(report))
  })`

test('a new process answers from the folder when the server is gone', async () => {
  const { options, registry } = await registryThatMayFail()
  const env = { OPTIONS: JSON.stringify({ ...options, cache: { directory } }) }
  const first = JSON.parse((await runChild(checking, env)).stdout)
  expect(first).toMatchObject({ status: 'update-available', updates: [{ tag: '1.1.0' }] })
  await registry.server.close()
  const second = JSON.parse((await runChild(checking, env)).stdout)
  expect(second).toEqual({ ...first, stale: true, warnings: [expect.stringContaining('Could not connect')] })
})

test('accounts share nothing', async () => {
  const { options, registry } = await registryThatMayFail()
  const as = (account: object, github?: ServiceOptions['github']) =>
    new ContainerRegistryService({
      ...options,
      cache: { directory },
      registries: { [HOST]: { url: registry.server.origin, ...account } },
      ...(github && { github }),
    })
  const services = [
    as({ username: 'ada', password: 'one' }),
    as({ username: 'ada', password: 'two' }),
    as({ token: 'three' }),
    as({}),
    as({}, { token: 'four' }),
  ]
  const ada = as({ username: 'ada', password: 'one' })
  await ada.checkImage(OLD, { arch: ARCH })
  await ada.close()
  registry.server.always('GET /v2/team/old/tags/list', refusal(503, 'UNAVAILABLE', 'down'))
  const reports = await Promise.all(services.map((service) => service.checkImage(OLD, { arch: ARCH })))
  // What they still have to write would meet the end of the folder.
  await Promise.all(services.map((service) => service.close()))
  expect(reports.map(({ status, stale }) => [status, stale])).toEqual([
    ['update-available', true],
    ...Array(4).fill(['failed', undefined]),
  ])
})
