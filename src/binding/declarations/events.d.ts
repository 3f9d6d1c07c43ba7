/**
 * One attempt of one request, published on the channel `container-registry-service:request` of
 * `node:diagnostics_channel`. A cached answer needs no request and makes no event. The event holds no secrets.
 */
export interface RequestEvent {
  /** Host that was asked, with its port unless that is the scheme's own. */
  host: string
  /** Method of the request. */
  method: 'GET' | 'HEAD' | 'POST'
  /**
   * Kind of the request: `hub` is Docker Hub's own API, `release` one release or git tag of a repository,
   * `releases` a list of either, or a changelog.
   */
  kind: 'tags' | 'manifests' | 'blobs' | 'token' | 'hub' | 'release' | 'releases' | 'advisories' | 'support' | 'referrers' | 'other'
  /** Status of the answer; absent if none came. */
  status?: number
  /** Code of the error; absent if an answer came. */
  error?: ErrorCode
  /** Number of the attempt, from 1. */
  attempt: number
  /** Milliseconds from sending to the last byte. */
  milliseconds: number
  /** `revalidated` if the server confirmed what was cached (304), else `miss`. */
  cache: 'miss' | 'revalidated'
  /** Bytes of the body, after decompression. */
  bytes: number
}

/**
 * One check of one image, by `getAvailableUpdates`, `checkImage`, `checkImages` or `watchImages`, published on the
 * channel `container-registry-service:check` of `node:diagnostics_channel`.
 */
export interface CheckEvent {
  /** The image, as it was asked for. */
  image: string
  /** Architecture, as it was asked for. */
  arch: string
  /** Status of the check. */
  status: 'up-to-date' | 'update-available' | 'unorderable' | 'failed'
  /** Code of the error; absent if the check did not fail. */
  error?: ErrorCode
  /** Number of updates that were found. */
  updates: number
  /** Milliseconds that the check took. */
  milliseconds: number
}
