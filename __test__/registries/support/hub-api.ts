import { json, type Reply, reply } from '../../support/reply'
import type { Repositories } from './access'
import type { Repository } from './catalogue'
import type { Site } from './traffic'

const TAGS = /^\/v2\/repositories\/(?<name>.+?)\/tags(?:\/(?<tag>[^/]+))?$/
const DAY = 24 * 3600 * 1000
const NEWEST = Date.UTC(2026, 5, 1)

/** Docker Hub's API beside its registry: the tags that were changed last, or one by its name, to be had without a pull. */
export function hubApi(repositories: Repositories): Site {
  return ({ method, path, query }): Reply | undefined => {
    const { name, tag } = TAGS.exec(path)?.groups ?? {}
    if (method !== 'GET' || !name) return undefined
    const repository = repositories[name]
    const unknown = () => json({ message: 'object not found', errinfo: {} }, {}, 404)
    // What is private is not known to those who do not say who they are.
    if (!repository || repository.isPrivate) return unknown()
    if (tag) return repository.tags.includes(tag) ? json(told(repository, tag)) : unknown()
    if (query.get('ordering') !== 'last_updated') return reply(400, 'bad ordering')
    const count = repository.tags.length
    const size = Number(query.get('page_size'))
    const newest = [...repository.tags].reverse().slice(0, size)
    const next = count > size ? `https://hub.docker.com${path}?page=2&page_size=${size}` : null
    return json({ count, next, previous: null, results: newest.map((tag) => told(repository, tag)) })
  }
}

function told(repository: Repository, name: string) {
  const changed = new Date(NEWEST - repository.tags.indexOf(name) * DAY).toISOString()
  const images = imagesOf(repository, name)
  return {
    name,
    digest: repository.manifests.get(name)?.digest,
    images,
    full_size: images[0]?.size ?? 0,
    last_updated: changed,
    tag_last_pushed: changed,
    tag_status: 'active',
  }
}

function imagesOf({ manifests, blobs }: Repository, tag: string) {
  const root = manifests.get(tag)
  if (!root) return []
  const { manifests: entries, config } = JSON.parse(root.body)
  const images = entries ?? [
    { digest: root.digest, platform: JSON.parse(blobs.get(config.digest)?.body ?? '{}') },
  ]
  const weight = (digest: string) => {
    const { layers = [] } = JSON.parse(manifests.get(digest)?.body ?? '{}')
    return layers.reduce((sum: number, { size }: { size: number }) => sum + size, 0)
  }
  return images.map(({ digest, platform }: { digest: string; platform: Record<string, string> }) => ({
    architecture: platform.architecture,
    os: platform.os,
    variant: platform.variant ?? null,
    digest,
    size: weight(digest),
    status: 'active',
  }))
}
