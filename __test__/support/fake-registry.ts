import {
  byPosition,
  FakeServer,
  type Guard,
  open,
  type Received,
  Registry,
  Repository,
  TokenService,
} from '../../testing/registry'

export interface RegistryBehaviour {
  /** Whether a token is needed, and is to be had at `/token`. */
  token?: boolean
  /** The most tags of a page, whatever number a client asks for. */
  pageSize?: number
  /** How the next page is named. */
  link?: 'relative' | 'absolute'
  /** The service that a token is asked for. */
  service?: string
}

const RESOURCE = /^\/v2\/(?<name>.+)\/(?:tags|manifests|blobs)\/[^/]+$/

/**
 * A registry as the OCI distribution specification has it, with its own token service. What `server` is told to
 * answer goes before what the registry holds; a repository that it does not know is an unexpected request.
 */
export class FakeRegistry {
  private readonly repositories: Record<string, Repository> = {}
  private readonly tokens: TokenService
  private readonly guard: Guard

  static async start(behaviour: RegistryBehaviour = {}): Promise<FakeRegistry> {
    let registry: Registry | undefined
    const server = await FakeServer.start((request) => registry?.answer(request))
    const fake = new FakeRegistry(server, behaviour)
    registry = fake.holding(behaviour)
    return fake
  }

  private constructor(
    readonly server: FakeServer,
    { token = true, service = 'fake' }: RegistryBehaviour,
  ) {
    const { repositories } = this
    this.tokens = new TokenService({
      realm: '/token',
      service,
      repositories,
      named: (number) => `token-${number}`,
      answer: (token) => ({ token, expires_in: 300 }),
      tellsMissing: true,
      takesAnyLogin: true,
    })
    this.guard = token ? this.tokens : open
  }

  /** The repository of a name, made if there is none. */
  repository(name: string): Repository {
    this.repositories[name] ??= new Repository()
    return this.repositories[name]
  }

  /** Makes every token that was issued so far worthless. */
  revokeTokens(): void {
    this.tokens.revokeAll()
  }

  /** The requests for tokens. */
  get tokenRequests(): Received[] {
    return this.server.requests.filter(({ path }) => path === '/token')
  }

  /** `GET /path?query` of every request that asked for content with leave to have it, or without a need for one. */
  get contentRoutes(): string[] {
    return this.server.requests
      .filter((request) => {
        const { name } = RESOURCE.exec(request.path)?.groups ?? {}
        return name !== undefined && this.guard.admit(request, name) === undefined
      })
      .map(({ method, url }) => `${method} ${url}`)
  }

  private holding({ pageSize = 1000, link = 'relative' }: RegistryBehaviour): Registry {
    return new Registry({
      host: this.server.host,
      repositories: this.repositories,
      expectsKnown: true,
      guard: this.guard,
      isStrict: true,
      paging: {
        order: 'pushed',
        most: pageSize,
        usual: pageSize,
        cursor: byPosition('from'),
        link: ({ path, origin, cursor, size }) =>
          `<${link === 'absolute' ? origin : ''}${path}?n=${size}&from=${cursor}>; rel="next"`,
      },
    })
  }
}
