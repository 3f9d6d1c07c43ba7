/** Code of an error. */
export type ErrorCode =
  /** A text that is no image reference. */
  | 'INVALID_REFERENCE'
  /** An argument or an option of the wrong type or out of its range. */
  | 'INVALID_ARGUMENT'
  /** The registry asks for credentials, or refuses the given ones (401, 403). */
  | 'AUTH_FAILED'
  /** No such repository, tag, manifest or blob (404). */
  | 'NOT_FOUND'
  /** The server asks for fewer requests (429). */
  | 'RATE_LIMITED'
  /** No answer in time. */
  | 'TIMEOUT'
  /** No connection, or one that broke. */
  | 'NETWORK'
  /** An answer that breaks the protocol. */
  | 'BAD_RESPONSE'
  /** An answer beyond one of the documented bounds. */
  | 'TOO_LARGE'
  /** The caller gave up. */
  | 'ABORTED'
  /** Any other refusal by a server. */
  | 'REGISTRY_ERROR'
  /**
   * The native part of the package is missing for this platform, or does not load; the message says what was looked
   * for.
   */
  | 'NO_BINARY'

/**
 * The error that a `ContainerRegistryService` throws or rejects with: an `Error` of the caller's realm with these
 * fields.
 */
export interface ContainerRegistryError extends Error {
  /** Name that tells these errors from others. */
  name: 'ContainerRegistryError'
  /** Code of the error. */
  code: ErrorCode
  /**
   * Whether the same call may succeed later without a change by the caller: after a timeout, a failure of the network
   * or the server, a 429, or an answer by something in between, such as a captive portal.
   */
  transient: boolean
  /** HTTP status of the final answer; absent if there was none. */
  status?: number
  /** Host that was asked, with its port unless that is the scheme's own; absent if none was asked. */
  host?: string
  /** The server's own words, at most 200 characters; absent if it had none. */
  detail?: string
  /**
   * Cause of the error: a transport failure, whose `code` is the one that Node.js would give, such as `ECONNREFUSED`,
   * `ENOTFOUND` or `CERT_HAS_EXPIRED`, or the `reason` of the signal that aborted the call.
   */
  cause?: unknown
  /** Returns the fields above and the message, without `cause`. `JSON.stringify` calls it. */
  toJSON(): Omit<ContainerRegistryError, 'cause' | 'stack' | 'toJSON'>
}
