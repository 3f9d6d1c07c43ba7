import { json } from './reply.mjs'

const TAGS = /^\/v2\/repositories\/(?<name>[^/]+\/[^/]+)\/tags\/?$/
const PAGE = 100
const DAY = 86_400_000
const NEWEST = Date.UTC(2026, 9, 1)

/** Docker Hub's own API, which tells the tags of a repository with their images, last pushed first. */
export class HubApi {
  #pages = new Map()

  constructor(repositories) {
    for (const repository of repositories) this.#prepare(repository)
  }

  answer(url) {
    const { name } = TAGS.exec(url.pathname)?.groups ?? {}
    const { page_size: size, ordering, page = '1' } = Object.fromEntries(url.searchParams)
    if (size !== String(PAGE) || ordering !== 'last_updated') return undefined
    return this.#pages.get(`${name} ${page}`)
  }

  #prepare({ name, tags }) {
    const results = [...tags].reverse().map(([tag, built], age) => result(tag, built, NEWEST - age * DAY))
    const count = results.length
    const link = (page) =>
      `https://hub.docker.com/v2/repositories/${name}/tags?page=${page}&page_size=${PAGE}`
    for (let page = 1; page === 1 || (page - 1) * PAGE < count; page += 1) {
      const next = page * PAGE < count ? link(page + 1) : null
      const previous = page > 1 ? link(page - 1) : null
      const shown = results.slice((page - 1) * PAGE, page * PAGE)
      this.#pages.set(`${name} ${page}`, json(200, { count, next, previous, results: shown }))
    }
  }
}

function result(tag, { mediaType, digest, platforms }, time) {
  const date = new Date(time).toISOString()
  return {
    creator: 1_234_567,
    id: time / DAY,
    images: platforms.map(({ size, descriptor }) => image(size, descriptor, date)),
    last_updated: date,
    last_updater: 1_234_567,
    last_updater_username: 'builder',
    name: tag,
    repository: 7_654_321,
    full_size: platforms[0]?.size ?? 0,
    v2: true,
    tag_status: 'active',
    tag_last_pulled: date,
    tag_last_pushed: date,
    media_type: mediaType,
    content_type: 'image',
    digest,
  }
}

function image(size, { digest, platform }, date) {
  return {
    architecture: platform.architecture,
    features: '',
    variant: null,
    digest,
    os: platform.os,
    os_features: '',
    os_version: null,
    size,
    status: 'active',
    last_pulled: date,
    last_pushed: date,
  }
}
