import { basic, Registry, refusal, TokenService } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

const HOST = 'nexus.example.org'
/** What Nexus calls the repository inside; it stands in its Links, and answers nobody. */
const INTERNAL = '/repository/docker-hosted'

/** Nexus, with the realm for tokens switched on or with Basic alone. */
export function nexus({ isBearer = false } = {}): Registry {
  const repositories = publicAndPrivate()
  return new Registry({
    host: HOST,
    repositories,
    guard: isBearer
      ? new TokenService({
          realm: `https://${HOST}/v2/token`,
          service: `https://${HOST}/v2/token`,
          repositories,
          answer: (token) => ({ token }),
          tellsMissing: true,
        })
      : basic({ challenge: 'BASIC realm="Sonatype Nexus Repository Manager"' }),
    paging: {
      most: 100,
      link: ({ path, cursor, size }) => `<${INTERNAL}${path}?n=${size}&last=${cursor}>; rel="next"`,
    },
    before: ({ path }) =>
      path.startsWith(INTERNAL) ? refusal(400, 'UNSUPPORTED', 'Not a docker request') : undefined,
  })
}
