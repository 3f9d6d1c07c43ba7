import { setTimeout as wait } from 'node:timers/promises'
import { ContainerRegistryService, type ServiceOptions } from '../..'
import { json, LOGIN, reply, singlePlatformImage, tooManyRequests } from '../../testing/registry'
import { useWorld } from '../registries/support/world'
import { runChild } from '../support/child'
import { failure } from '../support/failure'
import { app, HOST, manifest, NAME, serviceOn, TAGS, useFakes } from '../support/fakes'
import { counter } from '../thrift/support/counts'
import { GHCR, type Member, onGhcr, TWENTY, updatesOf } from '../thrift/support/fleet'
import { useRedis } from './support/redis'

const openRedis = useRedis()
const openWorld = useWorld()
const fakes = useFakes()

/** A machine beside this one: a process of its own that does something with a service and prints what came of it. */
async function elsewhere(work: string, options: ServiceOptions): Promise<unknown> {
  const program = `
    const service = new ContainerRegistryService(JSON.parse(process.env.OPTIONS))
    const failure = (work) => work.then(() => 'no failure', ({ code }) => code)
    const parsed = ${JSON.stringify(app())}
    ;(${work})(service, parsed, failure).then(async (result) => {
      await service.close()
      console.log(JSON.stringify(result ?? null))
    })`
  const { status, stdout, stderr } = await runChild(program, { OPTIONS: JSON.stringify(options) })
  expect([status, stderr]).toEqual([0, ''])
  return JSON.parse(stdout)
}

/** Does something again and again until it is so; the test's own time limit ends it if that never happens. */
async function until(isSo: () => Promise<boolean>) {
  while (!(await isSo())) await wait(100)
}

describe('what one machine has learnt', () => {
  test('another one does not ask for again', async () => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY })
    const cache = { redis: openRedis().url }
    const first = world.service({ cache }).service
    for (const { image } of fleet) await first.getAvailableUpdates(image, 'arm64')
    await first.close()
    const count = counter(world)
    const { service, logger } = world.service({ cache })
    for (const member of fleet) {
      expect(await service.getAvailableUpdates(member.image, 'arm64')).toEqual(updatesOf(member))
    }
    expect(count()).toEqual({
      tokens: TWENTY,
      tagLists: TWENTY,
      manifestGets: 0,
      manifestHeads: 0,
      blobs: 0,
      github: 0,
      hubApi: 0,
    })
    await service.close()
    expect(logger.lines).toEqual([])
  })

  test('answers on another one while the registry is gone, where that is asked for', async () => {
    const registry = await fakes.registry({ token: false })
    const image = singlePlatformImage()
    registry
      .repository(NAME)
      .push('1.0.0', singlePlatformImage({ labels: { tag: '1.0.0' } }))
      .push('1.1.0', image)
    const options: ServiceOptions = {
      registries: { [HOST]: { url: registry.server.origin } },
      cache: { redis: openRedis().url },
      staleIfError: true,
    }
    const work = `(service) => service.checkImage('${HOST}/${NAME}:1.0.0', { arch: 'amd64' })`
    const fresh = (await elsewhere(work, options)) as object
    expect(fresh).toMatchObject({ status: 'update-available', updates: [{ tag: '1.1.0' }] })
    await registry.server.close()
    expect(await elsewhere(work, options)).toEqual({
      ...fresh,
      stale: true,
      warnings: [expect.stringContaining('Could not connect')],
    })
  })

  test('is kept under the prefix, and cleared there alone', async () => {
    const world = openWorld()
    const [member] = onGhcr(world) as [Member]
    const redis = openRedis()
    await redis.ask('SET', 'another', 'value')
    const { service } = world.service({ cache: { redis: redis.url, prefix: 'ours:' } })
    await service.getAvailableUpdates(member.image, 'arm64')
    await service.close()
    const keys = await redis.keys()
    expect(keys.length).toBeGreaterThan(5)
    expect(keys.filter((key) => !key.startsWith('ours:'))).toEqual(['another'])
    await service.clearCache()
    expect(await redis.keys()).toEqual(['another'])
  })

  test('has no token and no password in it', async () => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: 3, hidden: [1] })
    const redis = openRedis()
    const options = {
      cache: { redis: redis.url },
      registries: { 'ghcr.io': LOGIN },
      github: { token: 'token-for-github' },
    }
    const { service } = world.service(options)
    await service.checkImages(
      fleet.map(({ image }) => image),
      { arch: 'arm64' },
    )
    await service.close()
    const sent = world.exchanges.flatMap(({ request }) => request.headers.authorization?.split(' ')[1] ?? [])
    const secrets = [...new Set(sent), LOGIN.password, 'token-for-github']
    expect(secrets.length).toBeGreaterThan(3)
    const contents = await redis.contents()
    expect(contents.length).toBeGreaterThan(5)
    for (const secret of secrets) expect(contents.filter((content) => content.includes(secret))).toEqual([])
  })
})

