'use strict'

/** Reads a request of HTTP/1.1 or HTTP/2. See `Received` in `index.d.ts`. */
async function receive(incoming, outgoing, scheme = 'http') {
  const abandoned = new Promise((resolve) => {
    outgoing.once('close', () => {
      if (!outgoing.writableFinished) resolve()
    })
  })
  const { method, url, headers, httpVersion } = incoming
  const chunks = []
  for await (const chunk of incoming) chunks.push(chunk)
  // HTTP/2 has the host in a pseudo-header.
  const host = headers[':authority'] ?? headers.host
  const { origin, pathname, search, searchParams } = new URL(url, `${scheme}://${host}`)
  return {
    method,
    origin,
    // A client that uses the server as its proxy sends the whole URL.
    url: url.startsWith('/') ? url : pathname + search,
    path: pathname,
    query: searchParams,
    headers,
    body: Buffer.concat(chunks).toString(),
    httpVersion,
    abandoned,
  }
}

function send(outgoing, { method }, { status, headers, body = '', cutAfter, silent }) {
  if (silent || outgoing.destroyed || outgoing.stream?.destroyed) return
  if (cutAfter === 0) {
    outgoing.destroy()
    return
  }
  const bytes = Buffer.from(body)
  outgoing.writeHead(status, { 'Content-Length': bytes.length, ...headers })
  if (method === 'HEAD') outgoing.end()
  else if (cutAfter === undefined) outgoing.end(bytes)
  else outgoing.write(bytes.subarray(0, cutAfter), () => outgoing.destroy())
}

module.exports = { receive, send }
