import { type Fake, Registry, reply, TokenService } from '../../testing/registry'
import { failure } from '../support/failure'
import { dockerHub } from './fakes/docker-hub'
import { ghcr } from './fakes/ghcr'
import { DELETED, quay } from './fakes/quay'
import { CURRENT, publicAndPrivate } from './support/catalogue'
import { useWorld } from './support/world'

/** What single registries do that has no row in the table. */

const openWorld = useWorld()

function enter(fake: Fake) {
  const world = openWorld()
  fake.enter(world)
  const { service, logger } = world.service({ maxRetries: 1 })
  return { world, service, logger, parsed: service.parseImageReference(`${fake.host}/team/app:${CURRENT}`) }
}

describe('Docker Hub', () => {
  test('tells digests when the pulls are used up', async () => {
    const fake = dockerHub({ isExhausted: true })
    const { service, parsed } = enter(fake)

    await expect(service.getDigest(parsed)).resolves.toBe(
      fake.repository('team/app')?.manifests.get(CURRENT)?.digest,
    )

    const error = await failure(service.getPlatforms(parsed))
    expect(error).toMatchObject({ code: 'RATE_LIMITED', status: 429 })
    // HEAD has told that nothing is left, so the pull is not even asked for.
    expect(error.cause).toMatchObject({ message: expect.stringMatching(/has asked for patience/) })
  })

  test('is quoted where its refusal is bare text', async () => {
    const { service, parsed } = enter(dockerHub({ isAbused: true }))

    await expect(failure(service.listTags(parsed))).resolves.toMatchObject({
      code: 'RATE_LIMITED',
      status: 429,
      detail: 'Too Many Requests',
    })
  })
})

describe('ghcr.io', () => {
  test('is quoted with the units of its own clock', async () => {
    const { service, logger, parsed } = enter(ghcr({ isThrottled: true }))

    await expect(failure(service.listTags(parsed))).resolves.toMatchObject({
      code: 'RATE_LIMITED',
      detail: 'retry-after: 985.86µs, allowed: 44000/minute',
    })
    expect(logger.warnings).toHaveLength(1)
  })

  test('is never asked for the placeholder that stands in its challenge', async () => {
    const scope = 'repository:user/image:pull'
    const repositories = publicAndPrivate()
    const origin = 'https://mirror.example.org'
    const guard = new TokenService({ realm: '/token', origin, service: 'ghcr.io', scope, repositories })
    const world = openWorld()
    new Registry({ host: 'ghcr.io', origin, repositories, guard }).enter(world)
    const { service } = world.service({ registries: { 'ghcr.io': { url: origin } } })

    await service.listTags(service.parseImageReference('ghcr.io/team/app:1.0'))

    const scopes = world.exchanges.flatMap(({ request }) => request.query.getAll('scope'))
    expect(scopes).toEqual(['repository:team/app:pull'])
  })
})

describe('quay.io', () => {
  test('is quoted where a tag was deleted', async () => {
    const { service, parsed } = enter(quay())

    const error = await failure(service.getPlatforms(parsed, DELETED))

    expect(error).toMatchObject({ code: 'NOT_FOUND', status: 404 })
    expect(error.detail).toMatch(/^TAG_EXPIRED: Tag 3\.6\.0 was deleted or has expired/)
  })
})

describe('a registry', () => {
  test.each([405, 501])('that refuses HEAD with %d is asked by GET', async (status) => {
    const repositories = publicAndPrivate()
    const before = ({ method }: { method: string }) => (method === 'HEAD' ? reply(status) : undefined)
    const { world, service, parsed } = enter(
      new Registry({ host: 'registry.example.org', repositories, before }),
    )

    await expect(service.getDigest(parsed)).resolves.toBe(
      repositories['team/app']?.manifests.get(CURRENT)?.digest,
    )

    expect(world.exchanges.map(({ request }) => request.method)).toEqual(['HEAD', 'GET'])
  })
})
