/** What a fake server sends. */
export interface Reply {
  status: number
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** Send this many bytes of the body and cut the connection; 0 cuts it before anything was sent. */
  cutAfter?: number
}

export function reply(status: number, body: string | Buffer = '', headers: Reply['headers'] = {}): Reply {
  return { status, body, headers }
}

export function json(document: unknown, headers: Reply['headers'] = {}, status = 200): Reply {
  return reply(status, JSON.stringify(document), { 'Content-Type': 'application/json', ...headers })
}

/** A refusal in the words of the OCI distribution specification. */
export function refusal(status: number, code: string, message: string, headers?: Reply['headers']): Reply {
  return json({ errors: [{ code, message }] }, headers, status)
}

export function tooManyRequests(retryAfter?: string): Reply {
  return reply(429, 'slow down', retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
}

/** The connection is cut without an answer. */
export const CUT: Reply = { status: 0, cutAfter: 0 }