describe('a server that goes away in the middle', () => {
  test('is done without, with one warning, and used again when it is back', async () => {
    const registry = await fakes.registry()
    const redis = openRedis()
    registry.repository(NAME).list('1')
    const { service, logger } = serviceOn({ registry }, { cache: { redis: redis.url } })
    const image = (number: number) => singlePlatformImage({ layers: [number] })
    let number = 0
    /** Learns something new, which wants to be kept. */
    const learn = async () => {
      number += 1
      const tag = `1.${number}.0`
      registry.repository(NAME).put(tag, image(number))
      await expect(service.getImageDownloadSize(app(), tag, 'amd64')).resolves.toBe(number)
      await expect(service.listTags(app())).resolves.toEqual(['1'])
    }
    await learn()
    await service.clearCache()
    await redis.stop()
    await learn()
    await learn()
    await until(async () => {
      await learn()
      return logger.lines.length > 0
    })
    await redis.start()
    await until(async () => {
      await learn()
      return (await redis.keys()).length > 0
    })
    await until(async () => {
      await learn()
      return logger.lines.length > 1
    })
    expect(logger.lines).toEqual([
      { level: 'warn', message: expect.stringContaining(`Going on without the cache at ${redis.host}: `) },
      { level: 'info', message: `[ContainerRegistryService] Back to using the cache at ${redis.host}` },
    ])
  })

  test('and one that is frozen keeps nobody waiting for long', async () => {
    const registry = await fakes.registry()
    const redis = openRedis()
    registry.repository(NAME).list('1')
    const { service, logger } = serviceOn({ registry }, { cache: { redis: redis.url } })
    await service.listTags(app())
    redis.freeze()
    registry.repository(NAME).put('1', singlePlatformImage({ layers: [7] }))
    try {
      expect(await service.getImageDownloadSize(app(), '1', 'amd64')).toBe(7)
      expect(await service.listTags(app())).toEqual(['1'])
      const warning = `[ContainerRegistryService] Going on without the cache at ${redis.host}: no answer within 250 ms`
      expect(logger.warnings).toEqual([warning])
    } finally {
      redis.thaw()
    }
  })

  test('and one that was never there costs one warning', async () => {
    const registry = await fakes.registry()
    const redis = openRedis()
    await redis.stop()
    registry.repository(NAME).list('1')
    const { service, logger } = serviceOn({ registry }, { cache: { redis: redis.url } })
    for (let time = 0; time < 3; time += 1) expect(await service.listTags(app())).toEqual(['1'])
    await service.close()
    expect(logger.warnings).toEqual([expect.stringContaining('Going on without the cache at ')])
  })
})

