import { opaque, Registry, refusal, storage, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

/** A tag that was there once. */
export const DELETED = '3.6.0'

/** quay.io: no token is needed for what is public; pages of 100 at most, for a larger number too, or an older one's refusal. */
export function quay({ refusesNumbers = false } = {}): Registry {
  const repositories = publicAndPrivate({ source: 'index' })
  const most = refusesNumbers ? 50 : 100
  return new Registry({
    host: 'quay.io',
    repositories,
    guard: new TokenService({
      realm: 'https://quay.io/v2/auth',
      service: 'quay.io',
      repositories,
      answer: (token) => ({ token }),
      openFor: ['GET', 'HEAD'],
      denial: { code: 'UNAUTHORIZED', message: 'access to the requested resource is not authorized' },
    }),
    paging: {
      order: 'pushed',
      usual: most,
      most,
      cursor: opaque('next_page'),
      link: ({ path, cursor }) => `<${path}?next_page=${encodeURIComponent(cursor)}>; rel="next"`,
      ...(refusesNumbers && { excess: () => refusal(400, 'INVALID_REQUEST', 'n is too large') }),
    },
    storage: storage('https://cdn01.quay.io'),
    unknownTag: (tag) =>
      tag === DELETED
        ? refusal(
            404,
            'TAG_EXPIRED',
            `Tag ${tag} was deleted or has expired. To pull, revive via time machine`,
          )
        : refusal(404, 'MANIFEST_UNKNOWN', 'manifest unknown'),
  })
}
