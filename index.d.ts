/* Written by `npm run build` from src/binding/declarations and the doc comments in src/binding. Edit those. */

/**
 * Where log lines go. Any of the methods may be missing; what it would have been told is then dropped. A logger with pino's
 * interface (`bindings()` and `child()`), such as those of AdonisJS and Fastify, is given the object
 * `{ module: 'container-registry-service' }` ahead of the message.
 */
export interface Logger {
  /** Told what is of use to whoever looks for a fault. */
  debug?(message: string): void
  /** Told what happens as it should. */
  info?(message: string): void
  /** Told what kept an answer from being complete. */
  warn?(message: string): void
  /** Told what should not happen. */
  error?(message: string): void
}

/** Where Docker Hub's API is. */
export interface HubApiOptions {
  /** Its address, say `https://hub.example.org`. */
  url: string
}

/** Settings of a service. All may be left out; `undefined` is the same as left out. */
export interface ServiceOptions {
  /** Receives log lines, in order. Default: none, and nothing is printed. */
  logger?: Logger
  /** `User-Agent` of every request. Default: the package's name and version, `container-registry-service/x.y.z`. */
  userAgent?: string
  /** Milliseconds for a whole attempt, from connecting to the last byte of the answer; at least 1. Default: 15,000. */
  timeoutMs?: number
  /** Milliseconds for a connection, TLS included; at least 1. Default: 5,000. */
  connectTimeoutMs?: number
  /**
   * Milliseconds for a call as a whole, with all its requests, waits and retries; in a batch, for each image. At least 1.
   * Default: 300,000, and the waits that `maxRetries` and `maxRetryDelayMs` allow.
   */
  deadlineMs?: number
  /** Milliseconds within which `clearCache` and `close` end, whatever a folder or a Redis server does; at least 1. Default: 3,000. */
  closeTimeoutMs?: number
  /**
   * Attempts after the first one, 0 to 100: after a 429, and within `maxFaultRetries` after a fault. GitHub is asked again
   * once at most. Default: 3.
   */
  maxRetries?: number
  /**
   * Attempts after the first one when a connection breaks, an answer does not come in time, or it is 502, 503 or 504; 0 to
   * 100. Each waits for twice as long as the one before, from 250 ms on and with some chance in it; all callers
   * in the process share a budget for each host. What has taken more than 4 s is tried again only at a host that has
   * answered lately. Default: 2.
   */
  maxFaultRetries?: number
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
  hubApi?: boolean | HubApiOptions
  /**
   * Who shares what is learnt: `instance` is this service alone; `process` is all services of the process whose options are
   * equal, credentials included. Connections and the pace of each host are always shared. Default: `instance`.
   */
  scope?: 'instance' | 'process'
  /** Where what is learnt is kept beside memory; never tokens or passwords. Default: nowhere. */
  cache?: CacheOptions
  /**
   * Answer a check that fails for now (an error that is `transient`, or `BAD_RESPONSE`) with what the last one of the same image, architecture,
   * policy and account found, marked with `stale: true` and the `checkedAt` of that time. It is kept for 90 days where
   * `cache` says, in memory at least. Other errors stay what they are, and so does a failure after which
   * `getAvailableUpdates` would answer `[]`. Default: `false`.
   */
  staleIfError?: boolean
  /** Pages of one tag list, at least 1; a longer list is `TOO_LARGE`. Default: 10,000. */
  maxTagPages?: number
  /** Tags of one tag list, at least 1; a longer list is `TOO_LARGE`. Default: 2,000,000. */
  maxTags?: number
  /** Bounds of single answers, and of the queue for a host. */
  limits?: Limits
  /**
   * URL of a proxy for all requests: HTTP, say `http://user:password@proxy.lan:3128`, or SOCKS, `socks5://` where names are
   * looked up here and `socks5h://` where the proxy does. Default: what `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and
   * `NO_PROXY` say; this machine itself is never asked through a proxy of the environment.
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
   * `index.docker.io` and `registry-1.docker.io` are one key. A key may also have the beginning of a repository's path, say
   * `ghcr.io/team`; of several the longest counts, and shorter ones say what it leaves open. Default: none.
   */
  registries?: Record<string, RegistryOptions>
  /**
   * Proxy caches, and what they are caches of: `{'harbor.example/dockerhub-proxy/': 'docker.io/'}`. An image that is named by
   * the cache is looked for where it comes from; what is found keeps the written name. Default: none.
   */
  aliases?: Record<string, string>
  /**
   * Gives the credentials for a repository, for services whose passwords expire and for vaults: asked when a registry wants
   * some, and again after it has refused them. `null` stands for none. What stands in `registries` comes first, `dockerConfig`
   * last. Default: none.
   */
  credentials?: (host: string, repository: string) => GivenCredential | null | Promise<GivenCredential | null>
  /**
   * Take credentials from the files of Docker and Podman, with their credential helpers: `true` for `$DOCKER_AUTH_CONFIG` (the
   * text itself), `$REGISTRY_AUTH_FILE`, `$XDG_RUNTIME_DIR/containers/auth.json` and `config.json` in `$DOCKER_CONFIG` or
   * `~/.docker`, in this order; or the path of one file or its folder. A file that is written anew is read anew. Credentials in
   * `registries` and those of `credentials` come first. Certificates are taken from Docker's `certs.d/<host>/` likewise: all
   * `*.crt` as authorities, `client.cert` and `client.key` to be shown. Default: `false`.
   */
  dockerConfig?: boolean | string
  /** How long versions live. `false` leaves it out of reports; policies that ask for it go by it all the same. */
  lifecycle?: false | LifecycleOptions
  /** GitHub's API. */
  github?: GithubOptions
  /**
   * What kind of host serves release pages, by host or `host:port`, for hosts of one's own. Default: `github.com`,
   * `codeberg.org`, `gitea.com`, the host of `github.apiUrl` if it is an Enterprise server, and every host with `gitlab` in
   * its name.
   */
  releaseHosts?: Record<string, ReleaseHostKind>
  /**
   * Which versions are updates, where a call says nothing else: for `checkImage`, `checkImages` and `watchImages`, and for
   * `getAvailableUpdates`, whose own default is `original`. Default: `{}`, the defaults of `UpdatePolicy`.
   */
  policy?: 'original' | UpdatePolicy
}

