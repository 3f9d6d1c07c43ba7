/* Written by `npm run build` from the doc comments in src/binding. Edit those. */

/** Where log lines go. Any of the methods may be missing; what it would have been told is then dropped. */
export interface Logger {
  debug?(message: string): void
  info?(message: string): void
  warn?(message: string): void
  error?(message: string): void
}

/** Settings of a service. All may be left out; `undefined` is the same as left out. */
export interface ServiceOptions {
  /** Receives log lines, in order. Default: none, and nothing is printed. */
  logger?: Logger
  /** `User-Agent` of every request. Default: `ProjectNomad`. */
  userAgent?: string
  /** Milliseconds for a whole attempt, from connecting to the last byte of the answer; at least 1. Default: 15,000. */
  timeoutMs?: number
  /** Milliseconds for a connection, TLS included; at least 1. Default: 5,000. */
  connectTimeoutMs?: number
  /** Attempts after the first one when a server answers 429, 0 to 100. GitHub is asked again once at most. Default: 3. */
  maxRetries?: number
  /**
   * Milliseconds of the longest single wait before a retry. A server that asks for a longer one is not asked again: its
   * 429 is the answer. Default: 30,000.
   */
  maxRetryDelayMs?: number
  /**
   * Requests to one host at once, 1 to 1,000, for the whole process. Fewer after a 429, until the host has recovered.
   * Default: 16.
   */
  concurrency?: number
  /**
   * Milliseconds for which a tag is taken to point to the same digest; after that it is asked for by HEAD, which is no pull.
   * Tag lists are asked for on every call. Default: 60,000.
   */
  tagTtlMs?: number
  /**
   * Ask Docker Hub's own API which platforms tags have, which spares pulls; what it does not tell is asked of the manifests.
   * Used for anonymous callers only, and for a Docker Hub that is reached elsewhere only with a `url`. Default: `true`.
   */
  hubApi?: boolean | { url: string }
  /**
   * Who shares what is learnt: `instance` is this service alone; `process` is all services of the process whose options are
   * equal, credentials included. Connections and the pace of each host are always shared. Default: `instance`.
   */
  scope?: 'instance' | 'process'
  /** Where what is learnt is kept beside memory; never tokens or passwords. Default: nowhere. */
  cache?: CacheOptions
  /** Pages of one tag list, at least 1; a longer list is `TOO_LARGE`. Default: 10,000. */
  maxTagPages?: number
  /** Tags of one tag list, at least 1; a longer list is `TOO_LARGE`. Default: 2,000,000. */
  maxTags?: number
  /**
   * URL of an HTTP proxy for all requests, say `http://user:password@proxy.lan:3128`. Default: what `HTTPS_PROXY`,
   * `HTTP_PROXY` and `NO_PROXY` say.
   */
  proxy?: string
  /** Certificate authorities, as PEM text, that are trusted beside the system's. Default: none. */
  ca?: string
  /**
   * Follow realms, redirects and next pages to private, loopback and link-local addresses. Default: `false`: a server may
   * lead to private and loopback addresses only if it was itself reached at one, and never to link-local ones.
   */
  allowPrivateAddresses?: boolean
  /**
   * Registries that are reached in a special way, by host, say `ghcr.io` or `nas.lan:5000`. `docker.io`,
   * `index.docker.io` and `registry-1.docker.io` are one key. Default: none.
   */
  registries?: Record<string, RegistryOptions>
  /**
   * Take credentials from Docker's `config.json`, with its credential helpers: `true` for `$DOCKER_CONFIG` or `~/.docker`,
   * or the path of the file or its folder. Credentials in `registries` come first. Default: `false`.
   */
  dockerConfig?: boolean | string
  /** GitHub's API. */
  github?: GithubOptions
  /**
   * What kind of host serves release pages, by host or `host:port`, for hosts of one's own. Default: `github.com`,
   * `codeberg.org`, `gitea.com`, the host of `github.apiUrl` if it is an Enterprise server, and every host with `gitlab` in
   * its name.
   */
  releaseHosts?: Record<string, ReleaseHostKind>
}

