const GITHUB = 'api.github.com'
const TOKEN = /^\/token\b/

/** Requests to the stand-in since the last reset. */
export class Traffic {
  #requests = []
  #hosts = new Map()
  #deepest = 0
  #since = performance.now()

  /** Notes a request. Returns the function to call when its answer goes out. */
  arrived({ method, origin, url: path, httpVersion: version }) {
    const { host } = new URL(origin)
    // This request may have waited for any request that was answered before it.
    const depth = this.#deepest + 1
    const request = { method, host, path, version, depth, start: this.#now() }
    this.#requests.push(request)
    const here = this.#hosts.get(host) ?? { requests: 0, atOnce: 0, mostAtOnce: 0 }
    this.#hosts.set(host, here)
    here.requests += 1
    here.atOnce += 1
    here.mostAtOnce = Math.max(here.mostAtOnce, here.atOnce)
    return ({ status }) => {
      here.atOnce -= 1
      request.end = this.#now()
      request.status = status
      this.#deepest = Math.max(this.#deepest, depth)
    }
  }

  report() {
    const count = (test) => this.#requests.filter(test).length
    const hosts = Object.fromEntries(
      [...this.#hosts].map(([host, { requests, mostAtOnce }]) => [host, { requests, mostAtOnce }]),
    )
    return {
      requests: this.#requests.length,
      manifestGets: count(({ method, path }) => method === 'GET' && path.includes('/manifests/')),
      manifestHeads: count(({ method, path }) => method === 'HEAD' && path.includes('/manifests/')),
      blobGets: count(({ path }) => path.includes('/blobs/sha256:')),
      tokens: count(({ path }) => TOKEN.test(path)),
      github: count(({ host }) => host === GITHUB),
      depth: Math.max(0, ...this.#requests.map(({ depth }) => depth)),
      mostAtOnce: Math.max(0, ...[...this.#hosts.values()].map(({ mostAtOnce }) => mostAtOnce)),
      hosts,
    }
  }

  /** Returns every request with its times in milliseconds. */
  get trace() {
    return this.#requests
  }

  #now() {
    return performance.now() - this.#since
  }
}
