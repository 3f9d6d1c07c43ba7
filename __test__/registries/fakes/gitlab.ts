import { Registry, refusal, storage, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

/** registry.gitlab.com: tokens come from gitlab.com, and manifests only as a type that is accepted. */
export function gitlab(): Registry {
  const repositories = publicAndPrivate({ source: 'manifest' })
  return new Registry({
    host: 'registry.gitlab.com',
    repositories,
    guard: new TokenService({
      realm: 'https://gitlab.com/jwt/auth',
      service: 'container_registry',
      repositories,
      answer: (token) => ({ token }),
      refuse: () => refusal(403, 'DENIED', 'access forbidden'),
    }),
    paging: { usual: 100, most: 100 },
    storage: storage('https://cdn.registry.gitlab-static.net'),
    isStrict: true,
  })
}