/** Credentials for a registry: one of `username` with `password`, `token`, and `identityToken`. */
export interface GivenCredential {
  /** User name, with `password`. */
  username?: string
  /** Password, or an access token that stands for one, with `username`. */
  password?: string
  /** Token that is sent to the registry as it is, as Bearer. */
  token?: string
  /** Refresh token, exchanged at the registry's token service (OAuth2). */
  identityToken?: string
}

/** What kind of host serves release pages; Forgejo counts as `gitea`. */
export type ReleaseHostKind = 'github' | 'gitlab' | 'gitea'

/** By which facts reports tell how long versions live. */
export interface LifecycleOptions {
  /**
   * Ask for current facts: `true` asks the API of endoflife.date for its list of all products, a URL another server for the
   * same list. One request, bounded by `limits.supportBytes`, kept where `cache` says, and then made with its `ETag`. Where it
   * fails, the newest facts at hand serve, with their date, and a log line says so. Default: `false`, and the facts that the
   * package carries serve.
   */
  refresh?: boolean | string
  /** Hours after which the facts are asked for again, 1 to 10,000. Default: 24. */
  everyHours?: number
  /** Which products images of one's own hold, by their names at endoflife.date: `{ 'registry.example/pg': 'postgresql' }`. */
  images?: Record<string, string>
}

/**
 * Bounds of what is taken in; what exceeds one is `TOO_LARGE`, and the message names the bound. Bytes are counted after
 * decompression. Whole numbers, at least 1 where nothing else is said.
 */
