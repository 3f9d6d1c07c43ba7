import type { Received } from '../../../testing/registry'
import type { World } from '../../registries/support/world'
import { GITHUB, HUB_API } from './fleet'

/** What was asked, by kind. */
export interface Counts {
  tokens: number
  tagLists: number
  manifestGets: number
  manifestHeads: number
  /** Redirects to where the blobs lie are not counted again. */
  blobs: number
  github: number
  hubApi: number
}

/** Counts what a world has been asked, and from then on what it is asked more. */
export function counter(world: World): () => Counts {
  let seen = world.exchanges.length
  return () => {
    const requests = world.exchanges.slice(seen).map(({ request }) => request)
    seen = world.exchanges.length
    return counted(requests)
  }
}

function counted(requests: Received[]): Counts {
  const of = (matches: (request: Received) => boolean) => requests.filter(matches).length
  return {
    tokens: of(({ path }) => path === '/token'),
    tagLists: of(({ path }) => path.endsWith('/tags/list')),
    manifestGets: of(({ method, path }) => method === 'GET' && path.includes('/manifests/')),
    manifestHeads: of(({ method, path }) => method === 'HEAD' && path.includes('/manifests/')),
    blobs: of(({ path }) => /\/blobs\/sha256:/.test(path)),
    github: of(({ origin }) => origin === GITHUB),
    hubApi: of(({ origin }) => origin === HUB_API),
  }
}
