import { type Reply, refusal } from '../../support/reply'
import type { Repository } from './catalogue'
import type { Received, Site } from './traffic'

/** What opens the private repositories of every fake. */
export const LOGIN = { username: 'alice', password: 'password-of-alice-7f3a' }
export const IDENTITY_TOKEN = 'identity-token-of-alice-51c2'
export const ACCESS_TOKEN = 'access-token-of-alice-90be'

export type Repositories = Record<string, Repository>

/** Stands before a registry's content. */
export interface Guard {
  /** Undefined lets a request in; a name is missing where the registry itself is asked. */
  admit(request: Received, name?: string): Reply | undefined
  /** Where a guard has an endpoint of its own. */
  sites?: ReadonlyArray<readonly [origin: string, site: Site]>
}

/** Lets everybody in. */
export const open: Guard = { admit: () => undefined }

export interface BasicTraits {
  /** The whole WWW-Authenticate header. */
  challenge: string
  /** The repositories that may be read without a login; without them, none may. */
  publicOf?: Repositories
}

/** Wants user name and password with every request. */
export function basic({ challenge, publicOf = {} }: BasicTraits): Guard {
  return {
    admit(request, name = '') {
      const login = loginOf(request)
      const isPublic = publicOf[name]?.isPrivate === false
      if (login === 'right' || (login === 'none' && isPublic)) return undefined
      return refusal(401, 'UNAUTHORIZED', 'authentication required', { 'WWW-Authenticate': challenge })
    },
  }
}

/** Whether a request has a text in it, be it encoded. */
export function carries({ headers, url, body }: Received, text: string): boolean {
  const { value } = authorizationOf(headers.authorization)
  const decoded = Buffer.from(value, 'base64').toString()
  const sent = [JSON.stringify(headers), decodeURIComponent(url), decodeForm(body), decoded]
  return sent.some((part) => part.includes(text))
}

/** The login that comes with a request. */
export function loginOf({ headers }: Received): 'none' | 'right' | 'wrong' {
  const { scheme, value } = authorizationOf(headers.authorization)
  if (scheme === '') return 'none'
  const text = scheme === 'basic' ? Buffer.from(value, 'base64').toString() : ''
  return text === `${LOGIN.username}:${LOGIN.password}` ? 'right' : 'wrong'
}

/** The scheme, in small letters, and what follows it. */
export function authorizationOf(header = ''): { scheme: string; value: string } {
  const [scheme = '', value = ''] = header.split(' ')
  return { scheme: scheme.toLowerCase(), value }
}

function decodeForm(body: string): string {
  return [...new URLSearchParams(body).values()].join(' ')
}
