'use strict'

const { createHash } = require('node:crypto')
const { json, reply } = require('./reply.js')

const RELEASES = /^\/repos\/(?<repository>[^/]+\/[^/]+)\/releases(?:\/tags\/(?<tag>[^/]+))?$/

const ADVISORIES = /^\/repos\/(?<repository>[^/]+\/[^/]+)\/security-advisories$/

/** GitHub's API as far as releases and security advisories go. See `index.d.ts`. */
class Github {
  #repositories = new Map()
  #advisories = new Map()
  #traits

  constructor(traits = {}) {
    this.#traits = traits
  }

  repository(name, ...tags) {
    this.#repositories.set(name, tags)
    return this
  }

  advisories(name, ...advisories) {
    this.#advisories.set(name, advisories)
    return this
  }

  answer(request) {
    const { repository } = ADVISORIES.exec(request.path)?.groups ?? {}
    const advisories = this.#advisories.get(repository)
    if (request.method === 'GET' && advisories) return page(request, advisories)
    return this.#release(request)
  }

  #release({ method, path, query }) {
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

/** Answers a page of advisories, the newest first, with GitHub's cursor and its `ETag`. */
function page({ path, query, headers }, advisories) {
  const state = query.get('state')
  const [size, start] = [Number(query.get('per_page') ?? 30), Number(query.get('after') ?? 0)]
  // An account that may see drafts is shown them, whatever it asks for.
  const shown = advisories.filter((advisory) => !state || ['draft', state].includes(advisory.state))
  const body = JSON.stringify(shown.slice(start, start + size))
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`
  const next = `<https://api.github.com${path}?state=${state}&per_page=${size}&after=${start + size}>; rel="next"`
  const link = start + size < shown.length ? { Link: next } : {}
  if (headers['if-none-match'] === etag) return reply(304, '', { ETag: etag, ...link })
  return reply(200, body, { 'Content-Type': 'application/json', ETag: etag, ...link })
}

function described(repository, tag) {
  return { tag_name: tag, html_url: `https://github.com/${repository}/releases/tag/${tag}` }
}

function notFound() {
  return json({ message: 'Not Found', status: '404' }, {}, 404)
}

module.exports = { Github }
