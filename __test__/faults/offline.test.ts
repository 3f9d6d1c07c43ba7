import { ContainerRegistryService } from '../..'
import { FaultServer, wire } from '../../testing/faults'
import { failure } from '../support/failure'
import { Tunnel } from './support/tls'

/** What a home server checks every night, here without a network: twenty images of a few registries. */
const IMAGES = Array.from({ length: 20 }, (_, index) => {
  const registry = ['', 'ghcr.io/', 'quay.io/', 'lscr.io/'][index % 4]
  return `${registry}team/app-${index}:1.${index}.0`
})

/** The way out of the network: a proxy that leads nowhere, in one way or another. */
interface Outage {
  proxy: string
  close(): void
  /** Connections that were waited for. */
  connections(): number
}

async function tunnelTo(fault: (socket: import('node:net').Socket) => void): Promise<Outage> {
  let connections = 0
  const tunnel = await Tunnel.toHandshake((socket) => {
    connections += 1
    fault(socket)
  })
  return { proxy: tunnel.proxy, close: () => tunnel.close(), connections: () => connections }
}

async function proxyThat(fault: Parameters<typeof FaultServer.start>[0]): Promise<Outage> {
  const server = await FaultServer.start(fault)
  return { proxy: server.origin, close: () => server.close(), connections: () => server.requests }
}

const OUTAGES: Array<[string, () => Promise<Outage>]> = [
  ['connections that are never made', () => tunnelTo(() => {})],
  ['connections that are reset', () => tunnelTo((socket) => socket.resetAndDestroy())],
  [
    'a portal that answers in place of TLS',
    () => tunnelTo((socket) => socket.end('HTTP/1.1 302 Found\r\n\r\n')),
  ],
  ['a proxy that never answers', () => proxyThat(() => wire.silence)],
  ['a proxy that shows a page', () => proxyThat(() => wire.text('<title>Log in</title>', 'text/html'))],
]

// By default a connection is waited for for five seconds; a host is waited for once, not once for every image.
describe.each(OUTAGES)('%s', (_, enter) => {
  let outage: Outage
  beforeEach(async () => {
    outage = await enter()
  })
  afterEach(() => outage.close())

  test('fail every image of a loop for now, after few attempts', async () => {
    const service = new ContainerRegistryService({ proxy: outage.proxy })
    for (const image of IMAGES) {
      const error = await failure(service.getAvailableUpdates(image, 'amd64'))
      expect(error).toMatchObject({ name: 'ContainerRegistryError', transient: true })
      expect(['NETWORK', 'TIMEOUT']).toContain(error.code)
    }
    // Four registries, each asked for two things at once, three times at most.
    expect(outage.connections()).toBeLessThanOrEqual(4 * 2 * 3)
  })

  test('fail every image of a batch for now', async () => {
    const service = new ContainerRegistryService({ proxy: outage.proxy, connectTimeoutMs: 500 })
    const checks = await service.checkImages(IMAGES, { arch: 'amd64' })
    expect(checks.map(({ image }) => image)).toEqual(IMAGES)
    for (const check of checks) {
      expect(check).toMatchObject({ status: 'failed', updates: [], latest: {} })
      expect(check.error).toMatchObject({ transient: true })
    }
  })
})

test('names that are not known fail every image for now', async () => {
  const service = new ContainerRegistryService()
  for (const image of IMAGES) {
    const elsewhere = `registry.invalid/${image.replace(/^\w+\.io\//, '')}`
    const error = await failure(service.getAvailableUpdates(elsewhere, 'amd64'))
    expect(error).toMatchObject({ code: 'NETWORK', host: 'registry.invalid', transient: true })
  }
  expect(service.stats().requests['registry.invalid']).toBeLessThanOrEqual(6)
})

describe('a captive portal in front of plain registries', () => {
  const portals = [
    ['shows its page', () => wire.text('<title>Log in</title>', 'text/html')],
    [
      'redirects to its page',
      (url: string) =>
        url === '/login'
          ? wire.text('<title>Log in</title>', 'text/html')
          : wire.redirect((origin) => `${origin}/login`),
    ],
  ] as const

  test.each(portals)('that %s fails every image for now', async (_, fault) => {
    const portal = await FaultServer.start(fault)
    const service = new ContainerRegistryService({
      registries: { 'nas.lan': { url: portal.origin, insecure: true } },
      connectTimeoutMs: 500,
    })
    for (const image of IMAGES) {
      const plain = `nas.lan/${image.replace(/^\w+\.io\//, '')}`
      const error = await failure(service.getAvailableUpdates(plain, 'amd64'))
      expect(error).toMatchObject({ transient: true })
    }
    portal.close()
  })
})
