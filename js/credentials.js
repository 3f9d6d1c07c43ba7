'use strict'

// What a function for credentials gives is a plain object of texts by the time it reaches the native side, which cannot hold any
// other value of a foreign shape between threads.

const FIELDS = ['username', 'password', 'token', 'identityToken']

/** The options, with a function for credentials that answers with nothing but the fields that count. */
function withPlainCredentials(options) {
  try {
    const { credentials } = options
    if (typeof credentials !== 'function') return options
    return { ...options, credentials: async (...asked) => plain(await credentials(...asked)) }
  } catch {
    // The native side says what is wrong with these options.
    return options
  }
}

/** The fields that are texts; none of them where the answer is no object, which the native side refuses. */
function plain(given) {
  if (given === null || given === undefined) return null
  const texts = FIELDS.filter((name) => typeof given[name] === 'string').map((name) => [name, given[name]])
  return Object.fromEntries(texts)
}

module.exports = { withPlainCredentials }
