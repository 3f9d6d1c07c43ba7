/**
 * One attempt of one request, published on the channel `container-registry-service:request` of `node:diagnostics_channel`.
 * What is known already is not asked for, and makes no event. There is nothing secret in it.
 */
export interface RequestEvent {
  /** Host that was asked, with its port unless it is the usual one. */
  host: string
  /** Method of the request. */
  method: 'GET' | 'HEAD' | 'POST'
  /** What was asked for: `hub` is Docker Hub's own API, `release` one release of a repository, `releases` a list of them. */
  kind: 'tags' | 'manifests' | 'blobs' | 'token' | 'hub' | 'release' | 'releases' | 'other'
  /** Status of the answer; absent if none came. */
  status?: number
  /** Why no answer came; absent if one did. */
  error?: ErrorCode
  /** Number of the attempt, from 1. */
  attempt: number
  /** Milliseconds from sending to the last byte. */
  milliseconds: number
  /** `revalidated` if what was known is still right (304), else `miss`. */
  cache: 'miss' | 'revalidated'
  /** Bytes of the body, after decompression. */
  bytes: number
}

/**
 * One check of one image, by `getAvailableUpdates`, `checkImage`, `checkImages` or `watchImages`, published on the channel
 * `container-registry-service:check` of `node:diagnostics_channel`.
 */
export interface CheckEvent {
  /** The image, as it was asked for. */
  image: string
  /** Architecture, as it was asked for. */
  arch: string
  /** How it ended. */
  status: 'up-to-date' | 'update-available' | 'unorderable' | 'failed'
  /** Why it failed; absent if it did not. */
  error?: ErrorCode
  /** Updates that were found. */
  updates: number
  /** Milliseconds that it took. */
  milliseconds: number
}