export interface Limits {
  /** Bytes of a token service's answer. Default: 64 KiB. */
  tokenBytes?: number
  /** Bytes that are read of an answer with an error status, at least 0; the rest is left. Default: 64 KiB. */
  errorBytes?: number
  /** Bytes of a manifest or an index. Default: 4 MiB, which every registry takes. */
  manifestBytes?: number
  /** Bytes of an image config. Default: 8 MiB. */
  configBytes?: number
  /** Bytes of one page of tags. Default: 32 MiB. */
  tagPageBytes?: number
  /** Bytes of all tags of one list, whatever the number of its pages. Default: 32 MiB. */
  tagListBytes?: number
  /** Bytes of the releases of a source repository, one or as many as are listed. Default: 8 MiB. */
  releaseBytes?: number
  /** Bytes of an answer of Docker Hub's own API; beyond them the manifests are asked. Default: 4 MiB. */
  hubBytes?: number
  /** Bytes of the list of support data, where one is asked for. Default: 32 MiB. */
  supportBytes?: number
  /** Entries of an index, those of indexes within it included. Default: 10,000. */
  indexEntries?: number
  /** Bytes of all header fields of an answer; a hundred fields and some 400 KB are the most in any case. Default: 64 KiB. */
  headerBytes?: number
  /** Redirects that one request follows, at least 0. Default: 5. */
  redirects?: number
  /** Requests that wait for their turn with one host, at least 0, for the whole process. Default: 20,000. */
  waiting?: number
  /** Tags of a track about which one check asks its registry, at least 1. Default: 32. */
  candidates?: number
}

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
  /**
   * What entries in the folder and in Redis are signed with (HMAC with SHA-256); all who share them need the same. With it, files
   * of other users are read, too. Default: none; then a file is read when its owner is this process' user, root or the
   * folder's owner, and not everybody may write to it.
   */
  secret?: string
}

