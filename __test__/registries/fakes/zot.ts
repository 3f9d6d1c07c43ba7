import { basic, byLastTag, type Cursor, Registry, reply } from '../../../testing/registry'
import { publicAndPrivate, stocked } from '../support/catalogue'

const known: Cursor = {
  ...byLastTag,
  read: (text, tags) => (tags.includes(text) ? byLastTag.read(text, tags) : reply(404)),
}

/** zot: OCI only, sorted, and a `last` that it does not know is not found. */
export function zot({ isBasic = false } = {}): Registry {
  const stock = { count: 1260, source: 'index' } as const
  return new Registry({
    host: 'zot.example.org',
    repositories: isBasic ? publicAndPrivate(stock) : { 'team/app': stocked(stock) },
    paging: { most: 1000, cursor: known },
    ...(isBasic && { guard: basic({ challenge: 'Basic realm="Authorization Required"' }) }),
  })
}
