'use strict'

const { ACCESS_TOKEN, authorizationOf, IDENTITY_TOKEN, loginOf } = require('./guard.js')
const { json, refusal } = require('./reply.js')
const { repositoryIn } = require('./repository.js')

const SCOPE = /^repository:(?<name>.+):pull$/
const UNKNOWN = { code: 'UNAUTHORIZED', message: 'authentication required' }
const INVALID = { code: 'UNAUTHORIZED', message: 'invalid token', error: 'invalid_token' }
const INSUFFICIENT = { ...UNKNOWN, error: 'insufficient_scope' }

/** Issues Bearer tokens, and wants one with every request. See `index.d.ts`. */
class TokenService {
  /** Names that each token opens. They are absent for a token that opens everything its bearer may read. */
  #issued = new Map()
  #count = 0
  #traits

  constructor(traits) {
    this.#traits = traits
    if (traits.takesAccessToken) this.#issued.set(ACCESS_TOKEN, { isKnown: true })
  }

  /** The origin at which tokens are issued, unless that is the registry itself. */
  get sites() {
    const { realm, origin } = this.#traits
    const isElsewhere = URL.canParse(realm) || origin !== undefined
    return isElsewhere ? [[new URL(realm, origin).origin, (request) => this.issue(request)]] : []
  }

  revokeAll() {
    this.#issued.clear()
  }

  admit(request, name) {
    const { openFor = [], takesLogin, denial = INSUFFICIENT } = this.#traits
    const { scheme, value } = authorizationOf(request.headers.authorization)
    if (scheme === '') {
      const isOpen = name !== undefined && openFor.includes(request.method) && this.#mayRead(false, name)
      return isOpen ? undefined : this.#challenge(request, UNKNOWN, name)
    }
    const grant = takesLogin && loginOf(request) === 'right' ? { isKnown: true } : this.#issued.get(value)
    if (!grant) return this.#challenge(request, INVALID, name)
    if (name === undefined || (covers(grant, name) && this.#mayRead(grant.isKnown, name))) return undefined
    return this.#challenge(request, denial, name)
  }

  /** A request that names no service, or has a method that is not supported, gets no answer. */
  issue(request) {
    if (request.path !== this.#endpoint(request.origin).pathname) return undefined
    const isRefresh = request.method === 'POST' && this.#traits.refresh
    const parameters = isRefresh ? new URLSearchParams(request.body) : request.query
    if (parameters.get('service') !== this.#traits.service || !(isRefresh || request.method === 'GET'))
      return undefined
    const login = isRefresh ? refreshOf(parameters) : loginOf(request)
    if (login === 'wrong' && !this.#traits.takesAnyLogin)
      return refusal(401, 'UNAUTHORIZED', 'incorrect username or password')
    return this.#grant(login !== 'none', namesIn(parameters))
  }

  #endpoint(registry) {
    return new URL(this.#traits.realm, this.#traits.origin ?? registry)
  }

  #mayRead(isKnown, name) {
    const repository = repositoryIn(this.#traits.repositories, name)
    return repository ? isKnown || !repository.isPrivate : this.#traits.tellsMissing === true
  }

  #challenge(request, words, name) {
    const { realm, origin, service, placeholder, challenges, rejected } = this.#traits
    const scope = this.#traits.scope ?? (name ? `repository:${name}:pull` : placeholder)
    // Without an origin, the challenge has the realm as an absolute URL.
    const written = origin === undefined ? this.#endpoint(request.origin).href : realm
    const bearer = [
      `Bearer realm="${written}",service="${service}"`,
      ...(scope ? [`scope="${scope}"`] : []),
      ...(words.error ? [`error="${words.error}"`] : []),
    ].join(',')
    const headers = words.error && rejected ? [rejected] : (challenges?.(bearer) ?? [bearer])
    return refusal(401, words.code, words.message, { 'WWW-Authenticate': headers })
  }

  #grant(isKnown, names) {
    const { scope: fixed, refuse, answer = both, service } = this.#traits
    const { named = (number) => `issued-by-${service.replace(/\W/g, '-')}-${number}` } = this.#traits
    const isFree = names.length > 0 ? names.every((name) => this.#mayRead(isKnown, name)) : isKnown
    if (refuse && !isFree) return refuse()
    const token = named(++this.#count)
    this.#issued.set(token, { isKnown, names: fixed === undefined ? names : undefined })
    return json(answer(token))
  }
}

function covers(grant, name) {
  return grant.names === undefined || grant.names.includes(name)
}

/**
 * Returns the repositories of all scopes. Scopes stand in parameters of their own, or in one with blanks between them.
 */
function namesIn(parameters) {
  const scopes = parameters.getAll('scope').flatMap((scopes) => scopes.split(' '))
  return scopes.flatMap((scope) => SCOPE.exec(scope)?.groups?.name ?? [])
}

function refreshOf(parameters) {
  const isComplete = parameters.get('grant_type') === 'refresh_token' && parameters.has('client_id')
  return isComplete && parameters.get('refresh_token') === IDENTITY_TOKEN ? 'right' : 'wrong'
}

/** Answers as Docker's own token service does, with both names of the token. */
function both(token) {
  return { token, access_token: token, expires_in: 300, issued_at: new Date().toISOString() }
}

module.exports = { TokenService }