describe('a host that asks for patience', () => {
  test('is left alone by machines that hear of it from another one', async () => {
    const server = await fakes.server()
    const options = {
      maxRetries: 0,
      cache: { redis: openRedis().url },
      registries: { [HOST]: { url: server.origin } },
    }
    server.on(TAGS, tooManyRequests('600'))
    const work = 'async (service, parsed, failure) => failure(service.listTags(parsed))'
    expect(await elsewhere(work, options)).toBe('RATE_LIMITED')
    expect(await elsewhere(work, options)).toBe('RATE_LIMITED')
    expect(await failure(new ContainerRegistryService(options).listTags(app()))).toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      message: expect.stringMatching(/has asked for patience and is not asked again for (59\d|60[01]) s/),
    })
    expect(server.requests).toHaveLength(1)
  })

  test('is left alone soon by machines that are asking it already', async () => {
    const server = await fakes.server()
    const options = {
      maxRetries: 0,
      cache: { redis: openRedis().url },
      registries: { [HOST]: { url: server.origin } },
    }
    const tags = json({ tags: ['1'] })
    server.always(TAGS, tags)
    const service = new ContainerRegistryService(options)
    await service.listTags(app())
    server.on(TAGS, tooManyRequests('600'))
    const work = 'async (service, parsed, failure) => failure(service.listTags(parsed))'
    expect(await elsewhere(work, options)).toBe('RATE_LIMITED')
    await until(() =>
      service.listTags(app()).then(
        () => false,
        ({ code }) => code === 'RATE_LIMITED',
      ),
    )
  })

  test('is asked for what it does not count, where nothing else is left', async () => {
    const server = await fakes.server()
    const options = {
      maxRetryDelayMs: 1,
      cache: { redis: openRedis().url },
      registries: { [HOST]: { url: server.origin } },
    }
    const { root } = singlePlatformImage()
    const headers = { 'Docker-Content-Digest': root.digest, 'ratelimit-remaining': '0;w=21600' }
    server.always(manifest('1').replace('GET', 'HEAD'), reply(200, '', headers))
    const digest = "async (service, parsed) => service.getDigest(parsed, '1')"
    expect(await elsewhere(digest, options)).toBe(root.digest)
    const { service } = serviceOn({}, options)
    expect(await failure(service.getPlatforms(app(), '1'))).toMatchObject({ code: 'RATE_LIMITED' })
    expect(await service.getDigest(app(), '1')).toBe(root.digest)
    expect(server.of(manifest('1'))).toEqual([])
  })

  test('is asked by machines that share no server', async () => {
    const server = await fakes.server()
    const registries = { [HOST]: { url: server.origin } }
    server.on(TAGS, tooManyRequests('600'), json({ tags: ['1'] }))
    const work = 'async (service, parsed, failure) => failure(service.listTags(parsed))'
    const cache = { redis: openRedis().url }
    expect(await elsewhere(work, { maxRetries: 0, cache, registries })).toBe('RATE_LIMITED')
    expect(await new ContainerRegistryService({ registries }).listTags(app())).toEqual(['1'])
  })

  test('is still left alone when a cache is cleared', async () => {
    const server = await fakes.server()
    const redis = openRedis()
    const options = {
      maxRetries: 0,
      cache: { redis: redis.url },
      registries: { [HOST]: { url: server.origin } },
    }
    server.on(TAGS, tooManyRequests('600'))
    const work = `async (service, parsed, failure) => {
      const code = await failure(service.listTags(parsed))
      await service.clearCache()
      return code
    }`
    expect(await elsewhere(work, options)).toBe('RATE_LIMITED')
    expect(await redis.keys()).toEqual([`container-registry-service:flag rest http://${server.host}`])
    expect(await failure(new ContainerRegistryService(options).listTags(app()))).toMatchObject({
      code: 'RATE_LIMITED',
    })
  })

  test('costs nothing while there is none', async () => {
    const world = openWorld()
    const fleet = onGhcr(world, { size: TWENTY })
    const redis = openRedis()
    const { service } = world.service({ cache: { redis: redis.url } })
    await service.checkImages(fleet.map(({ image }) => image))
    await service.close()
    const asked = String(await redis.ask('INFO', 'commandstats'))
    const looks = Number(/cmdstat_pttl:calls=(\d+)/.exec(asked)?.[1] ?? 0)
    // Two flags for each host that was asked: GHCR, its blobs and GitHub; a slow machine looks again after two seconds.
    expect(looks).toBeGreaterThanOrEqual(6)
    expect(world.receivedBy(GHCR).length).toBeGreaterThan(looks)
  })
})
