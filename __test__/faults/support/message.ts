import type { Reply } from '../../support/reply'

/** An HTTP/1.1 answer that can be changed before it is written. */
export interface Message {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
  isHead: boolean
  /** Another such answer; a length that is not stated is the body's. */
  with(changes: Partial<Pick<Message, 'status' | 'headers' | 'body'>>): Message
  /** Status line and header. */
  head(): Buffer
  /** All of it; for HEAD without a body. */
  bytes(): Buffer
}

export function message({ status, headers = {}, body = '' }: Reply, isHead: boolean): Message {
  const bytes = Buffer.from(body)
  const self: Message = {
    status,
    headers,
    body: bytes,
    isHead,
    with: (changes) =>
      message(
        {
          status: changes.status ?? status,
          headers: changes.headers ?? headers,
          body: changes.body ?? bytes,
        },
        isHead,
      ),
    head: () => {
      const isStated = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name))
      const fields = { ...headers, ...(!isStated && { 'Content-Length': String(bytes.length) }) }
      const lines = Object.entries(fields).flatMap(([name, values]) =>
        [values].flat().map((value) => `${name}: ${value}\r\n`),
      )
      return Buffer.from(`HTTP/1.1 ${status} Fault\r\n${lines.join('')}\r\n`, 'latin1')
    },
    bytes: () => (isHead ? self.head() : Buffer.concat([self.head(), bytes])),
  }
  return self
}
