/** A parsed image reference with Docker's defaults filled in. */
export interface ParsedImageReference {
  /** Registry host, with its port if one was written; Docker Hub is `registry-1.docker.io`. */
  registry: string
  /** Repository path without its last part; empty if there is only one part. */
  namespace: string
  /** Last part of the repository path. */
  repo: string
  /** Tag; `latest` if none was written. */
  tag: string
  /** Full name for registry API calls: `namespace/repo`. */
  fullName: string
  /**
   * Digest after `@`, as `sha256:…`; absent if none was written. If it is present, it decides what is read, and the tag
   * does not.
   */
  digest?: string
}

/** A platform that an image has a manifest for. Names are those of the OCI image specification. */
export interface ImagePlatform {
  /** Operating system, say `linux`. */
  os: string
  /** Architecture, say `amd64` or `arm64`. */
  architecture: string
  /** Variant of the architecture, say `v7`; absent if the index states none. */
  variant?: string
  /** Digest of the platform's manifest, as `sha256:…`. */
  digest: string
  /** Bytes of the manifest itself, as its descriptor states them. The layers do not count. */
  size: number
}

/** Counts of a service since it was made. */
export interface ServiceStats {
  /** Requests by host, redirects and retries included. */
  requests: Record<string, number>
  /** Answers that came from the cache, so that no request was made. */
  cacheHits: number
  /** GET requests for manifests, which Docker Hub counts as pulls. */
  manifestGets: number
  /** Requests that were sent again. */
  retries: number
  /** Bytes of bodies, after decompression. */
  bytes: number
  /** The last `ratelimit-remaining` or `x-ratelimit-remaining` of each host that has sent one. */
  rateLimitRemaining: Record<string, number>
}

/** The target's version in another variant. */
export interface SiblingTag {
  /** The tag. */
  tag: string
  /** Whether the repository has that tag. */
  exists: boolean
}

/** The effects of moving an image to a tag. */
export interface UpdateInspection extends Provenance {
  /** The image that is running, as it was given. */
  image: string
  /** The tag that was asked about. */
  targetTag: string
  /** Whether the repository has that tag. */
  exists: boolean
  /** Whether the tag has an image for the platform. */
  runs: boolean
  /** The reason if it runs on no machine: the tag is no container image. */
  reason?: 'artifact'
  /** Platform of the manifest that the machine would run, as `os/architecture[/variant]`; absent if there is none. */
  platform?: string
  /** Digest that the tag points to, as `sha256:…`: that of the index, if there is one. */
  digest?: string
  /** Bytes that pulling the tag downloads. */
  downloadSize?: Required<DownloadSize>
  /**
   * Differences between the running image and this one. Absent if it does not run, and if one of the two images cannot be
   * looked at or has no config that can be read.
   */
  changes?: UpdateChanges
  /**
   * Things that may break, those that concern data first; absent if it does not run. An empty list says that none of the
   * rules found something. Without `changes`, only the rules `cycle`, `majors` and `download` were applied.
   */
  risks?: UpdateRisk[]
  /** Support data of both versions; absent if there are none. */
  lifecycle?: LifecycleChange
  /**
   * Published weaknesses that concern the running version, the most severe first, unclear ones last; absent if that is
   * unknown, if the tag does not run, or the option `advisories` is off. An empty list says that none was published, and never
   * that it is safe.
   */
  vulnerabilities?: Vulnerability[]
  /** Names of those that do not concern the version of the tag; absent if that is unknown. */
  fixes?: string[]
  /** Knowledge of the advisories; absent if the tag does not run or the option `advisories` is off. */
  advisories?: AdvisoryState
  /** Page with its release notes. */
  releaseUrl?: string
  /** What that page is known from. */
  releaseUrlSource?: ReleaseUrlSource
  /** Reference to pull, `name:tag@digest`. It keeps its meaning if the tag moves. */
  pullReference?: string
  /** Problems that left something open; absent if there are none. */
  warnings?: string[]
  /** The target's version in the running variant; present if the target has another variant. */
  sibling?: SiblingTag
}

/** The parts of a tag. Texts stand as in the tag, and a part that the tag lacks is absent. */
export interface TagExplanation {
  /** The tag. */
  tag: string
  /**
   * Kind of the tag. `semver`, `calendar` and `build` (one number that counts builds) have an order, the others have
   * none.
   */
  kind: 'semver' | 'calendar' | 'build' | 'floating' | 'unorderable' | 'signature'
  /** Text before the numbers: `v`, `RELEASE.`, `bookworm-`. */
  prefix?: string
  /** Numbers of the version. They are strings because they may have any length. */
  numbers: string[]
  /** Marks of a prerelease: `rc1`, `beta.2`, `nightly`. */
  prerelease?: string
  /** Words that tell variants apart, joined with `-`: `fpm-alpine`. */
  variant?: string
  /** Release of the operating system, which updates may follow: `alpine 3.20`. */
  osRelease?: string
  /** Runtime that the image is built on, which no update changes: `php 8.2`. */
  runtime?: string
  /** Counters of builds and second versions: `ls386`. */
  build?: string
  /** Hash of a commit. */
  commit?: string
  /** Processor that the tag is for: `arm64v8`. */
  architecture?: string
  /** Whether the version is a date or begins with a year. */
  calendar: boolean
  /** All of the above in words. */
  description: string
  /** Sentences on what the given list of tags shows of the tag; absent without a list. */
  evidence?: string[]
}

/** A release of a source repository. */
export interface Release {
  /** Its tag in the source repository. */
  tag: string
  /** Time of publication (RFC 3339), as the host states it; absent for a draft. */
  publishedAt?: string
  /** Whether the host marks the release as not final. */
  prerelease: boolean
  /** Whether the release is not published yet. */
  draft: boolean
  /** Title of the release, or its tag. */
  name: string
  /** URL of the page with its notes. */
  url: string
  /** Text of its notes, mostly Markdown; at most 65,536 characters. */
  notes: string
}

/** What was written about the versions between two tags. */
export interface ReleaseNotes {
  /** The releases, the newest version first. */
  releases: NotedRelease[]
  /**
   * Whether every release between the two was seen. It is `false` too where the running tag has no version, and where the image
   * names no source that lists releases.
   */
  complete: boolean
  /** Whether something that was seen was left out: releases beyond `limit`, or notes beyond their bounds. */
  truncated: boolean
  /** Source repository; absent if none is known. */
  sourceUrl?: string
}

/** A release and its notes, all of which are untrusted text. */
export interface NotedRelease {
  /** Its tag in the source repository; the version as the heading has it, where the notes are a changelog's. */
  tag: string
  /** Its version, without what stands before it: `1.3.0` of `app/v1.3.0`. */
  version: string
  /** Title of the release, or its tag. */
  name: string
  /** Time of publication (RFC 3339), as the host states it, or the day that a changelog states, `2024-05-28`. */
  publishedAt?: string
  /** URL of the page with its notes. */
  url: string
  /** Whether it comes before a release. */
  prerelease: boolean
  /**
   * Text of its notes as their author wrote it, mostly Markdown, without control characters; at most 64 KiB, and at most 1 MiB in
   * an answer.
   */
  notes: string
  /**
   * The sections, paragraphs, items and commits of the notes that speak of breaking changes, migrations, upgrade notes, manual
   * steps or deprecations, as they stand. Empty if none does, which proves nothing.
   */
  breaking: string[]
  /** Numbers of CVE and GHSA that the notes name. */
  security: string[]
}
