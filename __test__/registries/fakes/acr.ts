import { Registry, refusal, reply, storage, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

const HOST = 'contoso.azurecr.io'
const TWO_MECHANISMS = '<?xml version="1.0"?><Error><Code>InvalidAuthenticationInfo</Code></Error>'

/** Azure's registry, opened to anonymous pulls by its owner: `access_token` only, and refresh tokens. */
export function acr(): Registry {
  const repositories = publicAndPrivate({ count: 1260 })
  return new Registry({
    host: HOST,
    repositories,
    guard: new TokenService({
      realm: `https://${HOST}/oauth2/token`,
      service: HOST,
      repositories,
      answer: (token) => ({ access_token: token }),
      refuse: () =>
        refusal(
          401,
          'UNAUTHORIZED',
          'authentication required, visit https://aka.ms/acr/authorization for more information.',
        ),
      refresh: true,
    }),
    paging: { usual: 100, most: 1000 },
    storage: storage('https://contoso.blob.core.windows.net', reply(400, TWO_MECHANISMS)),
  })
}
