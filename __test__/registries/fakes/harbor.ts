import { Registry, refusal, relative, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

const HOST = 'harbor.example.org'

/** Harbor: what is public may be read without a token, but not by HEAD. */
export function harbor(): Registry {
  const repositories = publicAndPrivate()
  return new Registry({
    host: HOST,
    repositories,
    guard: new TokenService({
      realm: `https://${HOST}/service/token`,
      service: 'harbor-registry',
      repositories,
      answer: (token) => ({ token, access_token: '', expires_in: 1800, issued_at: new Date().toISOString() }),
      openFor: ['GET'],
      denial: {
        code: 'UNAUTHORIZED',
        message: 'unauthorized to access repository',
        error: 'insufficient_scope',
      },
      rejected: 'Basic realm="harbor"',
    }),
    paging: { most: 100, link: relative('n', 'last') },
    unknownRepository: (name) => refusal(404, 'NOT_FOUND', `repository ${name} not found`),
  })
}
