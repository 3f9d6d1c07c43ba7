import { reply } from '../../support/reply'
import { basic } from '../support/access'
import { publicAndPrivate, stocked } from '../support/catalogue'
import { byLastTag, type Cursor } from '../support/paging'
import { Registry } from '../support/registry'

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
