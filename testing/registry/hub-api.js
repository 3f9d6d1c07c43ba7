'use strict'

const { json, reply } = require('./reply.js')
const { repositoryIn } = require('./repository.js')

const TAGS = /^\/v2\/repositories\/(?<name>.+?)\/tags(?:\/(?<tag>[^/]+))?$/
const ORIGIN = 'https://hub.docker.com'
const DAY = 24 * 3600 * 1000
const NEWEST = Date.UTC(2026, 5, 1)

/** Docker Hub's API beside its registry. It states the tags that changed last, or one by its name. */
function hubApi(repositories) {
  return ({ method, path, query }) => {
    const { name, tag } = TAGS.exec(path)?.groups ?? {}
    if (method !== 'GET' || !name) return undefined
    const repository = repositoryIn(repositories, name)
    const unknown = () => json({ message: 'object not found', errinfo: {} }, {}, 404)
    // The API hides private repositories from anonymous requests.
    if (!repository || repository.isPrivate) return unknown()
    if (tag) return repository.tags.includes(tag) ? json(told(repository, tag)) : unknown()
    if (query.get('ordering') !== 'last_updated') return reply(400, 'bad ordering')
    return json(page(repository, path, Number(query.get('page_size')), Number(query.get('page') ?? 1)))
  }
}

function page(repository, path, size, number) {
  const { length: count } = repository.tags
  const link = (other) => `${ORIGIN}${path}?page=${other}&page_size=${size}`
  const newest = [...repository.tags].reverse().slice((number - 1) * size, number * size)
  return {
    count,
    next: number * size < count ? link(number + 1) : null,
    previous: number > 1 ? link(number - 1) : null,
    results: newest.map((tag) => told(repository, tag)),
  }
}

function told(repository, name) {
  const number = repository.tags.indexOf(name)
  const date = new Date(NEWEST - (repository.tags.length - 1 - number) * DAY).toISOString()
  const images = imagesOf(repository, name, date)
  const root = repository.manifests.get(name)
  return {
    creator: 1_234_567,
    id: number,
    images,
    last_updated: date,
    last_updater: 1_234_567,
    last_updater_username: 'builder',
    name,
    repository: 7_654_321,
    full_size: images[0]?.size ?? 0,
    v2: true,
    tag_status: 'active',
    tag_last_pulled: date,
    tag_last_pushed: date,
    media_type: root?.mediaType,
    content_type: 'image',
    digest: root?.digest,
  }
}

function imagesOf({ manifests, blobs }, tag, date) {
  const root = manifests.get(tag)
  if (!root) return []
  const { manifests: entries, config } = JSON.parse(root.body)
  const images = entries ?? [
    { digest: root.digest, platform: JSON.parse(blobs.get(config.digest)?.body ?? '{}') },
  ]
  const weight = (digest) => {
    const { layers = [] } = JSON.parse(manifests.get(digest)?.body ?? '{}')
    return layers.reduce((sum, { size }) => sum + size, 0)
  }
  return images.map(({ digest, platform }) => ({
    architecture: platform.architecture,
    features: '',
    variant: platform.variant ?? null,
    digest,
    os: platform.os,
    os_features: '',
    os_version: null,
    size: weight(digest),
    status: 'active',
    last_pulled: date,
    last_pushed: date,
  }))
}

module.exports = { hubApi }
