'use strict'

const { json } = require('./reply.js')

const RELEASES = /^\/repos\/(?<repository>[^/]+\/[^/]+)\/releases(?:\/tags\/(?<tag>[^/]+))?$/

/** GitHub's API as far as releases go. See `index.d.ts`. */
class Github {
  #repositories = new Map()
  #traits

  constructor(traits = {}) {
    this.#traits = traits
  }

  repository(name, ...tags) {
    this.#repositories.set(name, tags)
    return this
  }

  answer({ method, path, query }) {
    const { describe = described, others = () => undefined, unknown } = this.#traits
    const { repository, tag } = RELEASES.exec(path)?.groups ?? {}
    if (method !== 'GET' || (repository === undefined && !unknown)) return undefined
    const tags = this.#repositories.get(repository) ?? others(repository ?? '')
    if (!tags) return unknown && notFound()
    if (tag === undefined) {
      // The newest release comes first.
      const newest = [...tags].reverse().slice(0, Number(query.get('per_page') ?? 30))
      return json(newest.map((tag) => describe(repository, tag)))
    }
    const name = decodeURIComponent(tag)
    return tags.includes(name) ? json(describe(repository, name)) : notFound()
  }
}

function described(repository, tag) {
  return { tag_name: tag, html_url: `https://github.com/${repository}/releases/tag/${tag}` }
}

function notFound() {
  return json({ message: 'Not Found', status: '404' }, {}, 404)
}

module.exports = { Github }
