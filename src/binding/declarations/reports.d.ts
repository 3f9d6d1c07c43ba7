/** Who says when an image was made: a release, Docker Hub, or the image's config. */
export type AgeSource = 'release' | 'hub' | 'created'

/**
 * How a version is supported: for all faults (`active`), for those of security (`security`), by others than its makers or by a
 * contract (`extended`: Debian's LTS, Ubuntu Pro), or by nobody (`ended`). `unknown` where the support data do not say.
 */
export type Support = 'active' | 'security' | 'extended' | 'ended' | 'unknown'

/** Something beneath the program with a life of its own: a system or a runtime that the tag or the base image names. */
export interface LifecyclePart {
  /** How the tag, or the name of the base image, writes it: `alpine3.18`. */
  item: string
  /** The product's name at endoflife.date. */
  product: string
  /** Its support cycle. */
  cycle: string
  /** How that is supported. */
  support: Support
  /** The last day of that support, `2025-05-09`; absent where none is named. */
  endsAt?: string
}

/** How long a version lives, by facts from endoflife.date. */
export interface Lifecycle {
  /** The product's name at endoflife.date; absent where only parts of the image are known. */
  product?: string
  /** The support cycle; absent where the version is of none that is known. */
  cycle?: string
  /** The day on which the cycle's first version came out, `2023-09-14`; absent with `cycle`. */
  released?: string
  /** How the cycle is supported. */
  support: Support
  /** The last day of that support, or of what was the last; absent where none is named. */
  endsAt?: string
  /** Whether it is a long-term release; a day to come on which it becomes one. */
  lts: boolean | string
  /** The day of the facts. */
  asOf: string
  /** Systems and runtimes beneath the program; absent where none is known. */
  parts?: LifecyclePart[]
}

/** A tag that was found to be there for the platform. */
export interface NewestTag {
  /** The tag. */
  tag: string
  /** Page with its release notes; absent where none is known. */
  releaseUrl?: string
  /** What the tag points to, as `sha256:…`: the index, if there is one. */
  digest: string
  /** What pulling it downloads; absent if nobody states it. */
  downloadSize?: DownloadSize
  /** When it was made (RFC 3339, UTC); absent where nobody tells. */
  createdAt?: string
  /** Who says when it was made; absent with `createdAt`. */
  ageSource?: AgeSource
  /** How long it lives; absent where nobody knows. */
  lifecycle?: Lifecycle
}

/** Why tags are not offered. */
export type RejectionReason =
  /** Another variant than the running one. */
  | 'variant'
  /** Not a final version. */
  | 'prerelease'
  /** Beyond the chosen track. */
  | 'major'
  /** Another number of numbers: `1.27` beside `1.27.3`. */
  | 'segments'
  /** Not comparable: another scheme, a floating tag, no version at all. */
  | 'scheme'
  /** Not built for the platform. */
  | 'architecture'
  /** Named by `exclude`, or not by `include`. */
  | 'excluded'
  /** Not newer than what is running. */
  | 'older'
  /** A signature, an attestation or the like, not an image. */
  | 'signature'
  /** Listed, but not there. */
  | 'missing'
  /** Listed, but no container image: a Helm chart, a signature, a WebAssembly module. */
  | 'artifact'
  /** Not as old as `minAgeHours` asks. */
  | 'age'
  /** A number that is no version, by how it stands to the others: `9999` behind `9.1`. */
  | 'outlier'
  /** Made more than 30 days before the running `x.y` line; one of the `warnings` names it. */
  | 'outdated'
  /** No long-term release, where those are followed. */
  | 'lts'
  /** Of a version whose support has ended. */
  | 'unsupported'

/** Tags that are not offered for one reason. */
export interface Rejection {
  /** Why they are not offered. */
  reason: RejectionReason
  /** How many. */
  count: number
  /** Up to three of them. */
  examples: string[]
}

/** The newest tag on each track; a track is absent if it has none. */
export interface LatestTags {
  /** Of the same `x.y`. */
  patch?: NewestTag
  /** Of the same `x`, or of any year of a calendar version. */
  minor?: NewestTag
  /** Of any version. */
  major?: NewestTag
}

/** Bytes of compressed layers. */
export interface DownloadSize {
  /**
   * Those that the current image does not have. Which these are takes a pull to find out; Docker Hub allows 100 in six hours,
   * and its API tells the rest. So of its images the newest on the chosen track has them, the newest on other tracks do not, and
   * none has them where the running image took two pulls, as its tag is gone or points elsewhere by now. A check takes two pulls
   * at most, and forty fit into the limit.
   */
  new?: number
  /** All of them. */
  all: number
}

