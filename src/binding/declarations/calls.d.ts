/** Options of a single call. */
export interface CallOptions {
  /** Signal that aborts the call: requests in flight are dropped, and the promise rejects with the code `ABORTED`. */
  signal?: AbortSignal
}

/** Options of `getAvailableUpdates`. */
export interface UpdateOptions extends CallOptions {
  /**
   * Policy that decides which versions are updates. Default: `policy` of the service if it was given one, else
   * `original`.
   */
  policy?: 'original' | UpdatePolicy
}

/** Options of the check of one image. */
export interface ImageOptions {
  /**
   * Architecture of the machine that is to run the image, as in `checkArchSupport`. An unknown name is
   * `INVALID_ARGUMENT`. Default: this machine's.
   */
  arch?: string
  /** Policy that decides which versions are updates. Default: `policy` of the service. */
  policy?: 'original' | UpdatePolicy
  /**
   * Digest of what is running, of its index or of its manifest, alone or behind `name@` as in Docker's `RepoDigests`.
   * If the tag points to another digest, it is an update to itself. Default: not compared.
   */
  currentDigest?: string
  /**
   * Another tag, say `latest`, whose digest is compared with the running one. It serves tags that never move, such as
   * `sha-4bfc5bb`, and the update is then to that other tag. Without `currentDigest`, the digest of the running tag is
   * taken for the running one. Default: the running tag itself.
   */
  compareWith?: string
  /** Source repository of an image that names none. Default: none. */
  fallbackSourceRepo?: string | null
  /**
   * Say what stands beside the running version and the newest on each track: signatures, a bill of materials, provenance.
   * For each of these images it takes some requests more (docs/rate-limits.md). Default: `provenance` of the service.
   */
  provenance?: boolean
}

/** Options of `checkImage`. */
export interface CheckOptions extends CallOptions, ImageOptions {}

/** An image to check, with options that go before those of the call. */
export interface CheckRequest extends ImageOptions {
  /** The image, as in `getAvailableUpdates`. */
  image: string
}

/** Options of `watchImages`. */
export interface WatchOptions extends CallOptions {
  /** Architecture of images that state none. Default: this machine's. */
  arch?: string
  /** Policy of images that state none. Default: `policy` of the service. */
  policy?: 'original' | UpdatePolicy
  /** `provenance` of images that do not state it. Default: `provenance` of the service. */
  provenance?: boolean
}

/** Options of `checkImages`. */
export interface BatchOptions extends WatchOptions {
  /**
   * Called when an image's check begins and when it ends, and never after the promise has settled. Default: not called.
   */
  onProgress?(progress: CheckProgress): void
}

/** Progress of a call that checks many images. */
export interface CheckProgress {
  /** Images whose checks have ended, failed ones included. */
  done: number
  /** Number of all images. */
  total: number
  /** The image that the event is about. */
  image: string
  /** Whether its check has begun, ended or failed. */
  phase: 'started' | 'done' | 'failed'
}

/** Options of `inspectUpdate`. */
export interface InspectOptions extends CallOptions, Pick<ImageOptions, 'arch' | 'currentDigest'> {
  /**
   * Answer of `docker inspect`, or of the Docker Engine API (`GET /containers/{id}/json`), for the container that is to be
   * moved: its object, or a list of that object. The risks are then those of this container. At most 4 MiB as JSON.
   * Default: none.
   */
  container?: object
  /** Say what stands beside the tag's image, which takes some requests more. Default: `provenance` of the service. */
  provenance?: boolean
}

/** Options of `releaseNotes`. */
export interface NotesOptions extends CallOptions {
  /** Most releases of the answer, 1 to 300; the newest versions are kept. Default: 100. */
  limit?: number
}

/** Options of `listReleases`. */
export interface ReleaseOptions extends CallOptions {
  /** Most releases that are listed, 1 to 100. Default: 30. */
  limit?: number
}
