/** Source of an image's age: a release, Docker Hub's API, or the image's config. */
export type AgeSource = 'release' | 'hub' | 'created'

/**
 * Support of a version: for all faults (`active`), for security only (`security`), by others than its makers or by a
 * contract (`extended`, such as Debian's LTS and Ubuntu Pro), or none (`ended`). It is `unknown` if the support data do
 * not state it.
 */
export type Support = 'active' | 'security' | 'extended' | 'ended' | 'unknown'

/**
 * A part beneath the program with a support cycle of its own: a system or a runtime that the tag or the base image
 * names.
 */
export interface LifecyclePart {
  /** Spelling of the part in the tag or in the name of the base image: `alpine3.18`. */
  item: string
  /** Name of the product at endoflife.date. */
  product: string
  /** Support cycle of the part. */
  cycle: string
  /** Support of that cycle. */
  support: Support
  /** Last day of that support, `2025-05-09`; absent if no day is named. */
  endsAt?: string
}

/** Support data of a version, from endoflife.date. */
export interface Lifecycle {
  /** Name of the product at endoflife.date; absent if only parts of the image are known. */
  product?: string
  /** Support cycle; absent if the version belongs to no known one. */
  cycle?: string
  /** Day on which the cycle's first version was released, `2023-09-14`; absent with `cycle`. */
  released?: string
  /** Support of the cycle. */
  support: Support
  /** Last day of that support, or of the last one that there was; absent if no day is named. */
  endsAt?: string
  /** Whether it is a long-term release, or the day on which it becomes one. */
  lts: boolean | string
  /** Day of the support data. */
  asOf: string
  /** Systems and runtimes beneath the program; absent where none is known. */
  parts?: LifecyclePart[]
}

/**
 * What the page with release notes is known from: `release`, a release of that tag was seen; `tag`, there is no release but
 * a git tag, for which GitHub and Gitea show a page; `convention`, the host could not be asked, and the URL is what it usually
 * is; `option`, the option `releaseUrls` states it. A host that was asked and has neither gives no URL.
 */
export type ReleaseUrlSource = 'release' | 'tag' | 'convention' | 'option'

/** A tag that was found to have an image for the platform. */
export interface NewestTag extends Provenance {
  /** The tag. */
  tag: string
  /** URL of the page with its release notes; absent if none is known. */
  releaseUrl?: string
  /** What that URL is known from. */
  releaseUrlSource?: ReleaseUrlSource
  /** Digest that the tag points to, as `sha256:…`: that of the index, if there is one. */
  digest: string
  /** Bytes that pulling the tag downloads; absent if no manifest or API states them. */
  downloadSize?: DownloadSize
  /** Time at which it was made (RFC 3339, UTC); absent if nothing states it. */
  createdAt?: string
  /** Source of `createdAt`; absent with it. */
  ageSource?: AgeSource
  /** Support data of its version; absent if there are none. */
  lifecycle?: Lifecycle
  /**
   * Advisories that concern the running version and not this one, by their `id`; absent if that is unknown. Unclear
   * ones are not among them.
   */
  fixes?: string[]
}

/** Severity of a weakness, by CVSS: 0.1 to 3.9, to 6.9, to 8.9, to 10. */
export type Severity = 'low' | 'medium' | 'high' | 'critical'

/** A published weakness that concerns the running version. */
export interface Vulnerability {
  /** Name of the advisory at GitHub: `GHSA-xxxx-xxxx-xxxx`. */
  id: string
  /** Its number in the list of CVE; absent if it has none. */
  cve?: string
  /** Severity; absent if none is stated. */
  severity?: Severity
  /** Title. */
  summary: string
  /** Page of the advisory. */
  url: string
  /** Versions that mend it, as its author wrote them. */
  fixedIn: string[]
  /**
   * `true` if it is not certain that it concerns this version: its range cannot be read, the running tag may stand for
   * several versions, or it is about another package of the repository. Absent otherwise.
   */
  unclear?: true
}

/** A signature beside an image. */
export interface Signature {
  /** Program that made it. */
  kind: 'cosign' | 'notation'
  /** Digest of its manifest, `sha256:…`. */
  digest: string
  /** Always `false`: only its presence is looked at. */
  verified: false
}

/**
 * What stands beside an image, in its registry: presence, and nothing of it is verified. All three are absent unless
 * `provenance` was asked for, and if one of the look-ups failed; one of the `warnings` then says so.
 */
