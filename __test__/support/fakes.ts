import { ContainerRegistryService, type ParsedImageReference, type ServiceOptions } from '../..'
import { FakeServer, type Site } from '../../testing/registry'
import { FakeGithub } from './fake-github'
import { FakeRegistry, type RegistryBehaviour } from './fake-registry'
import { RecordingLogger } from './recording-logger'

/** The registry that tests speak of unless they have a reason for another one. */
export const HOST = 'registry.example'

/** The repository that tests speak of, likewise. */
export const NAME = 'team/app'

/** That repository as `parseImageReference` gives it. */
export function app(tag = '1.0.0'): ParsedImageReference {
  return { registry: HOST, namespace: 'team', repo: 'app', tag, fullName: NAME }
}

/** What is asked of that repository. */
export const TAGS = `GET /v2/${NAME}/tags/list?n=1000`
export const manifest = (tagOrDigest: string) => `GET /v2/${NAME}/manifests/${tagOrDigest}`
export const blob = (digest: string) => `GET /v2/${NAME}/blobs/${digest}`

/** Fakes that are closed after the test which opened them, and fail it for a request that nobody expected. */
export class Fakes {
  private readonly open: FakeServer[] = []

  async server(fallback?: Site): Promise<FakeServer> {
    return this.keep(await FakeServer.start(fallback))
  }

  async registry(behaviour?: RegistryBehaviour): Promise<FakeRegistry> {
    const registry = await FakeRegistry.start(behaviour)
    this.keep(registry.server)
    return registry
  }

  async github(): Promise<FakeGithub> {
    const github = await FakeGithub.start()
    this.keep(github.server)
    return github
  }

  async close(): Promise<void> {
    const results = await Promise.allSettled(this.open.splice(0).map((server) => server.close()))
    const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
    if (failures.length > 0) throw new Error(failures.map((failure) => failure.message).join('\n'))
  }

  private keep(server: FakeServer): FakeServer {
    this.open.push(server)
    return server
  }
}

/** Fakes for the tests of a file. */
export function useFakes(): Fakes {
  const fakes = new Fakes()
  afterEach(() => fakes.close())
  return fakes
}

export interface Wiring {
  registry?: FakeRegistry | FakeServer
  github?: FakeGithub | FakeServer
}

/** Options that lead `HOST` and GitHub's API to fakes; a fault is not tried again, so that a script has it once. */
export function wired({ registry, github }: Wiring, options: ServiceOptions = {}) {
  const origin = (fake: FakeServer | { server: FakeServer }) =>
    fake instanceof FakeServer ? fake.origin : fake.server.origin
  return {
    maxFaultRetries: 0,
    ...(registry && { registries: { [HOST]: { url: origin(registry) } } }),
    ...(github && { github: { apiUrl: origin(github) } }),
    ...options,
  }
}

/** A service that is wired to fakes, with the logger that it writes to. */
export function serviceOn(wiring: Wiring, options: ServiceOptions = {}) {
  const logger = new RecordingLogger()
  const service = new ContainerRegistryService({ logger, ...wired(wiring, options) })
  return { service, logger }
}