/** How one registry is reached. */
export interface RegistryOptions {
  /**
   * Where the registry really is, as an http or https URL, say `http://127.0.0.1:5000`; the server there is asked for its
   * own challenge. Default: `https://<host>`.
   */
  url?: string
  /**
   * What stands before the names of repositories on the server, say `dockerhub-proxy`, where `url` does not have it behind
   * `/v2/`. Default: nothing.
   */
  repositoryPrefix?: string
  /** How many tags are asked for at once, from 1 to 100,000. Default: 1000, or fewer where that is refused. */
  pageSize?: number
  /**
   * URL of the token service that may have the credentials though its name does not show that it is the registry's. Default:
   * services on the registry's own domain, and those that are known.
   */
  tokenService?: string
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
  /**
   * Certificate that this registry is shown, with those that lead to its authority behind it, and its private key, both as
   * PEM text. It goes to no other host. Default: none.
   */
  clientCertificate?: {
    /** The certificate, with those of authorities between, as PEM text. */
    cert: string
    /** Its key, as PEM text. */
    key: string
  }
  /**
   * URL of the proxy for this registry and its token service, or `false` for none. Default: what the option `proxy` of the
   * service says, else the environment.
   */
  proxy?: string | false
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

/**
 * How far an update may go: within the same `x.y`, within the same `x`, or anywhere; or within the running support cycle
 * (`cycle`), as for a database a second number may be a migration: PostgreSQL 16, MariaDB 10.11, Python 3.12. Once the cycle
 * has ended, the nearest supported one is offered, too. Where nobody knows the product's cycles, it is `minor`.
 */
export type UpdateTrack = 'patch' | 'minor' | 'major' | 'cycle'

/** Which versions are updates. `{}` is the defaults. */
export interface UpdatePolicy {
  /** How far an update may go; a new year of a calendar version is not a new major. Default: `minor`. */
  track?: UpdateTrack
  /** Offer prereleases (`rc`, `beta`, …) too. If `false`, only to those who run a prerelease of that version. Default: `false`. */
  prereleases?: boolean
  /** Whether an update may leave the running variant (`-alpine`, `-rocm`). Default: `same`. */
  variant?: 'same' | 'any'
  /** Whether the release of the operating system in a variant may move up: `alpine3.20` to `alpine3.24`. Default: `follow`. */
  osRelease?: 'follow' | 'pin'
  /**
   * What happens where no newer version has the running runtime or code name (`php7.3`, `buster`): the report says so in `ended`
   * (`pin`), or its successor is an update on the track `major` as well (`follow`). Default: `pin`.
   */
  runtime?: 'pin' | 'follow'
  /** Regular expressions (Rust's `regex`, linear time), of which a tag must match one. Default: every tag. */
  include?: string | readonly string[]
  /** Regular expressions, of which a tag must match none. Default: none. */
  exclude?: string | readonly string[]
  /** Hours that must have passed since a tag was made; the newest tag past that age is offered. Default: 0. */
  minAgeHours?: number
  /** What to do with a tag of unknown age, where an age is asked for. Default: `offer`. */
  unknownAge?: 'offer' | 'hold'
  /**
   * Whoever runs a long-term release is offered long-term releases (`follow`); `only` offers nothing else to anybody, `any`
   * everything. Others are rejected with the reason `lts`; `latest` names them. A version of the running cycle is always
   * offered, and what has no long-term release to go to is held back by none. Default: `follow`, for the products that live
   * by them (Ubuntu, Node.js, the JDKs, MySQL, MariaDB, HAProxy, .NET, Zabbix); said, for all whose support data name
   * long-term releases.
   */
  lts?: 'follow' | 'only' | 'any'
  /**
   * Whether versions whose support has ended are offered: not at all (`only`), where nothing else is (`prefer`), or as all
   * others (`any`). They are rejected with the reason `unsupported`. Default: `any`.
   */
  supported?: 'prefer' | 'only' | 'any'
  /** The time at which ages and support are reckoned, as a `Date` or in milliseconds since 1970. Default: now. */
  now?: Date | number
}

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
  /** The native part of the package is not there for this platform, or does not load; the message says what was looked for. */
  | 'NO_BINARY'

/** What a `ContainerRegistryService` throws and rejects with: an `Error` of its caller's realm with these fields. */
export interface ContainerRegistryError extends Error {
  /** By which these errors are told apart from others. */
  name: 'ContainerRegistryError'
  /** What went wrong, in one word. */
  code: ErrorCode
  /**
   * Whether the same call may succeed later though nobody changes anything: a timeout, a failure of the network or the
   * server, a 429, or something in between that answers in the server's place, as a captive portal does.
   */
  transient: boolean
  /** HTTP status that was the final answer; absent if there was none. */
  status?: number
  /** Host that was asked, with its port unless it is the usual one; absent if none was. */
  host?: string
  /** The server's own words, at most 200 characters; absent if it had none. */
  detail?: string
  /**
   * What lies behind: a transport failure, whose `code` is Node's own name for it where there is one, such as `ECONNREFUSED`,
   * `ENOTFOUND` or `CERT_HAS_EXPIRED`; or the `reason` of the signal that aborted the call.
   */
  cause?: unknown
  /** The fields above and the message, without `cause`: what `JSON.stringify` makes of it. */
  toJSON(): Omit<ContainerRegistryError, 'cause' | 'stack' | 'toJSON'>
}

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

/** What a Docker daemon's settings say of a registry. */
export interface DockerIndexConfig {
  /** Whether it is spoken to by https alone, with its certificate checked. */
  Secure?: boolean
  /** Its mirrors, as URLs. */
  Mirrors?: string[] | null
}

/** What `optionsFromDockerInfo` reads of `docker info`: the answer of `GET /info` of the Engine API, which has more. */
export interface DockerInfo {
  /** Architecture of the daemon's machine, say `x86_64` or `aarch64`. */
  Architecture: string
  /** Settings of the daemon that concern registries. */
  RegistryConfig?: {
    /** Mirrors of Docker Hub. */
    Mirrors?: string[] | null
    /** What is set of single registries, by host. */
    IndexConfigs?: Record<string, DockerIndexConfig> | null
    /** Ranges of addresses whose registries may be spoken to by plain http. */
    InsecureRegistryCIDRs?: string[] | null
  } | null
}

/** What a Docker daemon's settings mean for a service. */
export interface DockerSettings {
  /** Architecture in OCI's words (`amd64`, `arm64`, `arm/v7`), as `hostArch` takes it. */
  arch: string
  /** For the constructor: how the daemon's registries are reached. */
  options: Required<Pick<ServiceOptions, 'registries'>>
}

/**
 * Says by the settings of a Docker daemon how its registries are reached and for which architecture images are wanted.
 *
 * Mirrors are Docker Hub's; one that is written as plain http makes its own host insecure, not Docker Hub. Registries of
 * `images` whose host is an address in one of the daemon's insecure ranges are insecure; those that have a name are
 * left as they are, since nobody is asked for their addresses.
 *
 * @throws `INVALID_ARGUMENT` for what is no answer of that endpoint; the message names the field.
 */
export declare function optionsFromDockerInfo(
  info: DockerInfo,
  images?: string[],
): DockerSettings

/**
 * What `node ace configure container-registry-service` calls in an AdonisJS app: writes `config/container_registry.ts`, the
 * environment variables with their validation, and the provider into `adonisrc.ts`.
 */
export declare function configure(command: object): Promise<void>

/**
 * Whether the native part of the package can be loaded here. Without it the package is imported, its class extended and made all
 * the same; a call then fails with `NO_BINARY`.
 *
 * @example
 * if (!hasBinary()) logger.warn('Images are not checked: the binary of container-registry-service is missing')
 */
export declare function hasBinary(): boolean

export interface ContainerRegistryService {
  /**
   * Closes the service, as `close` does, where it goes out of scope.
   *
   * @example
   * await using service = new ContainerRegistryService()
   */
  [Symbol.asyncDispose](): Promise<void>

