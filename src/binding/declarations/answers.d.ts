/** A parsed image reference with Docker's defaults filled in. */
export interface ParsedImageReference {
  /** Registry host, with its port if one was written; Docker Hub is `registry-1.docker.io`. */
  registry: string
  /** Repository path without its last part; empty if there is one part only. */
  namespace: string
  /** Last part of the repository path. */
  repo: string
  /** Tag; `latest` if none was written. */
  tag: string
  /** Full name for registry API calls: `namespace/repo`. */
  fullName: string
  /** Digest after `@`, as `sha256:…`; absent if none was written. Where it is present, it is what is read. */
  digest?: string
}

/** A platform that an image has a manifest for, in OCI's words. */
export interface ImagePlatform {
  /** Operating system, say `linux`. */
  os: string
  /** Architecture, say `amd64` or `arm64`. */
  architecture: string
  /** Variant of the architecture, say `v7`; absent where none is stated. */
  variant?: string
  /** Digest of the platform's manifest, as `sha256:…`. */
  digest: string
  /** Bytes of the manifest itself, as its descriptor states them; not those of the image's layers. */
  size: number
}

/** What a service has asked and remembered since it was made. */
export interface ServiceStats {
  /** Requests by host, redirects and retries included. */
  requests: Record<string, number>
  /** Facts that were known and did not have to be asked for. */
  cacheHits: number
  /** Manifests that were asked for by GET, which is what Docker Hub counts as a pull. */
  manifestGets: number
  /** Requests that were sent again. */
  retries: number
  /** Bytes of bodies, after decompression. */
  bytes: number
  /** The last `ratelimit-remaining` or `x-ratelimit-remaining`, by host, where one was sent. */
  rateLimitRemaining: Record<string, number>
}

/** The tag of a version in another variant. */
export interface SiblingTag {
  /** The tag. */
  tag: string
  /** Whether there is such a tag. */
  exists: boolean
}

/** What moving an image to a tag would mean. */
export interface UpdateInspection {
  /** The image that is running, as it was given. */
  image: string
  /** The tag that was asked about. */
  targetTag: string
  /** Whether there is such a tag. */
  exists: boolean
  /** Whether it is there for the platform. */
  runs: boolean
  /** Why it does not run, where the machine is not the reason: it is no container image. */
  reason?: 'artifact'
  /** Platform of the manifest that the machine would run, as `os/architecture[/variant]`. */
  platform?: string
  /** What the tag points to: the index, if there is one. */
  digest?: string
  /** What pulling it downloads. */
  downloadSize?: Required<DownloadSize>
  /** Page with its release notes. */
  releaseUrl?: string
  /** What to pull, `name:tag@digest`: it stays right if the tag moves. */
  pullReference?: string
  /** The target's version in the running variant, where the target is of another one. */
  sibling?: SiblingTag
}

/** What a tag is read as. Texts are as they stand in the tag; what it does not have is absent. */
export interface TagExplanation {
  /** The tag. */
  tag: string
  /** `semver`, `calendar` and `build` (one number that counts builds) have an order, the others have none. */
  kind: 'semver' | 'calendar' | 'build' | 'floating' | 'unorderable' | 'signature'
  /** What stands before the numbers: `v`, `RELEASE.`, `bookworm-`. */
  prefix?: string
  /** The numbers of the version; strings, because they may be of any length. */
  numbers: string[]
  /** `rc1`, `beta.2`, `nightly`. */
  prerelease?: string
  /** The words that tell variants apart, joined with `-`: `fpm-alpine`. */
  variant?: string
  /** An operating system's release, which updates may follow: `alpine 3.20`. */
  osRelease?: string
  /** What the image is built on, which no update moves: `php 8.2`. */
  runtime?: string
  /** Counters of builds and second versions: `ls386`. */
  build?: string
  /** A commit's hash. */
  commit?: string
  /** The processor that the tag is for: `arm64v8`. */
  architecture?: string
  /** Whether the version is a date or begins with a year. */
  calendar: boolean
  /** All of it in words. */
  description: string
}

/** A release of a source repository. */
export interface Release {
  /** Its tag in the source repository. */
  tag: string
  /** When it was published, as its host writes it (RFC 3339); absent for a draft. */
  publishedAt?: string
  /** Whether its host marks it as not final. */
  prerelease: boolean
  /** Whether it is not published yet. */
  draft: boolean
  /** Its title, or its tag. */
  name: string
  /** The page with its notes. */
  url: string
  /** Its notes as they were written, mostly Markdown; at most 65,536 characters. */
  notes: string
}
