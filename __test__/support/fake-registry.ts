import { FakeServer, type ReceivedRequest } from './fake-server'
import type { Content, Image } from './image'
import { json, type Reply, refusal, reply } from './reply'

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

const RESOURCE = /^\/v2\/(?<name>.+)\/(?<kind>tags|manifests|blobs)\/(?<reference>[^/]+)$/
const USUAL: Required<RegistryBehaviour> = { token: true, pageSize: 1000, link: 'relative', service: 'fake' }

/**
 * A registry as the OCI distribution specification has it, with its own token service. What `server` is told to
 * answer goes before what the registry holds; a repository that it does not know is an unexpected request.
 */
export class FakeRegistry {
  readonly server: FakeServer
  private readonly behaviour: Required<RegistryBehaviour>
  private readonly repositories = new Map<string, Repository>()
  private readonly scopes = new Map<string, string>()

  static async start(behaviour: RegistryBehaviour = {}): Promise<FakeRegistry> {
    let registry: FakeRegistry | undefined
    const server = await FakeServer.start((request) => registry?.answer(request))
    registry = new FakeRegistry(server, behaviour)
    return registry
  }

  private constructor(server: FakeServer, behaviour: RegistryBehaviour) {
    this.server = server
    this.behaviour = { ...USUAL, ...behaviour }
  }

  /** The repository of a name, made if there is none. */
  repository(name: string): Repository {
    const repository = this.repositories.get(name) ?? new Repository()
    this.repositories.set(name, repository)
    return repository
  }

  /** Makes every token that was issued so far worthless. */
  revokeTokens(): void {
    this.scopes.clear()
  }

  /** The requests for tokens. */
  get tokenRequests(): ReceivedRequest[] {
    return this.server.requests.filter(({ path }) => path === '/token')
  }

  /** `GET /path?query` of every request that asked for content with leave to have it, or without a need for one. */
  get contentRoutes(): string[] {
    return this.server.requests
      .filter((request) => RESOURCE.test(request.path) && this.mayPull(request))
      .map(({ method, url }) => `${method} ${url}`)
  }

  private answer(request: ReceivedRequest): Reply | undefined {
    if (this.behaviour.token && request.path === '/token') return this.issueToken(request)
    const { name = '', kind, reference = '' } = RESOURCE.exec(request.path)?.groups ?? {}
    const repository = this.repositories.get(name)
    if (!repository) return undefined
    if (!this.mayPull(request)) return this.challenge(name)
    if (kind === 'tags') return this.tags(request, repository)
    if (kind === 'blobs') return served(repository.blob(reference))
    return served(repository.manifest(reference), request.headers.accept ?? '')
  }

  private issueToken({ query }: ReceivedRequest): Reply {
    const scope = query.get('scope') ?? ''
    if (query.get('service') !== this.behaviour.service) return refusal(400, 'UNKNOWN', 'no such service')
    const token = `token-${this.tokenRequests.length}`
    this.scopes.set(token, scope)
    return json({ token, expires_in: 300 })
  }

  private mayPull({ path, headers }: ReceivedRequest): boolean {
    if (!this.behaviour.token) return true
    const name = RESOURCE.exec(path)?.groups?.name ?? ''
    const token = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''
    return this.scopes.get(token) === pulling(name)
  }

  private challenge(name: string): Reply {
    const realm = `${this.server.origin}/token`
    return refusal(401, 'UNAUTHORIZED', 'authentication required', {
      'WWW-Authenticate': `Bearer realm="${realm}",service="${this.behaviour.service}",scope="${pulling(name)}"`,
    })
  }

  private tags({ path, query }: ReceivedRequest, { tags }: Repository): Reply {
    const size = Math.min(this.behaviour.pageSize, Number(query.get('n') ?? this.behaviour.pageSize))
    const start = Number(query.get('page') ?? 0) * size
    if (start + size >= tags.length) return json({ tags: tags.slice(start) })
    const origin = this.behaviour.link === 'absolute' ? this.server.origin : ''
    const next = `${origin}${path}?n=${size}&page=${start / size + 1}`
    return json({ tags: tags.slice(start, start + size) }, { Link: `<${next}>; rel="next"` })
  }
}

/** The tags of a repository, and what they point to. */
export class Repository {
  readonly tags: string[] = []
  private readonly roots = new Map<string, Content>()
  private readonly contents = new Map<string, Content>()

  /** Lists tags, whether or not there is an image behind them. */
  list(...tags: string[]): this {
    this.tags.push(...tags)
    return this
  }

  /** Lists a tag and puts an image behind it. */
  push(tag: string, image: Image): this {
    return this.list(tag).put(tag, image)
  }

  /** Puts an image behind a tag without listing it again. */
  put(tag: string, { root, contents }: Image): this {
    this.roots.set(tag, root)
    for (const content of contents) this.contents.set(content.digest, content)
    return this
  }

  manifest(tagOrDigest: string): Content | undefined {
    return this.roots.get(tagOrDigest) ?? this.contents.get(tagOrDigest)
  }

  blob(digest: string): Content | undefined {
    return this.contents.get(digest)
  }
}

/** A manifest is only sent as a type that the client accepts, as strict registries have it; a blob has no type. */
function served(content: Content | undefined, accepted?: string): Reply {
  if (!content) return refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown')
  const { mediaType, digest, body } = content
  if (accepted !== undefined && !accepted.includes(mediaType)) {
    return refusal(404, 'MANIFEST_UNKNOWN', `${mediaType} is not accepted`)
  }
  return reply(200, body, {
    'Content-Type': accepted === undefined ? 'application/octet-stream' : mediaType,
    'Docker-Content-Digest': digest,
  })
}

function pulling(name: string): string {
  return `repository:${name}:pull`
}