export interface Provenance {
  /** Signatures: by cosign's tag, or by the referrers of the digest. */
  signatures?: Signature[]
  /** Whether there is a bill of materials (SPDX, CycloneDX, Syft). */
  sbom?: boolean
  /** Whether there is a statement about how it was built (SLSA). */
  provenance?: boolean
}

/** Knowledge of the advisories for an image. */
export interface AdvisoryState {
  /** Repository whose advisories they are; absent if none was asked. */
  source?: string
  /** Number of those that it has published and that were read; absent if none could be read. */
  published?: number
  /** Whether all of them were read: at most 300 are, and one that cannot be read leaves a gap. */
  complete: boolean
  /** Time at which they were read (RFC 3339, UTC). */
  asOf?: string
  /**
   * Reason why nothing is known of vulnerabilities: the image names no source repository (`source`) or one of a packager
   * (`packager`), and its program is not known otherwise; the repository is not on GitHub (`host`); GitHub did not answer (`failed`, with a warning); or the running
   * version is unknown (`version`). Absent if `vulnerabilities` is present.
   */
  missing?: 'source' | 'packager' | 'host' | 'failed' | 'version'
}

/** Reason for which a tag is not offered. */
export type RejectionReason =
  /** Another variant than the running one. */
  | 'variant'
  /** Not a final version. */
  | 'prerelease'
  /** Beyond the chosen track. */
  | 'major'
  /** Another number of numbers: `1.27` beside `1.27.3`. */
  | 'segments'
  /** Not comparable: another scheme, a floating tag, or no version at all. */
  | 'scheme'
  /** Not built for the platform. */
  | 'architecture'
  /** Matched by `exclude`, or not by `include`. */
  | 'excluded'
  /** Not newer than what is running. */
  | 'older'
  /** A signature, an attestation or the like, not an image. */
  | 'signature'
  /** Listed, but not found in the registry. */
  | 'missing'
  /** Listed, but no container image: a Helm chart, a signature, a WebAssembly module. */
  | 'artifact'
  /** Younger than `minAgeHours`. */
  | 'age'
  /** A number that is no version, judged by the other tags: `9999` behind `9.1`. */
  | 'outlier'
  /** Made more than 30 days before the running `x.y` line; one of the `warnings` names it. */
  | 'outdated'
  /** No long-term release, if the policy follows those. */
  | 'lts'
  /** Of a version whose support has ended. */
  | 'unsupported'
  /** Without a signature, or perhaps without one, if the policy keeps signatures. */
  | 'unsigned'

/** Tags that are not offered for the same reason. */
export interface Rejection {
  /** The reason. */
  reason: RejectionReason
  /** Number of these tags. */
  count: number
  /** Up to three of these tags. */
  examples: string[]
}

/** The newest tag on each track; absent for a track that has none. */
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
   * Bytes of the layers that the running image does not have. Finding them takes pulls, and Docker Hub allows 100 in
   * six hours. So at Docker Hub only the newest tag on the chosen track states them, and no tag does if the running
   * image took two pulls (its tag is gone, or points elsewhere). A check then takes two pulls at most, and fifty first
   * checks fit into the limit.
   */
  new?: number
  /** Bytes of all layers. */
  all: number
}

/** Digest of a tag, beside the running one. */
export interface DigestReport {
  /** Digest of what is running; absent if it was not given. */
  current?: string
  /** Digest that the tag points to: that of the index, if there is one. */
  available: string
  /** Whether the two differ; `false` if that is unknown. */
  changed: boolean
  /** Version tag with the same digest; present for a floating tag if one was found. */
  version?: string
  /** Tag whose digest `available` is; present if `compareWith` named another than the running one. */
  comparedWith?: string
}

/** The end of something in the running image: newer versions of the repository exist, but none of them has it. */
export interface Ended {
  /**
   * Kind of what has ended. `variant`: no newer version has the running variant. `numbering`: other numberings go on,
   * but this one does not. `architecture`: newer versions are not built for the platform.
   */
  what: 'variant' | 'numbering' | 'architecture'
  /** Spelling in the tag or the platform: `php7.3`, `buster`; for a numbering its kind: `semver`, `calendar`. */
  item: string
  /** The last tag that has it. */
  lastTag: string
  /** The newest tag that differs in nothing else; absent if none was found to run. */
  successor?: {
    /** The tag. */
    tag: string
  }
}

