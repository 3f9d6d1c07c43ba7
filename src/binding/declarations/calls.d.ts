/** Options of a single call. */
export interface CallOptions {
  /** Gives the call up: the request in flight is dropped, and the promise rejects with the code `ABORTED`. */
  signal?: AbortSignal
}

/** Options of `getAvailableUpdates`. */
export interface UpdateOptions extends CallOptions {
  /** Which versions are updates. Default: `policy` of the service if it was given one, else `original`. */
  policy?: 'original' | UpdatePolicy
}

/** How a single image is checked. */
export interface ImageOptions {
  /**
   * Architecture of the machine that is to run it, as in `checkArchSupport`; a name that nobody knows is `INVALID_ARGUMENT`.
   * Default: this machine's.
   */
  arch?: string
  /** Which versions are updates. Default: `policy` of the service. */
  policy?: 'original' | UpdatePolicy
  /**
   * Digest of what is running, of its index or of its manifest, alone or behind `name@` as Docker's `RepoDigests` have it.
   * With it, a tag that points to something else by now is an update to itself. Default: not compared.
   */
  currentDigest?: string
  /**
   * Another tag, say `latest`, whose digest is compared with that of what is running: for a tag that never moves, such as
   * `sha-4bfc5bb`. The update is then to that tag. Without `currentDigest` the running tag's own digest is what runs.
   */
  compareWith?: string
  /** The source repository to go by where the image names none. */
  fallbackSourceRepo?: string | null
}

/** Options of `checkImage`. */
export interface CheckOptions extends CallOptions, ImageOptions {}

/** An image of a batch, with what differs from the options of the batch. */
export interface CheckRequest extends ImageOptions {
  /** The image, as in `getAvailableUpdates`. */
  image: string
}

/** Options of `watchImages`. */
export interface WatchOptions extends CallOptions {
  /** Architecture for images that name none of their own. Default: this machine's. */
  arch?: string
  /** Policy for images that state none of their own. Default: `policy` of the service. */
  policy?: 'original' | UpdatePolicy
}

/** Options of `checkImages`. */
export interface BatchOptions extends WatchOptions {
  /** Told when an image's check begins and when it ends; never after the promise has settled. */
  onProgress?(progress: CheckProgress): void
}

/** How far a batch has come. */
export interface CheckProgress {
  /** Images that are done, failed ones among them. */
  done: number
  /** Images in all. */
  total: number
  /** The image that this is about. */
  image: string
  /** What has happened to it. */
  phase: 'started' | 'done' | 'failed'
}

/** Options of `inspectUpdate`. */
export interface InspectOptions extends CallOptions, Pick<ImageOptions, 'arch' | 'currentDigest'> {}

/** Options of `listReleases`. */
export interface ReleaseOptions extends CallOptions {
  /** Releases at most, 1 to 100. Default: 30. */
  limit?: number
}
