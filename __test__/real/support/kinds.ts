import type { RegistryOptions } from '../../..'
import { ContainerRegistry } from './container-registry'
import { Distribution } from './distribution'
import { Drayage } from './drayage'
import type { Login } from './push'

/** A registry that runs, as the suite of all of them needs it. */
export interface Running {
  /** Where a service is to find it: `host[:port]`, what stands before the first slash of an image. */
  host: string
  /** What a service is told about that host. */
  options: RegistryOptions
  /** Where images are pushed to; what is pushed there is to be had at `host`. */
  target: { host: string; login?: Login }
  stop(): Promise<void>
}

export interface Kind {
  name: string
  /** Whether it has indexes, or images of one platform only. */
  indexes: boolean
  /** Whether it lists tags. */
  lists: boolean
  /** Whether a password is looked at. */
  asksForPassword?: boolean
  start(): Promise<Running>
}

const READER: Login = { user: 'reader', password: 'secret' }
const asOptions = ({ user, password }: Login): RegistryOptions => ({ username: user, password })

/** Ends servers in the order they stand in, each even if one before it failed. */
const stopAll = async (servers: { stop(): Promise<void> }[]) => {
  const ends = await Promise.allSettled(servers.map((server) => server.stop()))
  for (const end of ends) if (end.status === 'rejected') throw end.reason
}

/** What is starting; if it does not, what has started before it ends as well. */
async function orStop<T>(server: { stop(): Promise<void> }, starting: Promise<T>): Promise<T> {
  return starting.catch(async (error) => {
    await server.stop()
    throw error
  })
}

/** Every registry that this suite runs itself, in every way that it can. */
const HERE: Kind[] = [
  {
    name: 'Distribution',
    indexes: true,
    lists: true,
    async start() {
      const server = await Distribution.start()
      return running(server.host, {}, server)
    },
  },
  {
    name: 'Distribution, htpasswd',
    asksForPassword: true,
    indexes: true,
    lists: true,
    async start() {
      const server = await Distribution.start({ login: READER })
      return running(server.host, asOptions(READER), server, READER)
    },
  },
  {
    name: 'Distribution, pull-through cache',
    indexes: true,
    lists: true,
    async start() {
      const origin = await Distribution.start()
      const cache = await orStop(origin, Distribution.start({ upstream: `http://${origin.host}` }))
      const stop = () => stopAll([cache, origin])
      return { host: cache.host, options: {}, target: { host: origin.host }, stop }
    },
  },
  {
    name: 'container-registry',
    indexes: false,
    lists: false,
    async start() {
      const server = await ContainerRegistry.start()
      return running(server.host, asOptions(READER), server, READER)
    },
  },
  {
    name: 'container-registry, password',
    asksForPassword: true,
    indexes: false,
    lists: false,
    async start() {
      const server = await ContainerRegistry.start(READER.password)
      return running(server.host, asOptions(READER), server, READER)
    },
  },
  {
    name: 'drayage as a mirror of Distribution',
    indexes: true,
    lists: true,
    async start() {
      const origin = await Distribution.start()
      const cache = await orStop(origin, Drayage.before(`http://${origin.host}`))
      const options = { url: `http://${origin.host}`, mirrors: [`http://${cache.host}`] }
      return {
        host: 'registry.test',
        options,
        target: { host: origin.host },
        stop: () => stopAll([cache, origin]),
      }
    },
  },
]

/** The registries of this run. */
export const KINDS: Kind[] = process.env.REAL_REGISTRIES ? elsewhere(process.env.REAL_REGISTRIES) : HERE

function running(
  host: string,
  options: RegistryOptions,
  server: { stop(): Promise<void> },
  login?: Login,
): Running {
  return { host, options, target: { host, login }, stop: () => server.stop() }
}

/**
 * Registries that somebody else runs for this run of the suite, as JSON in `REAL_REGISTRIES`: `[{name, host, login?}]` on
 * loopback, with indexes and lists. `scripts/try-pulp.mjs` does so.
 */
function elsewhere(text: string): Kind[] {
  const registries = JSON.parse(text) as {
    name: string
    host: string
    login?: Login
  }[]
  return registries.map(({ name, host, login }) => ({
    name,
    indexes: true,
    lists: true,
    asksForPassword: login !== undefined,
    async start() {
      return running(host, login ? asOptions(login) : {}, { stop: async () => {} }, login)
    },
  }))
}
