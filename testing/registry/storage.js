'use strict'

const { reply } = require('./reply.js')

/** Text in a URL that lets its bearer read a blob, and so must not be shown. */
const SIGNATURE = 'signature-of-a-blob-e80d'

const TWO_MECHANISMS =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InvalidArgument</Code>' +
  '<Message>Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string ' +
  'parameter or the Authorization header should be specified</Message></Error>'

/**
 * Keeps a registry's blobs at an origin, and redirects clients there. As at S3, and likewise at Azure, the signature in
 * the URL is the credential, and a second credential is refused.
 */
function storage(origin, refused = reply(400, TWO_MECHANISMS)) {
  const held = new Map()
  return {
    origin,
    redirect(content) {
      const path = `/blobs/${content.digest.replace(':', '/')}`
      held.set(path, content)
      return reply(307, '', { Location: `${origin}${path}?X-Amz-Expires=1200&X-Amz-Signature=${SIGNATURE}` })
    },
    site({ path, query, headers }) {
      const content = held.get(path)
      if (!content) return undefined
      if (headers.authorization !== undefined) return refused
      if (query.get('X-Amz-Signature') !== SIGNATURE)
        return reply(403, '<Error><Code>AccessDenied</Code></Error>')
      return reply(200, content.body, { 'Content-Type': 'application/octet-stream' })
    },
  }
}

module.exports = { SIGNATURE, storage }
