import { Registry, relative, TokenService, type TokenTraits } from '../../../testing/registry'
import { publicAndPrivate } from '../support/catalogue'

const BASIC = 'Basic realm="Gitea Container Registry"'

/** What a challenge looks like: Bearer alone, or with Basic in a header of its own or in the same one. */
const CHALLENGES: Record<string, TokenTraits['challenges']> = {
  bearer: (bearer) => [bearer],
  'two headers': (bearer) => [bearer, BASIC],
  'one header': (bearer) => [`${bearer}, ${BASIC}`],
}

export interface GiteaTraits {
  challenge?: keyof typeof CHALLENGES
  /** Whether there is a Link: never, or on every page with a tag on it, the last one too. */
  linkOn?: 'no page' | 'non-empty pages'
}

/** Gitea, Forgejo and Codeberg: one token for all that its bearer may read. */
export function gitea(
  host: string,
  { challenge = 'bearer', linkOn = 'no page' }: GiteaTraits = {},
): Registry {
  const repositories = publicAndPrivate()
  return new Registry({
    host,
    repositories,
    guard: new TokenService({
      realm: `https://${host}/v2/token`,
      service: 'container_registry',
      scope: '*',
      repositories,
      answer: (token) => ({ token }),
      tellsMissing: true,
      takesLogin: true,
      challenges: CHALLENGES[challenge],
    }),
    paging: { linkOn, link: relative('n', 'last'), ...(linkOn === 'non-empty pages' && { most: 100 }) },
  })
}