  /**
   * Checks many images at once, as `checkImages` does, and gives each report as soon as it is ready. Leaving the loop drops
   * what is in flight.
   *
   * Throws `INVALID_ARGUMENT`, and `ABORTED` when the signal aborts; never because of an image.
   */
  watchImages(
    images: (string | CheckRequest)[],
    options?: WatchOptions,
  ): AsyncGenerator<ImageReport, void, undefined>
}

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
   * @param options settings, of which each may be left out
   * @throws `INVALID_ARGUMENT` for an unknown key or a value of the wrong type; the message names the key.
   * @example
   * const service = new ContainerRegistryService({ logger: console, cache: { directory: '/var/cache/app' } })
   */
  constructor(options?: ServiceOptions)
  /**
   * Reads an image reference such as `nginx:1.27` or `ghcr.io/kiwix/kiwix-serve@sha256:…`.
   *
   * @param image the reference, as it stands in a Compose file
   * @example
   * service.parseImageReference('ghcr.io/kiwix/kiwix-serve:3.7.0').fullName // 'kiwix/kiwix-serve'
   * @throws `INVALID_REFERENCE` for a text that is no image reference.
   */
  parseImageReference(image: string): ParsedImageReference
  /**
   * Lists all tags of an image's repository, in the registry's order.
   *
   * Rejects with what kept the list from being complete: `Failed to list tags for <fullName>: <status>`, or
   * `Failed to get auth token from <registry>: <status>`.
   *
   * @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
   * @param options `signal`, which ends the call
   * @example
   * await service.listTags('ghcr.io/kiwix/kiwix-serve') // ['3.7.0', '3.8.0', …]
   */
  listTags(parsed: ParsedImageReference | string, options?: CallOptions): Promise<string[]>
  /**
   * Tells whether a tag runs on an architecture.
   *
   * `hostArch` is an OCI architecture (`amd64`, `arm64`, `arm/v7`) or another name of it (`x86_64`, `aarch64`,
   * `armv7l`). Does not reject when the registry fails: the answer is then `true`, with a warning unless the registry
   * answered with an error status.
   *
   * @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
   * @param tag the tag or digest that is asked about
   * @param hostArch the architecture: `amd64`, `arm64`, `arm/v7` or another name of it
   * @param options `signal`, which ends the call
   * @example
   * await service.checkArchSupport('ghcr.io/kiwix/kiwix-serve', '3.8.1', 'arm64') // true
   */
  checkArchSupport(parsed: ParsedImageReference | string, tag: string, hostArch: string, options?: CallOptions): Promise<boolean>
  /**
   * Tells how many bytes pulling a tag downloads if no layer is there yet: the compressed layers of the manifest for
   * `hostArch`, or of the first image where an index has none for it.
   *
   * Does not reject when the registry fails: the answer is then `null`, with a warning.
   *
   * @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
   * @param tag the tag or digest that is asked about
   * @param hostArch the architecture: `amd64`, `arm64`, `arm/v7` or another name of it
   * @param options `signal`, which ends the call
   * @example
   * await service.getImageDownloadSize('ghcr.io/kiwix/kiwix-serve', '3.8.1', 'arm64') // 20000000
   */
  getImageDownloadSize(parsed: ParsedImageReference | string, tag: string, hostArch: string, options?: CallOptions): Promise<number | null>
  /**
   * Tells the digest that a tag points to now, as `sha256:…`: of the index, if there is one. Asked by HEAD, which is no
   * pull. `tag` may be left out; the reference's own digest or tag then stands in.
   *
   * Rejects with `Failed to get digest of <fullName>:<tag>: <status>`, or with why there was no answer.
   *
   * @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
   * @param tag the tag or digest that is asked about; where it is left out, the image's own
   * @param options `signal`, which ends the call
   * @example
   * await service.getDigest('ghcr.io/kiwix/kiwix-serve:3.7.0') // 'sha256:…'
   */
  getDigest(parsed: ParsedImageReference | string, tag?: string | null, options?: CallOptions): Promise<string>
  /**
   * Lists the platforms that an image is built for, in the order of its index; attestations are left aside. `tag` may be
   * left out; the reference's own digest or tag then stands in.
   *
   * Rejects with `Failed to get platforms of <fullName>:<tag>: <status>`, or with why there was no answer.
   *
   * @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
   * @param tag the tag or digest that is asked about; where it is left out, the image's own
   * @param options `signal`, which ends the call
   * @example
   * const platforms = await service.getPlatforms('ghcr.io/kiwix/kiwix-serve:3.7.0')
   * platforms.map(({ os, architecture }) => `${os}/${architecture}`) // ['linux/amd64', 'linux/arm64']
   */
  getPlatforms(parsed: ParsedImageReference | string, tag?: string | null, options?: CallOptions): Promise<ImagePlatform[]>
  /**
   * Finds the source repository of an image: from the annotation `org.opencontainers.image.source` of its index or
   * manifest, else from the label of that name, else from the label `org.label-schema.vcs-url`.
   *
   * Remembered per repository, not per tag, once the answer is final. Does not reject when the registry fails: the
   * answer is then `null`, with a warning unless the registry answered with an error status.
   *
   * @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
   * @param options `signal`, which ends the call
   * @example
   * await service.getSourceUrl('ghcr.io/kiwix/kiwix-serve:3.7.0') // 'https://github.com/kiwix/kiwix-tools'
   */
  getSourceUrl(parsed: ParsedImageReference | string, options?: CallOptions): Promise<string | null>
  /**
   * Finds out what a repository's release tags start with: `v` or nothing. Asks GitHub for the release of `sampleTag`,
   * first with a `v`, then without; other hosts have the empty prefix.
   *
   * Remembered per source URL once the answer is final. Does not reject when GitHub fails: the answer is then `''`.
   *
   * @param sourceUrl the source repository, as `getSourceUrl` gives it
   * @param sampleTag a tag that has a release
   * @param options `signal`, which ends the call
   * @example
   * await service.detectReleaseTagPrefix('https://github.com/kiwix/kiwix-tools', '3.8.1') // ''
   */
  detectReleaseTagPrefix(sourceUrl: string, sampleTag: string, options?: CallOptions): Promise<string>
  /**
   * Builds the address of the page with a tag's release notes: `/releases/tag/<tag>` on GitHub, Codeberg, Gitea and
   * Forgejo, `/-/releases/<tag>` on GitLab; `undefined` for hosts that are none of these (see `releaseHosts`). The tag's own `v` gives way to `releaseTagPrefix`, which is `''` if left out.
   *
   * @param sourceUrl the source repository, as `getSourceUrl` gives it
   * @param tag the tag whose page it is
   * @param releaseTagPrefix what release tags start with, as `detectReleaseTagPrefix` tells
   * @example
   * service.buildReleaseUrl('https://github.com/kiwix/kiwix-tools', '3.8.1', '')
   * // 'https://github.com/kiwix/kiwix-tools/releases/tag/3.8.1'
   */
  buildReleaseUrl(sourceUrl: string, tag: string, releaseTagPrefix?: string): string | undefined
  /**
   * Lists the latest releases of a source repository on GitHub, GitLab, Gitea or Forgejo, the newest first. One request,
   * not repeated within `tagTtlMs`, and after that made with the `ETag` of the last answer. `limit` is 1 to 100, by default
   * 30.
   *
   * Rejects with `INVALID_ARGUMENT` for a URL of a host that is not known to list releases (see `releaseHosts`), and with
   * what kept the list from being complete.
   *
   * @param sourceUrl the source repository, as `getSourceUrl` gives it
   * @param options `limit`, how many; `signal`, which ends the call
   * @example
   * const [newest] = await service.listReleases('https://github.com/kiwix/kiwix-tools', { limit: 5 })
   */
  listReleases(sourceUrl: string, options?: ReleaseOptions): Promise<Release[]>
  /**
   * Filters and sorts tags: plain versions `x.y` and `x.y.z`, with or without a `v`, of the given major version and newer
   * than `currentTag`, newest first.
   *
   * @param tags the tags to choose from
   * @param currentTag the tag that runs
   * @param majorVersion the major version that is looked for
   * @example
   * service.filterCompatibleUpdates(['1.2.0', '1.3.0', '2.0.0'], '1.2.0', 1) // ['1.3.0']
   */
  filterCompatibleUpdates(tags: string[], currentTag: string, majorVersion: number): string[]
  /**
   * Finds newer versions of an image that run on an architecture, newest first, with their release pages.
   *
   * `fallbackSourceRepo` is the source repository to go by where the image names none. The architecture of the first
   * ten candidates is checked; one that could not be looked at counts as one that runs. An image with the tag `latest` has
   * no versions to compare: `[]`, with a warning.
   *
   * With a `policy`, of the call or of the service, it gives the `updates` of `checkImage` by that policy instead.
   *
   * With `staleIfError` the last updates that were found stand in for a failure that may pass, each marked `stale`; no
   * updates at all never do.
   *
   * Rejects with `INVALID_REFERENCE`, or with what kept the tag list from being complete.
   *
   * @param containerImage the image that runs, with its tag
   * @param hostArch the architecture: `amd64`, `arm64`, `arm/v7` or another name of it
   * @param fallbackSourceRepo the source repository of an image that names none
   * @param options `policy`, which versions are updates; `signal`, which ends the call
   * @example
   * const [newest] = await service.getAvailableUpdates('ghcr.io/kiwix/kiwix-serve:3.7.0', 'arm64')
   * newest?.releaseUrl // 'https://github.com/kiwix/kiwix-tools/releases/tag/3.8.1'
   */
  getAvailableUpdates(containerImage: string, hostArch: string, fallbackSourceRepo?: string | null, options?: UpdateOptions): Promise<AvailableUpdate[]>
  /**
   * Checks an image: which newer version can be run, on which track, where its release notes are, and why other tags are
   * not offered. A failure is in the report, with the status `failed`; it never looks like `up-to-date`.
   *
   * Goes by the policy of the call, else by that of the service, else by the defaults of `UpdatePolicy`. Every tag that is
   * named as the newest on its track was found to be there for the platform.
   *
   * Rejects with `INVALID_ARGUMENT`, and with `ABORTED` when the signal aborts.
   *
   * @param image the image that runs, with its tag
   * @param options `arch`, `policy`, `currentDigest` and others; `signal`, which ends the call
   * @example
   * const report = await service.checkImage('redis:7.4.1-alpine', { arch: 'arm64', policy: { track: 'patch' } })
   * if (report.status === 'failed') console.error(report.error.message)
   */
  checkImage(image: string, options?: CheckOptions): Promise<ImageReport>
  /**
   * Checks many images at once: one report for each, in their order. What is asked for twice is checked once, and a
   * failure is one image's alone. No host is asked for more than `concurrency` things at once, and tokens are asked for in
   * batches where that is known to work.
   *
   * `onProgress` is told when an image's check begins and when it ends. Rejects with `INVALID_ARGUMENT`, and with
   * `ABORTED` when the signal aborts; never because of an image.
   *
   * @param images the images, each as text or with options of its own
   * @param options `arch`, `policy` and `onProgress`; `signal`, which ends the call
   * @example
   * const reports = await service.checkImages(['redis:7.4.1', 'nginx:1.27.0'], { arch: 'arm64' })
   */
  checkImages(images: (string | CheckRequest)[], options?: BatchOptions): Promise<ImageReport[]>
  /**
   * Looks at a tag before an image is moved to it: whether it is there for the platform, what would be downloaded, where
   * its release notes are, and what to pull so that a tag that moves changes nothing.
   *
   * That there is no such tag is an answer. Rejects with `INVALID_REFERENCE` for an image or a tag that is none, and with
   * what kept it from being found out.
   *
   * @param image the image that runs
   * @param targetTag the tag that it may be moved to
   * @param options `arch` and `currentDigest`; `signal`, which ends the call
   * @example
   * const { runs, pullReference } = await service.inspectUpdate('redis:7.4.1', '7.4.2', { arch: 'arm64' })
   */
  inspectUpdate(image: string, targetTag: string, options?: InspectOptions): Promise<UpdateInspection>
  /**
   * Tells what this service has asked and remembered since it was made; in scope `process`, what all those have that it
   * shares with.
   *
   * @example
   * service.stats().requests['registry-1.docker.io'] // 12
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

/**
 * Compares two tags: negative if `a` is older, 0 if they say the same, positive if `a` is newer; `null` if they cannot be
 * compared, being of other variants, schemes or numbers of numbers.
 *
 * @param a one tag
 * @param b the other
 * @example
 * compareTags('7.4.2-alpine', '7.4.1-alpine') // 1
 */
export declare function compareTags(a: string, b: string): -1 | 0 | 1 | null

/**
 * Tells what a tag is read as.
 *
 * @param tag the tag
 * @example
 * explainTag('0.6.26-ls391').scheme // 'semantic version of 3 numbers, build counter ls391'
 */
export declare function explainTag(tag: string): TagExplanation

/**
 * Writes a reference as a person does and as Docker takes it: `nginx:1.27`, `nas.lan:5000/team/app:1@sha256:…`.
 *
 * @param parsed the image, in parts or as text
 * @example
 * formatImageReference('docker.io/library/nginx') // 'nginx:latest'
 * @throws `INVALID_REFERENCE` for parts that make no reference.
 */
export declare function formatImageReference(parsed: ParsedImageReference | string): string

/**
 * Gives an image another tag. The rest stays as it was written, but for a digest, which is of the tag it had.
 *
 * @param image the image as it is written
 * @param tag the other tag
 * @example
 * withTag('nas.lan:5000/team/app:1.0', '1.1') // 'nas.lan:5000/team/app:1.1'
 * @throws `INVALID_REFERENCE` for a text that is no image reference, or no tag.
 */
export declare function withTag(image: string, tag: string): string
