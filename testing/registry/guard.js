'use strict'

const { refusal } = require('./reply.js')
const { repositoryIn } = require('./repository.js')

/** The login that opens the private repositories of every registry. */
const LOGIN = { username: 'alice', password: 'password-of-alice-7f3a' }
const IDENTITY_TOKEN = 'identity-token-of-alice-51c2'
const ACCESS_TOKEN = 'access-token-of-alice-90be'

/** Lets everybody in. */
const open = { admit: () => undefined }

/** Wants user name and password with every request. */
function basic({ challenge, publicOf = {} }) {
  return {
    admit(request, name = '') {
      const login = loginOf(request)
      const isPublic = repositoryIn(publicOf, name)?.isPrivate === false
      if (login === 'right' || (login === 'none' && isPublic)) return undefined
      return refusal(401, 'UNAUTHORIZED', 'authentication required', { 'WWW-Authenticate': challenge })
    },
  }
}

/** Judges the login of a request: `none`, `right` or `wrong`. */
function loginOf({ headers }) {
  const { scheme, value } = authorizationOf(headers.authorization)
  if (scheme === '') return 'none'
  const text = scheme === 'basic' ? Buffer.from(value, 'base64').toString() : ''
  return text === `${LOGIN.username}:${LOGIN.password}` ? 'right' : 'wrong'
}

/** Returns the scheme, in small letters, and the rest of the header. */
function authorizationOf(header = '') {
  const [scheme = '', value = ''] = header.split(' ')
  return { scheme: scheme.toLowerCase(), value }
}

module.exports = { ACCESS_TOKEN, authorizationOf, basic, IDENTITY_TOKEN, LOGIN, loginOf, open }
