const GITHUB = 'api.github.com'
const TOKEN = /^\/token\b/
/** Part of a round trip by which a timer may be early. */
const SLACK = 0.1

/** Requests to the stand-in since the last reset. */
export class Traffic {
  #requests = []
  #hosts = new Map()
  #answered = []
  #since = performance.now()
  #roundTrip

  /** `roundTrip`: milliseconds from an answer until the arrival of a request that was sent because of it */
  constructor(roundTrip = 0) {
    this.#roundTrip = roundTrip * (1 - SLACK)
  }

  /** Notes a request. Returns the function to call when its answer goes out. */
  arrived({ method, origin, url: path, httpVersion: version }) {
    const { host } = new URL(origin)
    const start = this.#now()
    // This request may have waited for any request whose answer its sender had.
    const known = this.#answered.filter(({ end }) => end <= start - this.#roundTrip)
    const depth = 1 + Math.max(0, ...known.map((request) => request.depth))
    const request = { method, host, path, version, depth, start }
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
      this.#answered.push(request)
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