/** What kind of host serves release pages; Forgejo counts as `gitea`. */
export type ReleaseHostKind = 'github' | 'gitlab' | 'gitea'

/** Where what is learnt is kept beside memory. */
export interface CacheOptions {
  /** A folder, which any number of processes may share. Default: none. */
  directory?: string
  /** Bytes that the folder may hold, at least 1. Default: 64 MiB. */
  maxBytes?: number
  /** URL of a Redis or Valkey server, `redis://…` or `rediss://…`, which any number of machines may share. Default: none. */
  redis?: string
  /** What keys in Redis start with. Default: `container-registry-service:`. */
  prefix?: string
}

/** How one registry is reached. */
export interface RegistryOptions {
  /**
   * Where the registry really is, as an http or https URL, say `http://127.0.0.1:5000`; the server there is asked for its
   * own challenge. Default: `https://<host>`.
   */
  url?: string
  /** Allow plain http, and https with any certificate. Default: `false`; loopback registries are always treated so. */
  insecure?: boolean
  /** User name, with `password`. Goes to the registry, or to its token service if that is its own. Default: none. */
  username?: string
  /** Password, or an access token that stands for one, with `username`. */
  password?: string
  /** Token that is sent to the registry as it is, as Bearer. Default: none. */
  token?: string
  /** Refresh token, exchanged at the registry's token service (OAuth2). Default: none. */
  identityToken?: string
  /**
   * URLs of mirrors, asked in order before the registry itself; one that fails or lacks the repository is passed over.
   * Credentials for a mirror stand under the mirror's own host, and so does its `insecure`. Default: none.
   */
  mirrors?: string[]
  /** Certificate authorities of this registry, as PEM text, trusted beside the system's. Default: none. */
  ca?: string
}

/** Where GitHub's API is, and who asks. */
export interface GithubOptions {
  /**
   * URL of the API, https or on this machine; `https://<host>/api/v3` is an Enterprise server's, and concerns that server
   * only. Default: `https://api.github.com`.
   */
  apiUrl?: string
  /** Token, sent as Bearer to that API. Anonymous callers have 60 requests an hour, with a token 5,000. Default: none. */
  token?: string
}

/** Options of a single call. */
export interface CallOptions {
  /** Gives the call up: the request in flight is dropped, and the promise rejects with the code `ABORTED`. */
  signal?: AbortSignal
}

/** An image of a batch. */
export interface CheckRequest {
  /** The image, as in `getAvailableUpdates`. */
  image: string
  /** Architecture of the machine that is to run it. Default: `arch` of the batch. */
  arch?: string
  /** The source repository to go by where the image names none. */
  fallbackSourceRepo?: string | null
}

/** Options of a batch. */
export interface CheckOptions extends CallOptions {
  /** Architecture for images that name none of their own. Default: this machine's. */
  arch?: string
  /** Told when an image's check begins and when it ends; never after the promise has settled. */
  onProgress?(progress: CheckProgress): void
}

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

/** What a `ContainerRegistryService` throws and rejects with: an `Error` of its caller's realm with these fields. */
export interface ContainerRegistryError extends Error {
  name: 'ContainerRegistryError'
  /** What went wrong, in one word. */
  code: ErrorCode
  /** HTTP status that was the final answer; absent if there was none. */
  status?: number
  /** Host that was asked, with its port unless it is the usual one; absent if none was. */
  host?: string
  /** The server's own words, at most 200 characters; absent if it had none. */
  detail?: string
  /** What lies behind: a transport failure, or the `reason` of the signal that aborted the call. */
  cause?: unknown
}

/**
 * What `node ace configure container-registry-service` calls in an AdonisJS app: writes `config/container_registry.ts`, the
 * environment variables with their validation, and the provider into `adonisrc.ts`.
 */
export declare function configure(command: object): Promise<void>

