'use strict'

const { createHash } = require('node:crypto')
const { json, reply } = require('./reply.js')

const ROUTE =
  /^\/repos\/(?<repository>[^/]+\/[^/]+)\/(?:releases(?:\/tags\/(?<release>[^/]+))?|git\/ref\/tags\/(?<tag>.+)|(?<tags>tags)|contents\/(?<file>[^/]+))$/

const ADVISORIES = /^\/repos\/(?<repository>[^/]+\/[^/]+)\/security-advisories$/

/** GitHub's API as far as releases, git tags and security advisories go. See `index.d.ts`. */
class Github {
  #repositories = new Map()
  #gitTags = new Map()
  #files = new Map()
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

  gitTags(name, ...tags) {
    this.#gitTags.set(name, tags)
    return this
  }

  file(name, path, text) {
    this.#files.set(`${name} ${path}`, text)
    return this
  }

  answer(request) {
    const { repository } = ADVISORIES.exec(request.path)?.groups ?? {}
    const advisories = this.#advisories.get(repository)
    if (request.method === 'GET' && advisories) return page(request, advisories)
    return this.#published(request)
  }

  #published({ method, path, query, headers = {} }) {
    const { others = () => undefined, unknown } = this.#traits
    const { repository, ...asked } = ROUTE.exec(path)?.groups ?? {}
    if (method !== 'GET' || (repository === undefined && !unknown)) return undefined
    const releases = this.#repositories.get(repository) ?? others(repository ?? '')
    if (!releases) return unknown && notFound()
    const describe = (tag) => (this.#traits.describe ?? described)(repository, tag)
    const has = (tags, tag, answer) => (tags.includes(tag) ? json(answer(tag)) : notFound())
    const gitTags = [...releases, ...(this.#gitTags.get(repository) ?? [])]
    if (asked.release) return has(releases, decodeURIComponent(asked.release), describe)
    if (asked.tag) return has(gitTags, decodeURIComponent(asked.tag), (tag) => ({ ref: `refs/tags/${tag}` }))
    if (asked.file) return raw(this.#files.get(`${repository} ${decodeURIComponent(asked.file)}`), headers)
    // The newest one comes first.
    return asked.tags
      ? paged([...gitTags].reverse(), query, (name) => ({ name }), headers)
      : paged([...releases].reverse(), query, describe, headers)
  }
}

function paged(all, query, describe, asked) {
  const [size, page] = [Number(query.get('per_page') ?? 30), Number(query.get('page') ?? 1)]
  const link = `<https://api.github.com/page?page=${page + 1}>; rel="next"`
  const body = JSON.stringify(all.slice((page - 1) * size, page * size).map(describe))
  const etag = `"${createHash('sha256').update(body).digest('hex')}"`
  const headers = { ETag: etag, ...(all.length > page * size && { Link: link }) }
  if (asked['if-none-match'] === etag) return reply(304, '', headers)
  return reply(200, body, { 'Content-Type': 'application/json', ...headers })
}

function raw(text, headers) {
  if (text === undefined) return notFound()
  const etag = `"${text.length}"`
  if (headers['if-none-match'] === etag) return { status: 304, headers: { ETag: etag }, body: '' }
  return { status: 200, headers: { ETag: etag, 'Content-Type': 'text/plain' }, body: text }
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
