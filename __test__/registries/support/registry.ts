import type { Content } from '../../support/image'
import { json, type Reply, refusal, reply } from '../../support/reply'
import { type Guard, open, type Repositories } from './access'
import type { Repository } from './catalogue'
import { ordered, type Paging, page } from './paging'
import type { Storage } from './storage'
import type { Received, Site } from './traffic'
import type { World } from './world'

/** What makes a registry differ from others. */
export interface RegistryTraits {
  /** What stands before the first slash of its images. */
  host: string
  /** Default: https on the host. */
  origin?: string
  repositories: Repositories
  /** Default: none. */
  guard?: Guard
  paging?: Paging
  /** Where blobs are. Default: on the registry itself. */
  storage?: Storage
  /** What else is there on other hosts of the same owner. */
  beside?: Record<string, Site>
  /** A manifest is only given as a type that the client accepts. */
  isStrict?: boolean
  /** Headers of a manifest, beside the usual ones. */
  manifestHeaders?: Record<string, string>
  /** What is said of a repository that there is not. */
  unknownRepository?: (name: string) => Reply
  /** What is said of a tag that there is not. */
  unknownTag?: (tag: string) => Reply
  /** Looks at every request first. */
  before?: (request: Received) => Reply | undefined
  /** Looks at every request that was let in. */
  instead?: (request: Received) => Reply | undefined
}

const RESOURCE = /^\/v2\/(?<name>.+)\/(?<kind>tags|manifests|blobs)\/(?<reference>[^/]+)$/

/** A registry as a test speaks of it. */
export interface Fake {
  /** What stands before the first slash of its images. */
  readonly host: string
  /** Puts the registry, its token service and its storage into a world. */
  enter(world: World): void
  repository(name: string): Repository | undefined
  /** The tags of a repository, in the order in which they are listed. */
  tagsOf(name: string): string[]
}

/** The OCI distribution API over some repositories. */
export class Registry implements Fake {
  readonly host: string
  private readonly guard: Guard

  constructor(private readonly traits: RegistryTraits) {
    this.host = traits.host
    this.guard = traits.guard ?? open
  }

  enter(world: World): void {
    const { storage, host, origin = `https://${host}`, beside = {} } = this.traits
    world.put(origin, (request) => this.answer(request))
    for (const [realm, site] of this.guard.sites ?? []) world.put(realm, site)
    if (storage) world.put(storage.origin, storage.site)
    for (const [other, site] of Object.entries(beside)) world.put(other, site)
  }

  repository(name: string): Repository | undefined {
    return this.traits.repositories[name]
  }

  tagsOf(name: string): string[] {
    return ordered(this.repository(name)?.tags ?? [], this.traits.paging ?? {})
  }

  private answer(request: Received): Reply | undefined {
    const { before, instead } = this.traits
    const { name, kind, reference = '' } = RESOURCE.exec(request.path)?.groups ?? {}
    const early = before?.(request)
    if (early) return early
    if (!(name || request.path === '/v2/') || !['GET', 'HEAD'].includes(request.method)) return undefined
    const refused = this.guard.admit(request, name)
    if (refused) return refused
    return instead?.(request) ?? (name ? this.resource(request, name, kind, reference) : json({}))
  }

  private resource(
    request: Received,
    name: string,
    kind: string | undefined,
    reference: string,
  ): Reply | undefined {
    const { paging = {}, unknownRepository = nameUnknown } = this.traits
    const repository = this.repository(name)
    if (!repository) return unknownRepository(name)
    if (kind === 'manifests') return this.manifest(request, repository, reference)
    if (kind === 'blobs') return this.blob(repository, reference)
    return reference === 'list' ? page(request, name, repository.tags, paging) : undefined
  }

  private manifest({ headers }: Received, { manifests }: Repository, reference: string): Reply {
    const { isStrict, manifestHeaders, unknownTag = manifestUnknown } = this.traits
    const content = manifests.get(reference)
    if (!content) return unknownTag(reference)
    const { mediaType, digest, body } = content
    if (isStrict && !headers.accept?.includes(mediaType)) {
      return refusal(404, 'MANIFEST_UNKNOWN', `${mediaType} is not accepted`)
    }
    const usual = { 'Content-Type': mediaType, 'Docker-Content-Digest': digest, ETag: `"${digest}"` }
    return reply(200, body, { ...usual, ...manifestHeaders })
  }

  private blob({ blobs }: Repository, digest: string): Reply {
    const content: Content | undefined = blobs.get(digest)
    if (!content) return refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
    if (this.traits.storage) return this.traits.storage.redirect(content)
    return reply(200, content.body, { 'Content-Type': 'application/octet-stream' })
  }
}

export function nameUnknown(): Reply {
  return refusal(404, 'NAME_UNKNOWN', 'repository name not known to registry')
}

function manifestUnknown(tag: string): Reply {
  return refusal(404, 'MANIFEST_UNKNOWN', `manifest unknown: ${tag}`)
}
