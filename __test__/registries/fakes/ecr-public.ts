import { Registry, refusal, storage, TokenService } from '../../../testing/registry'
import { stocked } from '../support/catalogue'

/** public.ecr.aws: a token for everything, tags in no order and as text/plain, and soon a 429. */
export function ecrPublic(): Registry {
  const repositories = { 'team/app': stocked() }
  const asked = new Set<string>()
  return new Registry({
    host: 'public.ecr.aws',
    repositories,
    guard: new TokenService({
      realm: 'https://public.ecr.aws/token/',
      service: 'public.ecr.aws',
      scope: 'aws',
      repositories,
      tellsMissing: true,
    }),
    paging: { order: 'scattered', most: 100, contentType: 'text/plain; charset=utf-8' },
    storage: storage('https://d2glxqk2uabbnd.cloudfront.net'),
    unknownRepository: (name) =>
      refusal(404, 'NAME_UNKNOWN', `The repository with name '${name}' does not exist`),
    before({ url, headers }) {
      if (!headers.authorization || asked.has(url)) return undefined
      asked.add(url)
      return refusal(429, 'TOOMANYREQUESTS', 'Rate exceeded')
    },
  })
}
