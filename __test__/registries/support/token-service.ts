import { json, type Reply, refusal } from '../../support/reply'
import {
  ACCESS_TOKEN,
  authorizationOf,
  type Guard,
  IDENTITY_TOKEN,
  loginOf,
  type Repositories,
} from './access'
import type { Received, Site } from './traffic'

export interface TokenTraits {
  /** Where tokens are issued, as the challenge says it. */
  realm: string
  /** The registry's origin, for a realm that is relative to it. */
  origin?: string
  service: string
  repositories: Repositories
  /** The scope that the challenge names, where it is not the repository that was asked for. */
  scope?: string
  /** The scope of a challenge where no repository was asked for; it means nothing. */
  placeholder?: string
  /** Which fields carry the token. */
  answer?: (token: string) => object
  /** What the token endpoint says of a repository that the asker may not read. Without it a token is issued that opens nothing. */
  refuse?: () => Reply
  /** What the registry says to a token that does not open a repository; the challenge is added. */
  denial?: { code: string; message: string; error?: string }
  /** A missing repository is let through, to be answered as what it is. */
  tellsMissing?: boolean
  /** Public repositories need no token for these methods. */
  openFor?: string[]
  /** Takes a refresh token by POST. */
  refresh?: boolean
  /** Takes `ACCESS_TOKEN` as it takes the tokens that it issues. */
  takesAccessToken?: boolean
  /** Takes user name and password in place of a token. */
  takesLogin?: boolean
  /** The headers of a challenge, made of the Bearer one. */
  challenges?: (bearer: string) => string[]
  /** The challenge to an Authorization that was refused. */
  rejected?: string
}

interface Grant {
  isKnown: boolean
  /** The repositories of the scopes; undefined for a token that opens whatever its bearer may read. */
  names?: string[]
}

const SCOPE = /^repository:(?<name>.+):pull$/
const INSUFFICIENT = { code: 'UNAUTHORIZED', message: 'authentication required', error: 'insufficient_scope' }

/** Issues Bearer tokens, and wants one with every request. */
export class TokenService implements Guard {
  readonly issued = new Map<string, Grant>()

  constructor(private readonly traits: TokenTraits) {
    if (traits.takesAccessToken) this.issued.set(ACCESS_TOKEN, { isKnown: true })
  }

  get sites(): ReadonlyArray<readonly [string, Site]> {
    return [[this.endpoint.origin, (request) => this.issue(request)]]
  }

  admit(request: Received, name?: string): Reply | undefined {
    const { openFor = [], takesLogin, denial = INSUFFICIENT } = this.traits
    const { scheme, value } = authorizationOf(request.headers.authorization)
    const grant = takesLogin && loginOf(request) === 'right' ? { isKnown: true } : this.issued.get(value)
    if (scheme === '') {
      const isOpen = name !== undefined && openFor.includes(request.method) && this.mayRead(false, name)
      return isOpen
        ? undefined
        : this.challenge({ code: 'UNAUTHORIZED', message: 'authentication required' }, name)
    }
    if (!grant)
      return this.challenge({ code: 'UNAUTHORIZED', message: 'invalid token', error: 'invalid_token' }, name)
    if (name === undefined || (this.covers(grant, name) && this.mayRead(grant.isKnown, name)))
      return undefined
    return this.challenge(denial, name)
  }

  private get endpoint(): URL {
    return new URL(this.traits.realm, this.traits.origin)
  }

  private covers(grant: Grant, name: string): boolean {
    return grant.names === undefined || grant.names.includes(name)
  }

  private mayRead(isKnown: boolean, name: string): boolean {
    const repository = this.traits.repositories[name]
    return repository ? isKnown || !repository.isPrivate : this.traits.tellsMissing === true
  }

  private challenge(words: { code: string; message: string; error?: string }, name?: string): Reply {
    const { realm, service, placeholder, challenges, rejected } = this.traits
    const scope = this.traits.scope ?? (name ? `repository:${name}:pull` : placeholder)
    const bearer = [
      `Bearer realm="${realm}",service="${service}"`,
      ...(scope ? [`scope="${scope}"`] : []),
      ...(words.error ? [`error="${words.error}"`] : []),
    ].join(',')
    const headers = words.error && rejected ? [rejected] : (challenges?.(bearer) ?? [bearer])
    return refusal(401, words.code, words.message, { 'WWW-Authenticate': headers })
  }

  /** An answer that has no service or a method that is not spoken here is none at all. */
  private issue(request: Received): Reply | undefined {
    if (request.path !== this.endpoint.pathname) return undefined
    const isRefresh = request.method === 'POST' && this.traits.refresh
    const parameters = isRefresh ? new URLSearchParams(request.body) : request.query
    if (parameters.get('service') !== this.traits.service || !(isRefresh || request.method === 'GET'))
      return undefined
    const login = isRefresh ? refreshOf(parameters) : loginOf(request)
    if (login === 'wrong') return refusal(401, 'UNAUTHORIZED', 'incorrect username or password')
    return this.grant(login === 'right', namesIn(parameters))
  }

  private grant(isKnown: boolean, names: string[]): Reply {
    const { scope: fixed, refuse, answer = both } = this.traits
    const isFree = names.length > 0 ? names.every((name) => this.mayRead(isKnown, name)) : isKnown
    if (refuse && !isFree) return refuse()
    const token = `issued-by-${this.endpoint.hostname}-${this.issued.size}`
    this.issued.set(token, { isKnown, names: fixed === undefined ? names : undefined })
    return json(answer(token))
  }
}

/** The repositories of all scopes: each in a parameter of its own, or all in one with blanks between them. */
function namesIn(parameters: URLSearchParams): string[] {
  const scopes = parameters.getAll('scope').flatMap((scopes) => scopes.split(' '))
  return scopes.flatMap((scope) => SCOPE.exec(scope)?.groups?.name ?? [])
}

function refreshOf(parameters: URLSearchParams): 'right' | 'wrong' {
  const isComplete = parameters.get('grant_type') === 'refresh_token' && parameters.has('client_id')
  return isComplete && parameters.get('refresh_token') === IDENTITY_TOKEN ? 'right' : 'wrong'
}

/** As Docker's own token service answers. */
function both(token: string): object {
  return { token, access_token: token, expires_in: 300, issued_at: new Date().toISOString() }
}
