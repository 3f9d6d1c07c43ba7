'use strict'

const { randomBytes } = require('node:crypto')
const { json, refusal } = require('./listen.js')
const { Repository } = require('./repository.js')

const RESOURCE = /^\/v2\/(?<name>.+)\/(?<kind>tags|manifests|blobs)\/(?<reference>[^/]+)$/

/** What a client of the OCI distribution API reads: tags in pages, manifests, configs, and tokens for them. */
class Registry {
  #host
  #wantsToken
  #pageSize
  #repositories
  #scopes = new Map()

  constructor({ host, token = true, pageSize = 100 }, images) {
    this.#host = host
    this.#wantsToken = token
    this.#pageSize = pageSize
    this.#repositories = new Map(images.map((image) => [image.name, new Repository(image)]))
  }

  answer(url, headers) {
    if (this.#wantsToken && url.pathname === '/token') return this.#token(url)
    const { name, kind, reference } = RESOURCE.exec(url.pathname)?.groups ?? {}
    if (!name) return refusal(404, 'UNSUPPORTED', `no such path: ${url.pathname}`)
    if (this.#wantsToken && !this.#mayPull(headers.authorization, name)) return this.#challenge(url, name)
    const repository = this.#repositories.get(name)
    if (!repository) return refusal(404, 'NAME_UNKNOWN', `no repository ${name}`)
    if (kind === 'tags') return this.#tags(url, name, repository.tags)
    return content(repository.find(reference), kind === 'manifests' && headers.accept)
  }

  #token(url) {
    const token = randomBytes(16).toString('hex')
    this.#scopes.set(token, url.searchParams.get('scope'))
    return json(200, { token, expires_in: 300 })
  }

  #mayPull(authorization = '', name) {
    return this.#scopes.get(authorization.replace(/^Bearer /, '')) === pulling(name)
  }

  #challenge(url, name) {
    const challenge = `Bearer realm="${url.origin}/token",service="${this.#host}",scope="${pulling(name)}"`
    return refusal(401, 'UNAUTHORIZED', 'authentication required', { 'WWW-Authenticate': challenge })
  }

  #tags(url, name, tags) {
    const size = Math.min(this.#pageSize, Number(url.searchParams.get('n') ?? this.#pageSize))
    const start = tags.indexOf(url.searchParams.get('last')) + 1
    const page = tags.slice(start, start + size)
    const last = start + size >= tags.length
    const next = `<${url.pathname}?last=${page.at(-1)}&n=${size}>; rel="next"`
    return json(200, { name, tags: page }, last ? {} : { Link: next })
  }
}

/** A manifest is only sent as a type the client accepts, as strict registries do; a blob has no type to ask for. */
function content(found, accepted) {
  if (!found || (accepted !== false && !accepted?.includes(found.mediaType))) {
    return refusal(404, 'MANIFEST_UNKNOWN', 'nothing here of a type that is accepted')
  }
  const { mediaType, digest, body } = found
  return { status: 200, headers: { 'Content-Type': mediaType, 'Docker-Content-Digest': digest }, body }
}

function pulling(name) {
  return `repository:${name}:pull`
}

module.exports = { Registry }
