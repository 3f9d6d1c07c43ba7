import type { ServiceOptions } from '../..'
import { json, Registry, reply, TokenService } from '../../testing/registry'
import { failure } from '../support/failure'
import { NEWEST, publicAndPrivate } from './support/catalogue'
import { useWorld } from './support/world'

/**
 * Where a server's word may lead: a realm and a redirect are followed no further inwards than the server itself is. Next
 * pages never leave their origin. Addresses that are not on loopback are reached by the world's proxy.
 */

const PUBLIC = 'https://registry.example.org'
const PRIVATE = 'https://192.168.1.10'
const TARGETS = {
  private: ['https://10.1.2.3', 'https://172.16.0.1', 'https://192.168.1.11', 'https://[fd00::1]'],
  loopback: ['https://127.0.0.1', 'https://[::1]', 'https://localhost'],
  'link-local': ['https://169.254.169.254', 'https://[fe80::1]'],
}
/** Other ways to write some of them; none is a name that a certificate can have. */
const DISGUISED = ['https://2130706433', 'https://0x7f.1', 'https://[::ffff:10.1.2.3]', 'https://0.0.0.0']
const ALL = Object.values(TARGETS).flat()
/** The client's TLS does not reach an IPv6 address through a proxy. */
const isWithinReach = (target: string) => !target.includes('[')

const openWorld = useWorld()

describe.each(['realm', 'redirect'] as const)('a %s', (what) => {
  test.each([...ALL, ...DISGUISED])('of a public registry to %s is refused', async (target) => {
    const { world, outcome } = enter(what, PUBLIC, target)

    await expect(failure(outcome)).resolves.toMatchObject({ code: 'BAD_RESPONSE' })

    expect(world.receivedBy(new URL(target).origin)).toEqual([])
  })

  test.each(ALL.filter(isWithinReach))(
    'of a public registry to %s is followed where that is allowed',
    async (target) => {
      const { world, outcome } = enter(what, PUBLIC, target, { allowPrivateAddresses: true })

      await expect(outcome).resolves.toBeDefined()

      expect(world.receivedBy(target)).toHaveLength(1)
    },
  )

  test.each(TARGETS.private.filter(isWithinReach))(
    'of a private registry to %s is followed',
    async (target) => {
      const { world, outcome } = enter(what, PRIVATE, target)

      await expect(outcome).resolves.toBeDefined()

      expect(world.receivedBy(target)).toHaveLength(1)
    },
  )

  test.each([...TARGETS.loopback, ...TARGETS['link-local']])(
    'of a private registry to %s is refused',
    async (target) => {
      const { world, outcome } = enter(what, PRIVATE, target)

      await expect(failure(outcome)).resolves.toMatchObject({ code: 'BAD_RESPONSE' })

      expect(world.receivedBy(target)).toEqual([])
    },
  )

  describe.each([
    ['at an address', (origin: string) => origin],
    ['that resolves to this machine', (origin: string) => origin.replace('127.0.0.1', 'localhost')],
  ])('of a registry %s, without a proxy,', (_where, named) => {
    test('is followed to another name of this machine', async () => {
      const { loopbackOrigin } = openWorld()
      const origin = named(loopbackOrigin)
      const target = origin.includes('localhost')
        ? loopbackOrigin
        : loopbackOrigin.replace('127.0.0.1', 'localhost')
      const { world, outcome } = enter(what, origin, target, { proxy: undefined })

      await expect(outcome).resolves.toBeDefined()

      expect(world.receivedBy(target)).toHaveLength(1)
    })

    test.each(TARGETS['link-local'])('is refused to %s', async (target) => {
      const { outcome } = enter(what, named(openWorld().loopbackOrigin), target, { proxy: undefined })

      await expect(failure(outcome)).resolves.toMatchObject({ code: 'BAD_RESPONSE' })
    })
  })
})

/** Lets a registry at `origin` lead a client to `target`; the outcome is defined once the client has been there. */
function enter(what: 'realm' | 'redirect', origin: string, target: string, options: ServiceOptions = {}) {
  const world = openWorld()
  const repositories = publicAndPrivate()
  const realm = { realm: `${target}/token`, service: 'test', repositories }
  const manifest = repositories['team/app']?.manifests.get(NEWEST)
  const place = `/v2/team/app/manifests/${NEWEST}`
  const redirect = reply(307, '', { Location: `${target}/manifest` })
  const fake = new Registry({
    host: 'registry.example.org',
    origin,
    repositories,
    ...(what === 'realm'
      ? { guard: new TokenService(realm) }
      : { before: ({ path }) => (path === place ? redirect : undefined) }),
  })
  fake.enter(world)
  world.put(new URL(target).origin, ({ path }) => {
    if (path !== '/manifest') return undefined
    return manifest ? reply(200, manifest.body, { 'Content-Type': manifest.mediaType }) : json({})
  })
  const { service } = world.service({ registries: { [fake.host]: { url: origin } }, ...options })
  const parsed = service.parseImageReference(`${fake.host}/team/app:${NEWEST}`)
  return { world, outcome: service.getPlatforms(parsed) }
}
