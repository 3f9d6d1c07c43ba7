import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { createSecureServer } from 'node:http2'
import { type AddressInfo, connect, type Server } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { promisify } from 'node:util'
import { ContainerRegistryService, type ServiceOptions } from '../../..'
import { ownAddress } from '../../support/loopback'
import { RecordingLogger } from '../../support/recording-logger'
import { type Reply, reply } from '../../support/reply'
import { type Exchange, type Outgoing, type Received, receive, type Site, send } from './traffic'

const CERTIFICATES = join(__dirname, '..', 'certificates')
const certificate = (name: string) => readFileSync(join(CERTIFICATES, name), 'utf8')
const UNEXPECTED = 599

/**
 * The internet as far as a test needs it: every host under its real name over https, all of them on this machine. A
 * client gets there by the proxy, which leads each CONNECT to one TLS server; that server tells the hosts apart. A host
 * or a path that nobody put there makes `close` fail, unless it was declared to be out of reach.
 */
export class World {
  /** Every request with its answer, in order of arrival. */
  readonly exchanges: Exchange[] = []
  /** PEM of the authority that all hosts' certificates are from. */
  readonly ca = certificate('authority.pem')

  private readonly sites = new Map<string, Site[]>()
  private readonly outOfReach = new Set<string>()
  private readonly unexpected: string[] = []
  private silence?: () => void
  private readonly proxyAddress = ownAddress()
  private brake?: (request: Received) => Promise<void>
  private readonly inFlight = new Map<string, number>()
  private readonly most = new Map<string, number>()
  private readonly connections = new Set<Duplex>()
  private readonly server = createSecureServer(
    { allowHTTP1: true, key: certificate('server.key'), cert: certificate('server.pem') },
    async (incoming, outgoing) => {
      const request = await receive(incoming, 'https')
      this.countIn(request, outgoing)
      await this.brake?.(request)
      const answer = this.answer(request)
      if (answer) send(outgoing, request, answer)
    },
  )
  /** Requests for plain http come to the proxy itself. */
  private readonly proxy = createServer(async (incoming, outgoing) => {
    const request = await receive(incoming, 'http')
    const answer = this.answer(request)
    if (answer) send(outgoing, request, answer)
  }).on('connect', (request, client: Duplex) => this.tunnel(request, client))

  static async create(): Promise<World> {
    const world = new World()
    // The certificate is for one loopback address; hosts are told apart by the proxy that leads to them.
    for (const [server, at] of [
      [world.server, '127.0.0.1'],
      [world.proxy, world.proxyAddress],
    ] as [Server, string][]) {
      server.on('connection', (socket) => world.keep(socket))
      await once(server.listen(0, at), 'listening')
    }
    return world
  }

  private constructor() {}

  get proxyUrl(): string {
    return `http://${this.proxyAddress}:${portOf(this.proxy)}`
  }

  /** Where the TLS server of all hosts really is; to be reached without the proxy, too. */
  get loopbackOrigin(): string {
    return `https://127.0.0.1:${portOf(this.server)}`
  }

  /** Puts a site at an origin; what it does not know is left to one that was put there later. */
  put(origin: string, site: Site): this {
    this.sites.set(origin, [...(this.sites.get(origin) ?? []), site])
    return this
  }

  /** Lets connections to an origin fail. */
  cutOff(origin: string): this {
    this.outOfReach.add(origin)
    return this
  }

  /** Lets every request wait for an answer that does not come; what is given is called when one has arrived. */
  fallSilent(whenAsked = () => {}): this {
    this.silence = whenAsked
    return this
  }

  /** Lets every request over https wait for what this gives, ahead of its answer. */
  holdBack(brake: (request: Received) => Promise<void>): this {
    this.brake = brake
    return this
  }

  /** The most requests over https that were without an answer at one time at an origin. */
  mostInFlight(origin: string): number {
    return this.most.get(origin) ?? 0
  }

  /** A service in this world, with the logger that it writes to. */
  service(options: ServiceOptions = {}) {
    const logger = new RecordingLogger()
    // Waits that no server asked for take no time here.
    const settings = {
      logger,
      proxy: this.proxyUrl,
      ca: this.ca,
      maxRetryDelayMs: 1,
      maxFaultRetries: 0,
      ...options,
    }
    return { service: new ContainerRegistryService(settings), logger }
  }

  /** The requests that an origin received. */
  receivedBy(origin: string): Received[] {
    return this.exchanges.map(({ request }) => request).filter((request) => request.origin === origin)
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.destroy()
    const servers: Server[] = [this.server, this.proxy]
    await Promise.all(servers.map((server) => promisify(server.close.bind(server))()))
    if (this.unexpected.length > 0) throw new Error(`unexpected: ${this.unexpected.join(', ')}`)
  }

  private countIn({ origin }: Received, outgoing: Outgoing): void {
    const count = (this.inFlight.get(origin) ?? 0) + 1
    this.inFlight.set(origin, count)
    this.most.set(origin, Math.max(count, this.mostInFlight(origin)))
    outgoing.once('close', () => this.inFlight.set(origin, (this.inFlight.get(origin) ?? 0) - 1))
  }

  private answer(request: Received): Reply | undefined {
    if (this.silence) {
      this.exchanges.push({ request, reply: reply(0) })
      this.silence()
      return undefined
    }
    const answered = this.sites
      .get(request.origin)
      ?.map((site) => site(request))
      .find(Boolean)
    const given = answered ?? this.complain(`${request.method} ${request.origin}${request.url}`)
    this.exchanges.push({ request, reply: given })
    return given
  }

  private complain(what: string): Reply {
    this.unexpected.push(what)
    return reply(UNEXPECTED, `unexpected: ${what}`)
  }

  private tunnel({ url = '' }: IncomingMessage, client: Duplex): void {
    const { origin } = new URL(`https://${url}`)
    const isKnown = this.sites.has(origin) || this.silence !== undefined
    if (!isKnown || this.outOfReach.has(origin)) {
      if (!this.outOfReach.has(origin)) this.complain(`CONNECT ${url}`)
      client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
      return
    }
    const upstream = connect(portOf(this.server), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      client.pipe(upstream).pipe(client)
    })
    for (const [end, other] of [
      [this.keep(client), upstream],
      [this.keep(upstream), client],
    ] as const) {
      end.on('close', () => other.destroy())
    }
  }

  private keep<T extends Duplex>(connection: T): T {
    this.connections.add(connection)
    connection.on('error', () => connection.destroy())
    connection.once('close', () => this.connections.delete(connection))
    return connection
  }
}

/** A world of its own for every test of a file. */
export function useWorld(): () => World {
  let world: World
  beforeEach(async () => {
    world = await World.create()
  })
  afterEach(() => world.close())
  return () => world
}

function portOf(server: { address(): AddressInfo | string | null }): number {
  return (server.address() as AddressInfo).port
}
