/** What went wrong, in one word. */
export type ErrorCode =
  /** A text that is no image reference. */
  | 'INVALID_REFERENCE'
  /** An argument or an option of the wrong type or out of its range. */
  | 'INVALID_ARGUMENT'
  /** The registry wants credentials, or refuses those it was given (401, 403). */
  | 'AUTH_FAILED'
  /** No such repository, tag, manifest or blob (404). */
  | 'NOT_FOUND'
  /** The server asks for fewer requests (429). */
  | 'RATE_LIMITED'
  /** No answer in time. */
  | 'TIMEOUT'
  /** No connection, or one that broke. */
  | 'NETWORK'
  /** An answer that is not what the protocol promises. */
  | 'BAD_RESPONSE'
  /** An answer beyond one of the documented bounds. */
  | 'TOO_LARGE'
  /** The caller gave up. */
  | 'ABORTED'
  /** Any other refusal by a server. */
  | 'REGISTRY_ERROR'
  /** The native part of the package is not there for this platform, or does not load; the message says what was looked for. */
  | 'NO_BINARY'

/** What a `ContainerRegistryService` throws and rejects with: an `Error` of its caller's realm with these fields. */
export interface ContainerRegistryError extends Error {
  /** By which these errors are told apart from others. */
  name: 'ContainerRegistryError'
  /** What went wrong, in one word. */
  code: ErrorCode
  /**
   * Whether the same call may succeed later though nobody changes anything: a timeout, a failure of the network or the
   * server, a 429, or something in between that answers in the server's place, as a captive portal does.
   */
  transient: boolean
  /** HTTP status that was the final answer; absent if there was none. */
  status?: number
  /** Host that was asked, with its port unless it is the usual one; absent if none was. */
  host?: string
  /** The server's own words, at most 200 characters; absent if it had none. */
  detail?: string
  /**
   * What lies behind: a transport failure, whose `code` is Node's own name for it where there is one, such as `ECONNREFUSED`,
   * `ENOTFOUND` or `CERT_HAS_EXPIRED`; or the `reason` of the signal that aborted the call.
   */
  cause?: unknown
  /** The fields above and the message, without `cause`: what `JSON.stringify` makes of it. */
  toJSON(): Omit<ContainerRegistryError, 'cause' | 'stack' | 'toJSON'>
}
