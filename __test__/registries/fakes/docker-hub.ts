import { hubApi, Registry, refusal, reply, storage, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

export interface DockerHubTraits {
  /** All tags come in one answer, whatever number is asked for, as it once was. */
  inOneAnswer?: boolean
  /** The pulls of this address are used up. A pull is a GET of a manifest. */
  isExhausted?: boolean
  /** The address asks too often altogether. */
  isAbused?: boolean
}

const LIMIT = { 'ratelimit-limit': '100;w=21600' }

/** Docker Hub: a token is issued for anything, and what it opens nothing of is refused with 401. */
export function dockerHub({ inOneAnswer, isExhausted, isAbused }: DockerHubTraits = {}): Registry {
  const repositories = publicAndPrivate()
  return new Registry({
    host: 'docker.io',
    origin: 'https://registry-1.docker.io',
    repositories,
    guard: new TokenService({
      realm: 'https://auth.docker.io/token',
      service: 'registry.docker.io',
      repositories,
    }),
    paging: inOneAnswer ? { ignoresNumber: true } : { most: 100 },
    beside: { 'https://hub.docker.com': hubApi(repositories) },
    storage: storage('https://production.cloudflare.docker.com'),
    manifestHeaders: { ...LIMIT, 'ratelimit-remaining': isExhausted ? '0;w=21600' : '97;w=21600' },
    before({ method, path }) {
      if (isAbused) return reply(429, 'Too Many Requests')
      const isPull = method === 'GET' && path.includes('/manifests/')
      if (!isExhausted || !isPull) return undefined
      return refusal(
        429,
        'TOOMANYREQUESTS',
        'You have reached your unauthenticated pull rate limit. https://www.docker.com/increase-rate-limit',
        { ...LIMIT, 'ratelimit-remaining': '0;w=21600' },
      )
    },
  })
}