/** What `optionsFromDockerInfo` reads of `docker info`: the answer of `GET /info` of the Engine API, which has more. */
export interface DockerInfo {
  /** Architecture of the daemon's machine, say `x86_64` or `aarch64`. */
  Architecture: string
  /** Settings of the daemon that concern registries. */
  RegistryConfig?: {
    /** Mirrors of Docker Hub. */
    Mirrors?: string[] | null
    /** What is set of single registries, by host. */
    IndexConfigs?: Record<string, { Secure?: boolean; Mirrors?: string[] | null }> | null
    /** Ranges of addresses whose registries may be spoken to by plain http. */
    InsecureRegistryCIDRs?: string[] | null
  } | null
}

/**
 * Says by the settings of a Docker daemon how its registries are reached and for which architecture images are wanted:
 * `arch` in OCI's words (`amd64`, `arm64`, `arm/v7`), as `hostArch` takes it, and `options` for the constructor.
 *
 * Mirrors are Docker Hub's; one that is written as plain http makes its own host insecure, not Docker Hub. Registries of
 * `images` whose host is an address in one of the daemon's insecure ranges are insecure; those that have a name are
 * left as they are, since nobody is asked for their addresses.
 *
 * @throws a `TypeError` for what has no `Architecture`.
 */
export declare function optionsFromDockerInfo(
  info: DockerInfo,
  images?: string[],
): { arch: string; options: { registries: Record<string, RegistryOptions> } }

/**
 * Answers which newer versions of container images can be run, and where their release notes are.
 *
 * Tokens, source URLs and prefixes are remembered by the instance; connections are shared within the process. Errors are
 * `ContainerRegistryError`s: synchronous methods throw them, asynchronous ones reject with them, for a wrong argument
 * too (`INVALID_ARGUMENT`). Every asynchronous method rejects with `ABORTED` when its `signal` aborts.
 */
