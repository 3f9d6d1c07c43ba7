import { json, Registry, refusal, storage, TokenService, type TokenTraits } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

export const GHCR_TOKENS: Omit<TokenTraits, 'repositories'> = {
  realm: 'https://ghcr.io/token',
  service: 'ghcr.io',
  placeholder: 'repository:user/image:pull',
  answer: (token) => ({ token }),
  refuse: () => refusal(403, 'DENIED', 'requested access to the resource is denied'),
  takesAccessToken: true,
}

/** ghcr.io: what is private or missing is refused before there is a token; the newest tags come last. */
export function ghcr({ isThrottled = false } = {}): Registry {
  const repositories = publicAndPrivate({ count: 1260 })
  return new Registry({
    host: 'ghcr.io',
    repositories,
    guard: new TokenService({ ...GHCR_TOKENS, repositories }),
    paging: { order: 'pushed', usual: 100, most: 1000 },
    storage: storage('https://pkg-containers.githubusercontent.com'),
    isStrict: true,
    before: () =>
      isThrottled
        ? json({ message: 'retry-after: 985.86µs, allowed: 44000/minute' }, { 'Retry-After': '0' }, 429)
        : undefined,
  })
}
