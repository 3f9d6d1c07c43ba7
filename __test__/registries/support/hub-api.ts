import { json, type Reply, reply } from '../../support/reply'
import type { Repositories } from './access'
import type { Repository } from './catalogue'
import type { Site } from './traffic'

const TAGS = /^\/v2\/repositories\/(?<name>.+)\/tags$/

/** Docker Hub's API beside its registry: the platforms of the tags that were changed last, to be had without a pull. */
export function hubApi(repositories: Repositories): Site {
  return ({ method, path, query }): Reply | undefined => {
    const name = TAGS.exec(path)?.groups?.name
    if (method !== 'GET' || !name) return undefined
    const repository = repositories[name]
    // What is private is not known to those who do not say who they are.
    if (!repository || repository.isPrivate)
      return json({ message: 'object not found', errinfo: {} }, {}, 404)
    if (query.get('ordering') !== 'last_updated') return reply(400, 'bad ordering')
    const newest = [...repository.tags].reverse().slice(0, Number(query.get('page_size')))
    const results = newest.map((tag) => ({ name: tag, images: imagesOf(repository, tag) }))
    return json({ count: repository.tags.length, next: null, previous: null, results })
  }
}

function imagesOf({ manifests, blobs }: Repository, tag: string) {
  const root = manifests.get(tag)
  if (!root) return []
  const { manifests: entries, config } = JSON.parse(root.body)
  const images = entries ?? [
    { digest: root.digest, platform: JSON.parse(blobs.get(config.digest)?.body ?? '{}') },
  ]
  return images.map(({ digest, platform }: { digest: string; platform: Record<string, string> }) => ({
    architecture: platform.architecture,
    os: platform.os,
    variant: platform.variant ?? null,
    digest,
    size: manifests.get(digest)?.body.length ?? 0,
    status: 'active',
  }))
}