export declare class ContainerRegistryService {
  /**
   * Makes a service. All options may be left out.
   *
   * @throws `INVALID_ARGUMENT` for an unknown key or a value of the wrong type; the message names the key.
   */
  constructor(options?: ServiceOptions)
  /**
   * Reads an image reference such as `nginx:1.27` or `ghcr.io/kiwix/kiwix-serve@sha256:…`.
   *
   * @throws `INVALID_REFERENCE` for a text that is no image reference.
   */
  parseImageReference(image: string): ParsedImageReference
  /**
   * Lists all tags of an image's repository, in the registry's order.
   *
   * Rejects with what kept the list from being complete: `Failed to list tags for <fullName>: <status>`, or
   * `Failed to get auth token from <registry>: <status>`.
   */
  listTags(parsed: ParsedImageReference, options?: CallOptions): Promise<string[]>
  /**
   * Tells whether a tag runs on an architecture.
   *
   * `hostArch` is an OCI architecture (`amd64`, `arm64`, `arm/v7`) or another name of it (`x86_64`, `aarch64`,
   * `armv7l`). Does not reject when the registry fails: the answer is then `true`, with a warning unless the registry
   * answered with an error status.
   */
  checkArchSupport(parsed: ParsedImageReference, tag: string, hostArch: string, options?: CallOptions): Promise<boolean>
  /**
   * Tells how many bytes pulling a tag downloads if no layer is there yet: the compressed layers of the manifest for
   * `hostArch`, or of the first image where an index has none for it.
   *
   * Does not reject when the registry fails: the answer is then `null`, with a warning.
   */
  getImageDownloadSize(parsed: ParsedImageReference, tag: string, hostArch: string, options?: CallOptions): Promise<number | null>
  /**
   * Tells the digest that a tag points to now, as `sha256:…`: of the index, if there is one. Asked by HEAD, which is no
   * pull. `tag` may be left out; the reference's own digest or tag then stands in.
   *
   * Rejects with `Failed to get digest of <fullName>:<tag>: <status>`, or with why there was no answer.
   */
  getDigest(parsed: ParsedImageReference, tag?: string | null, options?: CallOptions): Promise<string>
  /**
   * Lists the platforms that an image is built for, in the order of its index; attestations are left aside. `tag` may be
   * left out; the reference's own digest or tag then stands in.
   *
   * Rejects with `Failed to get platforms of <fullName>:<tag>: <status>`, or with why there was no answer.
   */
  getPlatforms(parsed: ParsedImageReference, tag?: string | null, options?: CallOptions): Promise<ImagePlatform[]>
  /**
   * Finds the source repository of an image: from the annotation `org.opencontainers.image.source` of its index or
   * manifest, else from the label of that name, else from the label `org.label-schema.vcs-url`.
   *
   * Remembered per repository, not per tag, once the answer is final. Does not reject when the registry fails: the
   * answer is then `null`, with a warning unless the registry answered with an error status.
   */
  getSourceUrl(parsed: ParsedImageReference, options?: CallOptions): Promise<string | null>
  /**
   * Finds out what a repository's release tags start with: `v` or nothing. Asks GitHub for the release of `sampleTag`,
   * first with a `v`, then without; other hosts have the empty prefix.
   *
   * Remembered per source URL once the answer is final. Does not reject when GitHub fails: the answer is then `''`.
   */
  detectReleaseTagPrefix(sourceUrl: string, sampleTag: string, options?: CallOptions): Promise<string>
  /**
   * Builds the address of the page with a tag's release notes: `/releases/tag/<tag>` on GitHub, Codeberg, Gitea and
   * Forgejo, `/-/releases/<tag>` on GitLab; `undefined` for hosts that are none of these (see `releaseHosts`). The tag's own `v` gives way to `releaseTagPrefix`, which is `''` if left out.
   */
  buildReleaseUrl(sourceUrl: string, tag: string, releaseTagPrefix?: string): string | undefined
  /**
   * Filters and sorts tags: plain versions `x.y` and `x.y.z`, with or without a `v`, of the given major version and newer
   * than `currentTag`, newest first.
   */
  filterCompatibleUpdates(tags: string[], currentTag: string, majorVersion: number): string[]
  /**
   * Finds newer versions of an image that run on an architecture, newest first, with their release pages.
   *
   * `fallbackSourceRepo` is the source repository to go by where the image names none. The architecture of the first
   * ten candidates is checked. An image with the tag `latest` has no versions to compare: `[]`, with a warning.
   *
   * Rejects with `INVALID_REFERENCE`, or with what kept the tag list from being complete.
   */
  getAvailableUpdates(containerImage: string, hostArch: string, fallbackSourceRepo?: string | null, options?: CallOptions): Promise<AvailableUpdate[]>
  /**
   * Checks many images at once, as [`getAvailableUpdates`](#getAvailableUpdates) checks one: one result for each, in their
   * order. What is named twice is checked once, and a failure is one image's alone. No host is asked for more than
   * `concurrency` things at once, and tokens are asked for in batches where that is known to work.
   *
   * `onProgress` is told when an image's check begins and when it ends. Rejects with `INVALID_ARGUMENT`, and with
   * `ABORTED` when the signal aborts; never because of an image.
   */
  checkImages(images: (string | CheckRequest)[], options?: CheckOptions): Promise<ImageCheck[]>
  /**
   * Tells what this service has asked and remembered since it was made; in scope `process`, what all those have that it
   * shares with.
   */
  stats(): ServiceStats
  /** Forgets everything that was learnt: tokens, and all in the cache, in its folder and in Redis too. */
  clearCache(): Promise<void>
  /**
   * Ends the service: what is in flight rejects with `ABORTED`, and so does whatever is asked later. Resolves when what was
   * learnt is written.
   */
  close(): Promise<void>
}

/** A newer version of an image. */
export interface AvailableUpdate {
  /** Tag of the newer version. */
  tag: string
  /** Whether it is the newest one that was found to run on the asked architecture. */
  isLatest: boolean
  /** Page with the release notes; absent where none is known. */
  releaseUrl?: string
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

/** What came of one image of a batch: `updates` or `error`. */
export interface ImageCheck {
  /** The image, as it was asked for. */
  image: string
  /** Newer versions, newest first; absent if the check failed. */
  updates?: Array<AvailableUpdate>
  /** Why the check failed; absent if it did not. */
  error?: ContainerRegistryError
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
