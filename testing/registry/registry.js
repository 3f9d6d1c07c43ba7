'use strict'

const { open } = require('./guard.js')
const { ordered, page } = require('./paging.js')
const { json, refusal, reply } = require('./reply.js')
const { repositoryIn } = require('./repository.js')

const RESOURCE = /^\/v2\/(?<name>.+)\/(?<kind>tags|manifests|blobs|referrers)\/(?<reference>[^/]+)$/

/** The OCI distribution API over some repositories. See `index.d.ts`. */
class Registry {
  #traits
  #guard

  constructor(traits) {
    this.host = traits.host
    this.#traits = traits
    this.#guard = traits.guard ?? open
  }

  /** Sites by origin: the registry, its token service, its storage, and those beside them. */
  get sites() {
    const { storage, host, origin = `https://${host}`, beside = {} } = this.#traits
    return [
      [origin, (request) => this.answer(request)],
      ...(this.#guard.sites ?? []),
      ...(storage ? [[storage.origin, storage.site]] : []),
      ...Object.entries(beside),
    ]
  }

  enter(internet) {
    for (const [origin, site] of this.sites) internet.put(origin, site)
  }

  repository(name) {
    return repositoryIn(this.#traits.repositories, name)
  }

  tagsOf(name) {
    return ordered(this.repository(name)?.tags ?? [], this.#traits.paging)
  }

  answer(request) {
    const { before, instead, expectsKnown } = this.#traits
    const { name, kind, reference = '' } = RESOURCE.exec(request.path)?.groups ?? {}
    const early = before?.(request) ?? this.#tokenOf(request)
    if (early) return early
    if (!(name || request.path === '/v2/') || !['GET', 'HEAD'].includes(request.method)) return undefined
    if (name && expectsKnown && !this.repository(name)) return undefined
    const refused = this.#guard.admit(request, name)
    if (refused) return refused
    return instead?.(request) ?? (name ? this.#resource(request, name, kind, reference) : json({}))
  }

  /** A token service without an origin of its own is the registry itself. */
  #tokenOf(request) {
    return this.#guard.sites?.length === 0 ? this.#guard.issue?.(request) : undefined
  }

  #resource(request, name, kind, reference) {
    const { paging = {}, unknownRepository = nameUnknown } = this.#traits
    const repository = this.repository(name)
    if (!repository) return unknownRepository(name)
    if (kind === 'manifests') return this.#manifest(request, repository, reference)
    if (kind === 'blobs') return this.#blob(repository, reference)
    // Like many registries, it has no referrers API.
    if (kind === 'referrers') return reply(404, '404 page not found\n')
    return reference === 'list' ? page(request, name, repository.tags, paging) : undefined
  }

  #manifest({ headers }, { manifests }, reference) {
    const { isStrict, manifestHeaders, unknownTag = manifestUnknown } = this.#traits
    const content = manifests.get(reference)
    if (!content) return unknownTag(reference)
    const { mediaType, digest, body } = content
    if (isStrict && !headers.accept?.includes(mediaType)) {
      return refusal(404, 'MANIFEST_UNKNOWN', `${mediaType} is not accepted`)
    }
    const usual = { 'Content-Type': mediaType, 'Docker-Content-Digest': digest, ETag: `"${digest}"` }
    return reply(200, body, { ...usual, ...manifestHeaders })
  }

  #blob({ blobs }, digest) {
    const content = blobs.get(digest)
    if (!content) return refusal(404, 'BLOB_UNKNOWN', 'blob unknown to registry')
    if (this.#traits.storage) return this.#traits.storage.redirect(content)
    return reply(200, content.body, { 'Content-Type': 'application/octet-stream' })
  }
}

function nameUnknown() {
  return refusal(404, 'NAME_UNKNOWN', 'repository name not known to registry')
}

function manifestUnknown(tag) {
  return refusal(404, 'MANIFEST_UNKNOWN', `manifest unknown: ${tag}`)
}

module.exports = { Registry }
