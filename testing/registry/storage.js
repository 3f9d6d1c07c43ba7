'use strict'

const { reply } = require('./reply.js')

/** Marks what must not be shown: who has it can read the blob. */
const SIGNATURE = 'signature-of-a-blob-e80d'

const TWO_MECHANISMS =
  '<?xml version="1.0" encoding="UTF-8"?><Error><Code>InvalidArgument</Code>' +
  '<Message>Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string ' +
  'parameter or the Authorization header should be specified</Message></Error>'

/**
 * Where a registry keeps its blobs, and sends clients for them. As S3 has it, and Azure in other words, the signature in
 * the URL is the credential, and a second one is refused.
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