/** What a tag points to, beside what is running. */
export interface DigestReport {
  /** What is running, if it was given. */
  current?: string
  /** What the tag points to now: the index, if there is one. */
  available: string
  /** Whether that is something else than what is running; `false` where that is not known. */
  changed: boolean
  /** The version tag with the same digest, where a floating tag's was found. */
  version?: string
  /** The tag whose digest `available` is, where `compareWith` named another than the running one. */
  comparedWith?: string
}

/** The end of what is running: newer versions of the repository exist, but none like it. */
export interface Ended {
  /**
   * `variant`: no newer version has the running variant; `numbering`: the numbers stopped where others go on;
   * `architecture`: newer versions are not built for the platform.
   */
  what: 'variant' | 'numbering' | 'architecture'
  /** What has ended, as the tag or the platform has it: `php7.3`, `buster`. */
  item: string
  /** The last tag that has it. */
  lastTag: string
  /** The newest tag that differs in nothing else, where one was found to run. */
  successor?: {
    /** The tag that comes after it. */
    tag: string
  }
}

/** A newer version of an image. */
export interface AvailableUpdate {
  /** Tag of the newer version. */
  tag: string
  /** Whether it is the newest one that is offered. */
  isLatest: boolean
  /** Page with the release notes; absent where none is known. */
  releaseUrl?: string
  /** Of `getAvailableUpdates`: `true` if it was found before and the network has failed in this call (`staleIfError`). */
  stale?: true | undefined
  /** Of a stale one: when it was found (RFC 3339, UTC). */
  checkedAt?: string
}

/** What every report has, whatever was found. */
export interface Report {
  /** The image, as it was asked for. */
  image: string
  /** The reference in full, `registry/path:tag[@digest]`; absent if the text is no reference. */
  reference?: string
  /** Architecture, as it was asked for. */
  arch: string
  /** What the tag was read as, in words; absent if the text is no reference. */
  scheme?: string
  /** The newest tag on each track, whichever is chosen; empty under the policy `original`. */
  latest: LatestTags
  /**
   * How long the running version lives; of a floating tag that of the version that it stands for, where that was found. Absent
   * where nobody knows.
   */
  lifecycle?: Lifecycle
  /** What of the running image has ended though the project goes on; absent where nothing has, or something newer is offered. */
  ended?: Ended
  /** For a floating tag, and wherever `currentDigest` was given. */
  digest?: DigestReport
  /** The source repository; absent if none is known. */
  sourceUrl?: string
  /** When the check was made (RFC 3339, UTC); for a stale report the one that found it. */
  checkedAt: string
  /**
   * `true` if the check failed for now, and this is what the last one found that did not (`staleIfError`); the last of the
   * `warnings` says why. Absent otherwise.
   */
  stale?: true | undefined
  /** Tags that are not offered, by reason; empty under the policy `original`. */
  rejected: Rejection[]
  /** What did not end the check: tags that could not be looked at, a running tag that is not listed. */
  warnings: string[]
}

/** Nothing newer can be run by the policy. */
export interface UpToDateReport extends Report {
  /** Tells the kinds of reports apart. */
  status: 'up-to-date'
  /** Nothing is offered. */
  updates: []
  /** Nothing failed. */
  error?: undefined
}

/** Something newer can be run. */
export interface UpdateAvailableReport extends Report {
  /** Tells the kinds of reports apart. */
  status: 'update-available'
  /**
   * Versions on the chosen track that were found to run, newest first; or the tag itself, if it points elsewhere by now. By the
   * policy `original`, versions that could not be looked at are among them.
   */
  updates: [AvailableUpdate, ...AvailableUpdate[]]
  /** Nothing failed. */
  error?: undefined
}

/** The tag has no order, and no `currentDigest` was given to compare. */
export interface UnorderableReport extends Report {
  /** Tells the kinds of reports apart. */
  status: 'unorderable'
  /** Nothing is offered. */
  updates: []
  /** Nothing failed. */
  error?: undefined
}

/** It could not be found out. */
export interface FailedReport extends Report {
  /** Tells the kinds of reports apart. */
  status: 'failed'
  /** A failure is never an older answer. */
  stale?: undefined
  /** Nothing is offered. */
  updates: []
  /** Why not. */
  error: ContainerRegistryError
}

/** What a check of one image found. */
export type ImageReport = UpToDateReport | UpdateAvailableReport | UnorderableReport | FailedReport