/** A newer version of an image. */
export interface AvailableUpdate {
  /** Tag of the newer version. */
  tag: string
  /** Whether it is the newest version that is offered. */
  isLatest: boolean
  /** URL of the page with the release notes; absent if none is known. */
  releaseUrl?: string
  /** What that URL is known from; absent by the policy `original`, which asks for a prefix only. */
  releaseUrlSource?: ReleaseUrlSource
  /** `true` in an answer of `getAvailableUpdates` that was found earlier, because this call failed (`staleIfError`). */
  stale?: true | undefined
  /** Time at which a stale one was found (RFC 3339, UTC). */
  checkedAt?: string
}

/** Fields of every report. Its `signatures`, `sbom` and `provenance` are those of the running version. */
export interface Report extends Provenance {
  /** The image, as it was asked for. */
  image: string
  /** The reference in full, `registry/path:tag[@digest]`; absent if the text is no reference. */
  reference?: string
  /** Architecture, as it was asked for. */
  arch: string
  /** Reading of the tag, in words; absent if the text is no reference. */
  scheme?: string
  /** The newest tag on each track, whatever track is chosen; empty under the policy `original`. */
  latest: LatestTags
  /**
   * Support data of the running version; for a floating tag, of the version that it stands for. Absent if there are
   * none.
   */
  lifecycle?: Lifecycle
  /**
   * Published weaknesses that concern the running version, the most severe first, unclear ones last; absent if that is
   * unknown or the option `advisories` is off. An empty list says that none was published, and never that it is safe.
   */
  vulnerabilities?: Vulnerability[]
  /** Knowledge of the advisories; absent if the option `advisories` is off, and under the policy `original`. */
  advisories?: AdvisoryState
  /**
   * What has ended in the running image although the project goes on; absent if nothing has, or something newer is
   * offered.
   */
  ended?: Ended
  /** Comparison of digests; present for a floating tag, and if `currentDigest` was given. */
  digest?: DigestReport
  /** The source repository; absent if none is known. */
  sourceUrl?: string
  /**
   * The program's own repository or page, for an image whose labels name its packaging at most: Docker's official images, those of
   * linuxserver and bitnami, as far as the package knows them. `releaseUrl` is then the packager's.
   */
  upstreamUrl?: string
  /** Time of the check (RFC 3339, UTC); for a stale report that of the check that found it. */
  checkedAt: string
  /**
   * `true` if the check failed and this is the last successful report (`staleIfError`). The last of the `warnings`
   * then states the error. Absent otherwise.
   */
  stale?: true | undefined
  /** Tags that are not offered, by reason; empty under the policy `original`. */
  rejected: Rejection[]
  /**
   * Problems that did not end the check, such as tags that could not be looked at, or a running tag that is not listed.
   */
  warnings: string[]
}

/** The report if the policy offers nothing newer. */
export interface UpToDateReport extends Report {
  /** Tells the kinds of reports apart. */
  status: 'up-to-date'
  /** Nothing is offered. */
  updates: []
  /** Nothing failed. */
  error?: undefined
}

/** The report if something newer can be run. */
export interface UpdateAvailableReport extends Report {
  /** Tells the kinds of reports apart. */
  status: 'update-available'
  /**
   * Versions on the chosen track that were found to run, newest first; or the tag itself, if it points to another
   * digest. Under the policy `original`, versions that could not be looked at are among them.
   */
  updates: [AvailableUpdate, ...AvailableUpdate[]]
  /** Nothing failed. */
  error?: undefined
}

/** The report if the tag has no order, and neither `currentDigest` nor `compareWith` gives something to compare. */
export interface UnorderableReport extends Report {
  /** Tells the kinds of reports apart. */
  status: 'unorderable'
  /** Nothing is offered. */
  updates: []
  /** Nothing failed. */
  error?: undefined
}

/** The report if the check failed. */
export interface FailedReport extends Report {
  /** Tells the kinds of reports apart. */
  status: 'failed'
  /** A failed report is never stale. */
  stale?: undefined
  /** Nothing is offered. */
  updates: []
  /** Error that ended the check. */
  error: ContainerRegistryError
}

/** Report of the check of one image. */
export type ImageReport = UpToDateReport | UpdateAvailableReport | UnorderableReport | FailedReport
