import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Reply } from '../../support/reply'

/** A request as it reached a server of the world. */
export interface Received {
  method: string
  /** `https://host[:port]` that the client meant. */
  origin: string
  /** Path and query as they were sent. */
  url: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
}

/** A request and what it was answered. */
export interface Exchange {
  request: Received
  reply: Reply
}

/** What answers at an origin; undefined where it knows no such thing. */
export type Site = (request: Received) => Reply | undefined

type Incoming = IncomingMessage | Http2ServerRequest
export type Outgoing = ServerResponse | Http2ServerResponse

export async function receive(incoming: Incoming, scheme: 'http' | 'https'): Promise<Received> {
  const { method = '', url = '', headers } = incoming
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { origin, pathname, search, searchParams } = new URL(url, `${scheme}://${authority(headers)}`)
  return {
    method,
    origin,
    url: pathname + search,
    path: pathname,
    query: searchParams,
    headers,
    body: Buffer.concat(chunks).toString(),
  }
}

export function send(outgoing: Outgoing, { method }: Received, { status, headers, body = '' }: Reply): void {
  const bytes = Buffer.from(body)
  outgoing.statusCode = status
  for (const [name, value] of Object.entries({ 'Content-Length': String(bytes.length), ...headers })) {
    outgoing.setHeader(name, value)
  }
  if (method === 'HEAD') outgoing.end()
  else outgoing.end(bytes)
}

/** HTTP/2 has the host in a header of its own. */
function authority(headers: IncomingHttpHeaders): string {
  return String(headers[':authority'] ?? headers.host)
}
