import { json } from './reply.mjs'

const RESOURCE = /^\/v2\/(?<name>.+)\/(?:tags|manifests|blobs)\/[^/]+$/
const PAGE = 1000

/** One registry with its token service and the storage its blobs are redirected to: every answer lies ready. */
export class Registry {
  #host
  #service
  #realm
  #answers = new Map()
  #stored = new Map()

  constructor({ host, service, realm, storage, repositories }) {
    this.#host = host
    this.#service = service
    this.#realm = realm
    for (const repository of repositories) {
      this.#prepareTags(repository)
      this.#prepareManifests(repository)
      this.#prepareBlobs(repository, storage)
    }
  }

  answer(url, headers) {
    const { name } = RESOURCE.exec(url.pathname)?.groups ?? {}
    if (!mayPull(headers.authorization, name)) return this.#challenge(name)
    const last = url.searchParams.get('last')
    return this.#answers.get(last ? `${url.pathname}?${last}` : url.pathname)
  }

  /** A token names what it allows, so that nothing about it has to be remembered. One may be for several repositories. */
  token(url, more) {
    const scopes = url.searchParams.getAll('scope').flatMap((scope) => scope.split(' '))
    if (url.searchParams.get('service') !== this.#service) return undefined
    return json(200, { token: Buffer.from(scopes.join(' ')).toString('base64url'), ...more })
  }

  /** The storage answers whoever has the signed URL, and refuses the registry's token as object stores do. */
  stored(url, headers) {
    if (headers.authorization) return json(400, { message: 'Only one auth mechanism allowed' })
    return this.#stored.get(url.pathname)
  }

  #challenge(name = 'user/image') {
    const challenge = `Bearer realm="${this.#realm}",service="${this.#service}",scope="${pulling(name)}"`
    const errors = [{ code: 'UNAUTHORIZED', message: 'authentication required' }]
    return json(401, { errors }, { 'www-authenticate': challenge })
  }

  /** Pages of a thousand. The Link is absolute: a relative one is more usual, but the original cannot follow it. */
  #prepareTags({ name, tags }) {
    const path = `/v2/${name}/tags/list`
    const all = [...tags.keys()]
    for (let start = 0; start < all.length; start += PAGE) {
      const page = all.slice(start, start + PAGE)
      const next = `<https://${this.#host}${path}?last=${page.at(-1)}&n=${PAGE}>; rel="next"`
      const headers = start + PAGE < all.length ? { link: next } : {}
      this.#answers.set(start ? `${path}?${all[start - 1]}` : path, json(200, { name, tags: page }, headers))
    }
  }

  #prepareManifests({ name, tags, manifests }) {
    const path = `/v2/${name}/manifests/`
    for (const [digest, { mediaType, body }] of manifests) {
      const headers = { 'content-type': mediaType, 'docker-content-digest': digest, etag: `"${digest}"` }
      this.#answers.set(path + digest, { status: 200, headers, body })
    }
    for (const [tag, { digest }] of tags) {
      if (manifests.has(digest)) this.#answers.set(path + tag, this.#answers.get(path + digest))
    }
  }

  #prepareBlobs({ name, blobs }, storage) {
    for (const [digest, body] of blobs) {
      const hash = digest.slice('sha256:'.length)
      const path = `/blobs/sha256/${hash.slice(0, 2)}/${hash}/data`
      const location = `https://${storage}${path}?expires=1893456000&signature=${hash.slice(0, 32)}`
      this.#answers.set(`/v2/${name}/blobs/${digest}`, {
        status: 307,
        headers: { location, 'docker-content-digest': digest },
        body: Buffer.alloc(0),
      })
      this.#stored.set(path, { status: 200, headers: { 'content-type': 'application/octet-stream' }, body })
    }
  }
}

function mayPull(authorization, name) {
  if (!name || !authorization?.startsWith('Bearer ')) return false
  const scopes = Buffer.from(authorization.slice('Bearer '.length), 'base64url').toString()
  return scopes.split(' ').includes(pulling(name))
}

function pulling(name) {
  return `repository:${name}:pull`
}
