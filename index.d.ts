/* Written by `npm run build` from src/binding/declarations and the doc comments in src/binding. Edit those. */

/**
 * Receiver of log lines. Any of the methods may be missing; lines for it are then dropped. A logger with pino's
 * interface (`bindings()` and `child()`), such as that of AdonisJS or Fastify, gets the object `{ module:
 * 'container-registry-service' }` ahead of the message.
 */
export interface Logger {
  /** Receives lines that help to find a fault. */
  debug?(message: string): void
  /** Receives lines about normal events. */
  info?(message: string): void
  /** Receives lines about incomplete answers. */
  warn?(message: string): void
  /** Receives lines about events that should not happen. */
  error?(message: string): void
}

/** Settings of Docker Hub's own API. */
export interface HubApiOptions {
  /** URL of the API, say `https://hub.example.org`. */
  url: string
}

/** Settings of a service. Each may be left out, and `undefined` means the same. */
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
   * Milliseconds for a call as a whole, with all its requests, waits and retries; when many images are checked, for
   * each image. At least 1. Default: 300,000, plus the waits that `maxRetries` and `maxRetryDelayMs` allow.
   */
  deadlineMs?: number
  /**
   * Milliseconds within which `clearCache` and `close` each end, whatever a folder or a Redis server does; at least 1.
   * Default: 3,000.
   */
  closeTimeoutMs?: number
  /**
   * Attempts after the first one, 0 to 100: after a 429, and within `maxFaultRetries` after a fault. GitHub is asked
   * again once at most. Default: 3.
   */
  maxRetries?: number
  /**
   * Attempts after the first one when a connection breaks, an answer does not come in time, or its status is 502, 503
   * or 504; 0 to 100. The first wait is 250 ms plus a random part, and each further one is twice as long. All callers
   * in the process share a budget for each host. A request that has taken more than 4 s is tried again only if its host
   * has answered others lately. Default: 2.
   */
  maxFaultRetries?: number
  /**
   * Milliseconds of the longest single wait before a retry. If a server asks for a longer wait, it is not asked again,
   * and the call gets its 429. Default: 30,000.
   */
  maxRetryDelayMs?: number
  /**
   * Requests to one host at once, 1 to 1,000, for the whole process. There are fewer after a 429, until the host has
   * recovered. Default: 16.
   */
  concurrency?: number
  /**
   * Milliseconds for which a tag is taken to point to the same digest. After that, the digest is asked for by HEAD,
   * which is no pull. Tag lists are asked for on every call. Default: 60,000.
   */
  tagTtlMs?: number
  /**
   * Ask Docker Hub's own API which platforms tags have, which saves pulls. What it does not state is read from
   * manifests. It is asked for anonymous callers only, and for a Docker Hub that is reached elsewhere only with a
   * `url`. Default: `true`.
   */
  hubApi?: boolean | HubApiOptions
  /**
   * Services that share what is learnt: `instance` is this service alone, `process` is all services of the process with
   * equal options, credentials included. Connections and the pace of each host are always shared. Default: `instance`.
   */
  scope?: 'instance' | 'process'
  /** Place beside memory in which answers are kept. Tokens and passwords are never kept. Default: none. */
  cache?: CacheOptions
  /**
   * Answer a check that fails with a `transient` error or with `BAD_RESPONSE` with the last successful answer for the
   * same image, architecture, policy and account, marked with `stale: true` and the `checkedAt` of that time. Answers
   * are kept for 90 days where `cache` says, or in memory. Other errors are reported as they are. So are failures after
   * which `getAvailableUpdates` would answer `[]`. Default: `false`.
   */
  staleIfError?: boolean
  /** Pages of one tag list, at least 1; a longer list is `TOO_LARGE`. Default: 10,000. */
  maxTagPages?: number
  /** Tags of one tag list, at least 1; a longer list is `TOO_LARGE`. Default: 2,000,000. */
  maxTags?: number
  /** Bounds of single answers, and of the queue for a host. Default: those of `Limits`. */
  limits?: Limits
  /**
   * URL of a proxy for all requests: HTTP, say `http://user:password@proxy.lan:3128`, or SOCKS. With `socks5://` names
   * are looked up here, with `socks5h://` by the proxy. Default: the one that `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`
   * and `NO_PROXY` name; loopback hosts are never reached through a proxy of the environment.
   */
  proxy?: string
  /** Certificate authorities, as PEM text, that are trusted beside the system's. Default: none. */
  ca?: string
  /**
   * Follow realms, redirects and next pages to private, loopback and link-local addresses. If `false`, a server may
   * lead to private addresses only if it was itself reached at a private or loopback one, to loopback addresses only if
   * it was reached at one, and never to link-local ones. Default: `false`.
   */
  allowPrivateAddresses?: boolean
  /**
   * Options of registries, by host, say `ghcr.io` or `nas.lan:5000`. `docker.io`, `index.docker.io` and
   * `registry-1.docker.io` are one key. A key may also have the beginning of a repository's path, say `ghcr.io/team`.
   * The longest key wins, and shorter ones fill in what it leaves open. Default: none.
   */
  registries?: Record<string, RegistryOptions>
  /**
   * Proxy caches and their upstreams: `{'harbor.example/dockerhub-proxy/': 'docker.io/'}`. An image that is named by
   * the cache is looked up at its upstream, and the answer keeps the written name. Default: none.
   */
  aliases?: Record<string, string>
  /**
   * Returns the credentials for a repository, for services whose passwords expire and for vaults; `null` means none. It
   * is called when a registry asks for credentials, and again after it has refused them. Credentials in `registries` go
   * before it, and those of `dockerConfig` behind it. Default: none.
   */
  credentials?: (host: string, repository: string) => GivenCredential | null | Promise<GivenCredential | null>
  /**
   * Use the credentials in the files of Docker and Podman, and their credential helpers. `true` reads
   * `$DOCKER_AUTH_CONFIG` (the text itself), `$REGISTRY_AUTH_FILE`, `$XDG_RUNTIME_DIR/containers/auth.json` and
   * `config.json` in `$DOCKER_CONFIG` or `~/.docker`, in this order. A string is the path of one file or of its folder.
   * A file that changes is read again. Credentials in `registries` and those of `credentials` go before. Certificates
   * come from Docker's `certs.d/<host>/` likewise: every `*.crt` is an authority, and `client.cert` with `client.key` is
   * the client certificate. Default: `false`.
   */
  dockerConfig?: boolean | string
  /**
   * Data on how long versions are supported. `false` leaves it out of reports; policies that ask for it use it all the
   * same. Default: the data of the package.
   */
  lifecycle?: false | LifecycleOptions
  /**
   * Whether reports and inspections say which published weaknesses concern the running version, by the security advisories of
   * the source repository on GitHub; for the images of known packagers, of the program's own repository. A list takes up to three requests, and is used for a day; without a token GitHub allows 60
   * requests an hour. A failure ends no check. Default: `false`.
   */
  advisories?: boolean
  /**
   * Whether reports and inspections of calls that do not state it say what stands beside images: signatures, a bill of
   * materials, provenance. It takes some requests for each image (docs/rate-limits.md). Default: `false`.
   */
  provenance?: boolean
  /** Settings of GitHub's API. Default: anonymous requests to `https://api.github.com`. */
  github?: GithubOptions
  /**
   * Software of the hosts with release pages, by host or `host:port`, for hosts of your own. Known by default:
   * `github.com`, `codeberg.org`, `gitea.com`, the host of `github.apiUrl` if it is an Enterprise server, and every
   * host with `gitlab` in its name.
   */
  releaseHosts?: Record<string, ReleaseHostKind>
  /**
   * Source repositories of images, by patterns over their references: `{ 'registry.example/team/*': 'https://…' }`. The first
   * pattern that matches counts, and goes before what labels say. `*` stands for any characters, also `/`, and `?` for one; a
   * pattern matches with and without the tag, and images of Docker Hub by their short names, too. Default: labels decide.
   */
  sources?: Record<string, string>
  /**
   * Pages of release notes by such patterns, as URLs with `{tag}`, `{version}`, `{major}`, `{minor}`, `{patch}` and `{source}`.
   * They go before what a host has, which is then not asked. Default: none.
   */
  releaseUrls?: Record<string, string>
  /**
   * Policy that decides which versions are updates, unless a call states one: for `checkImage`, `checkImages` and
   * `watchImages`, and for `getAvailableUpdates`, whose own default is `original`. Default: `{}`, the defaults of
   * `UpdatePolicy`.
   */
  policy?: 'original' | UpdatePolicy
}

/** Credentials for a registry: `username` with `password`, or `token`, or `identityToken`. */
export interface GivenCredential {
  /** User name, with `password`. */
  username?: string
  /** Password, or an access token that stands for one, with `username`. */
  password?: string
  /** Token that is sent to the registry as it is, in the scheme Bearer. */
  token?: string
  /** Refresh token, exchanged at the registry's token service (OAuth2). */
  identityToken?: string
}

/** Software of a host with release pages. Forgejo counts as `gitea`. */
export type ReleaseHostKind = 'github' | 'gitlab' | 'gitea'

/** Source of the data on how long versions are supported. */
export interface LifecycleOptions {
  /**
   * Ask for current data: `true` asks the API of endoflife.date for its list of all products, a URL another server for
   * the same list. It is one request, bounded by `limits.supportBytes`. The answer is kept where `cache` says, and
   * further requests carry its `ETag`. If a request fails, the newest data at hand are used with their date, and a log
   * line says so. Default: `false`, which uses the data of the package.
   */
  refresh?: boolean | string
  /** Hours after which the data are asked for again, 1 to 10,000. Default: 24. */
  everyHours?: number
  /**
   * Products in images of your own, by their names at endoflife.date: `{ 'registry.example/pg': 'postgresql' }`.
   * Default: none.
   */
  images?: Record<string, string>
}

/**
 * Bounds of what is read. What exceeds one is `TOO_LARGE`, and the message names the bound. Bytes are counted after
 * decompression. The bounds are whole numbers, at least 1 unless something else is said.
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
  /** Bytes of the releases of a source repository, one or as many as are listed, or of its advisories. Default: 8 MiB. */
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
  /** Requests that wait for their turn at one host, at least 0, for the whole process. Default: 20,000. */
  waiting?: number
  /** Tags of one track that a check asks its registry about, at least 1. Default: 32. */
  candidates?: number
}

/** Places beside memory in which answers are kept. */
export interface CacheOptions {
  /** A folder, which any number of processes may share. Default: none. */
  directory?: string
  /** Bytes that the folder may hold, at least 1. Default: 64 MiB. */
  maxBytes?: number
  /** URL of a Redis or Valkey server, `redis://…` or `rediss://…`, which any number of machines may share. Default: none. */
  redis?: string
  /** Beginning of the keys in Redis. Default: `container-registry-service:`. */
  prefix?: string
  /**
   * Secret that signs entries in the folder and in Redis (HMAC with SHA-256, RFC 2104). All processes that share them
   * need the same one. With it, files of other users are read too. Default: none; a file is then read only if its owner
   * is the user of this process, root or the owner of the folder, and if not everybody may write to it.
   */
  secret?: string
}

/** Options of one registry. */
export interface RegistryOptions {
  /**
   * URL of the registry, http or https, say `http://127.0.0.1:5000`. The server at this URL is asked for its own
   * challenge. Default: `https://<host>`.
   */
  url?: string
  /**
   * Text before the names of repositories on the server, say `dockerhub-proxy`, unless `url` has it behind `/v2/`.
   * Default: none.
   */
  repositoryPrefix?: string
  /** Tags per page that are asked for, from 1 to 100,000. Default: 1000, or fewer if the registry refuses that. */
  pageSize?: number
  /**
   * URL of a token service that gets the credentials although its name does not show that it belongs to the registry.
   * Default: services on the registry's own domain, and well-known ones.
   */
  tokenService?: string
  /** Allow plain http, and https with any certificate. Default: `false`; loopback registries are always treated so. */
  insecure?: boolean
  /** User name, with `password`. It goes to the registry, or to its token service if that is its own. Default: none. */
  username?: string
  /** Password, or an access token that stands for one, with `username`. Default: none. */
  password?: string
  /** Token that is sent to the registry as it is, in the scheme Bearer. Default: none. */
  token?: string
  /** Refresh token, exchanged at the registry's token service (OAuth2). Default: none. */
  identityToken?: string
  /**
   * URLs of mirrors, which are asked in order before the registry itself. A mirror that fails or lacks the repository
   * is skipped. Credentials and `insecure` for a mirror stand under the mirror's own host. Default: none.
   */
  mirrors?: string[]
  /** Certificate authorities of this registry, as PEM text, trusted beside the system's. Default: none. */
  ca?: string
  /** Client certificate that is shown to this registry and to no other host. Default: none. */
  clientCertificate?: {
    /** The certificate, followed by the intermediate ones that lead to its authority, as PEM text. */
    cert: string
    /** Private key of the certificate, as PEM text. */
    key: string
  }
  /**
   * URL of the proxy for this registry and its token service, or `false` for none. Default: the option `proxy` of the
   * service, else the environment.
   */
  proxy?: string | false
}

/** Settings of GitHub's API. */
export interface GithubOptions {
  /**
   * URL of the API, https or on this machine. `https://<host>/api/v3` is that of an Enterprise server, and is used for
   * that server only. Default: `https://api.github.com`.
   */
  apiUrl?: string
  /**
   * Token for that API, sent in the scheme Bearer. GitHub allows 60 requests an hour without one, and 5,000 with one.
   * Default: none.
   */
  token?: string
}

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

/**
 * Distance that an update may go: within the same `x.y` (`patch`), within the same `x` (`minor`), anywhere (`major`),
 * or within the running support cycle (`cycle`). The last one serves products such as PostgreSQL 16, MariaDB 10.11 or
 * Python 3.12, where leaving the cycle may be a migration. Once the cycle has ended, the nearest supported one is
 * offered too. If the cycles of a product are unknown, `cycle` means `minor`.
 */
export type UpdateTrack = 'patch' | 'minor' | 'major' | 'cycle'

/** Policy that decides which versions are updates. `{}` stands for the defaults. */
export interface UpdatePolicy {
  /** Distance that an update may go. A new year of a calendar version is no new major version. Default: `minor`. */
  track?: UpdateTrack
  /**
   * Offer prereleases (`rc`, `beta`, …) too. If `false`, they are offered only where a prerelease of the same version
   * runs. Default: `false`.
   */
  prereleases?: boolean
  /**
   * Most major versions that an update may be ahead, 1 or more. Nextcloud, for example, refuses to skip one. The newest
   * version in reach is offered, and those beyond it are rejected with the reason `major`. Default: any number.
   */
  maxMajorStep?: number
  /** Whether an update may leave the running variant (`-alpine`, `-rocm`). Default: `same`. */
  variant?: 'same' | 'any'
  /**
   * Whether the operating system's release in a variant may move up: `alpine3.20` to `alpine3.24`. Default: `follow`.
   */
  osRelease?: 'follow' | 'pin'
  /**
   * Answer where no newer version has the running runtime or code name (`php7.3`, `buster`). With `pin` the report says
   * so in `ended`. With `follow` the successor is an update on the track `major` as well. Default: `pin`.
   */
  runtime?: 'pin' | 'follow'
  /** Regular expressions (Rust's `regex`, linear time). A tag must match one of them. Default: every tag. */
  include?: string | readonly string[]
  /** Regular expressions. A tag must match none of them. Default: none. */
  exclude?: string | readonly string[]
  /** Least age of a tag in hours. The newest tag of that age is offered. Default: 0. */
  minAgeHours?: number
  /** Whether to offer a tag of unknown age if `minAgeHours` is set. Default: `offer`. */
  unknownAge?: 'offer' | 'hold'
  /**
   * Treatment of long-term releases. With `follow`, an image that runs a long-term release is offered long-term
   * releases. With `only`, every image is offered nothing else, and with `any` it is offered everything. Tags that are
   * held back are rejected with the reason `lts`, and `latest` still names them. A version of the running cycle is
   * always offered, and a product without a long-term release to go to loses no update. Default: `follow` for the
   * products whose users stay on them (Ubuntu, Node.js, the JDKs, MySQL, MariaDB, HAProxy, .NET, Zabbix); a stated
   * value applies to every product whose support data name long-term releases.
   */
  lts?: 'follow' | 'only' | 'any'
  /**
   * Whether versions whose support has ended are offered: never (`only`), if nothing else is (`prefer`), or like all
   * others (`any`). They are rejected with the reason `unsupported`. Default: `any`.
   */
  supported?: 'prefer' | 'only' | 'any'
  /**
   * Updates that do not wait for `minAgeHours`: those that mend a published weakness of the running version
   * (`security`), or none. It needs the option `advisories`. Default: `none`.
   */
  urgent?: 'security' | 'none'
  /** Least severity of such a weakness. Default: `high`. */
  urgentSeverity?: Severity
  /**
   * Whether a version must be signed if the running one is: it must be (`keep`), or not (`any`). Versions without a
   * signature are rejected with the reason `unsigned`, and so are those about which a look-up failed, with a warning. Only
   * the presence of a signature counts. Default: `any`.
   */
  signed?: 'keep' | 'any'
  /** Time at which ages and support are computed, as a `Date` or in milliseconds since 1970. Default: the present. */
  now?: Date | number
}

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

/** A value in the running image (`from`) and in the other one (`to`); absent where an image has none. */
export interface Change<T> {
  /** Value of the running image. */
  from?: T
  /** Value of the other image. */
  to?: T
}

/** Items that only one of two images has, in alphabetical order. */
export interface ListChange {
  /** Those of the other image. */
  added: string[]
  /** Those of the running image. */
  removed: string[]
}

/** A named value. */
export interface NamedValue {
  /** Name of the variable or label. */
  name: string
  /** Its value. */
  value: string
}

/** A name with two values. */
export interface NamedUpdate {
  /** Name of the variable or label. */
  name: string
  /** Its value in the running image. */
  from: string
  /** Its value in the other image. */
  to: string
}

/** Differences between named values, in alphabetical order of their names. */
export interface NamedChange {
  /** Those that only the other image has. */
  added: NamedValue[]
  /** Those that only the running image has. */
  removed: NamedValue[]
  /** Those with another value. */
  changed: NamedUpdate[]
}

/** Test of a container's health, as an image sets it. A number is absent where Docker's default holds. */
export interface Healthcheck {
  /** The test: `['NONE']`, `['CMD', …]` or `['CMD-SHELL', …]`. */
  test: string[]
  /** Milliseconds between two tests. */
  intervalMs?: number
  /** Milliseconds after which a test has failed. */
  timeoutMs?: number
  /** Milliseconds after the start in which a failure does not count. */
  startPeriodMs?: number
  /** Failures in a row after which a container is unhealthy. */
  retries?: number
}

/** Some layers. */
export interface LayerSum {
  /** Number of the layers. */
  count: number
  /** Their compressed bytes; absent if one of them states no size. */
  bytes?: number
}

/**
 * Differences between two images for one platform, from their configs, manifests and layers. Texts are those of the
 * images' makers, values of environment variables included. Their control characters are spelt out (`\u{a}`).
 */
export interface UpdateChanges {
  /** Program that a container starts; absent if it is the same. */
  entrypoint?: Change<string[]>
  /** Arguments of that program, or the program where there is no entrypoint; absent if they are the same. */
  cmd?: Change<string[]>
  /** User, with the group if one is named; absent if it is the same. */
  user?: Change<string>
  /** Working directory; absent if it is the same. */
  workingDir?: Change<string>
  /** Signal that ends a container; absent if it is the same. */
  stopSignal?: Change<string>
  /** Shell of commands that are texts; absent if it is the same. */
  shell?: Change<string[]>
  /** Test of a container's health; absent if it is the same. */
  healthcheck?: Change<Healthcheck>
  /** Exposed ports with their protocol, `80/tcp`. */
  ports: ListChange
  /** Paths of volumes. */
  volumes: ListChange
  /** Environment variables that the images set. */
  env: NamedChange
  /** Labels. */
  labels: NamedChange
  /** Base image, by the annotation or label `org.opencontainers.image.base.name`; absent if it is the same. */
  base?: Change<string>
  /** Layers, each counted once: those of both images, of the other one only, and of the running one only. */
  layers: {
    /** Layers of both images. */
    shared: LayerSum
    /** Layers that are to be downloaded. */
    added: LayerSum
    /** Layers of the running image only. */
    removed: LayerSum
  }
  /** Times at which the images were made (RFC 3339, UTC), even if they are equal. */
  createdAt: Change<string>
  /**
   * `true` if something was too long to be given whole: a list ends after 128 items, and a text after 2048 characters
   * with `…`. What differs is found out by the whole texts. Absent otherwise.
   */
  cut?: true
}

/** Rule that found a risk; each has its reason in docs/safety.md. */
export type RiskKind =
  /** A volume is at another path. */
  | 'volume-moved'
  /** The new image has no volume at the path. */
  | 'volume-removed'
  /** The new image has a volume at the path. */
  | 'volume-added'
  /** The user is another one. */
  | 'user'
  /** The new image does not expose the port. */
  | 'port-removed'
  /** The entrypoint is another one. */
  | 'entrypoint'
  /** The command is another one. */
  | 'command'
  /** The download is at least twice as large, and at least 100 MiB larger. */
  | 'download'
  /** A database gets into another support cycle. */
  | 'cycle'
  /** The update goes over several majors at once. */
  | 'majors'

/** Something that may break when a container is moved to another image. */
export interface UpdateRisk {
  /** Rule that found it. */
  kind: RiskKind
  /**
   * Sentence for people. It contains no value of an environment variable, and neither the command nor the entrypoint that
   * a container sets.
   */
  text: string
}

/** Support data of two versions. */
export interface LifecycleChange {
  /** Those of the running version; absent if there are none. */
  from?: Lifecycle
  /** Those of the version of the tag; absent if there are none. */
  to?: Lifecycle
}

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

/** Code of an error. */
export type ErrorCode =
  /** A text that is no image reference. */
  | 'INVALID_REFERENCE'
  /** An argument or an option of the wrong type or out of its range. */
  | 'INVALID_ARGUMENT'
  /** The registry asks for credentials, or refuses the given ones (401, 403). */
  | 'AUTH_FAILED'
  /** No such repository, tag, manifest or blob (404). */
  | 'NOT_FOUND'
  /** The server asks for fewer requests (429). */
  | 'RATE_LIMITED'
  /** No answer in time. */
  | 'TIMEOUT'
  /** No connection, or one that broke. */
  | 'NETWORK'
  /** An answer that breaks the protocol. */
  | 'BAD_RESPONSE'
  /** An answer beyond one of the documented bounds. */
  | 'TOO_LARGE'
  /** The caller gave up. */
  | 'ABORTED'
  /** Any other refusal by a server. */
  | 'REGISTRY_ERROR'
  /**
   * The native part of the package is missing for this platform, or does not load; the message says what was looked
   * for.
   */
  | 'NO_BINARY'

/**
 * The error that a `ContainerRegistryService` throws or rejects with: an `Error` of the caller's realm with these
 * fields.
 */
export interface ContainerRegistryError extends Error {
  /** Name that tells these errors from others. */
  name: 'ContainerRegistryError'
  /** Code of the error. */
  code: ErrorCode
  /**
   * Whether the same call may succeed later without a change by the caller: after a timeout, a failure of the network
   * or the server, a 429, or an answer by something in between, such as a captive portal.
   */
  transient: boolean
  /** HTTP status of the final answer; absent if there was none. */
  status?: number
  /** Host that was asked, with its port unless that is the scheme's own; absent if none was asked. */
  host?: string
  /** The server's own words, at most 200 characters; absent if it had none. */
  detail?: string
  /**
   * Cause of the error: a transport failure, whose `code` is the one that Node.js would give, such as `ECONNREFUSED`,
   * `ENOTFOUND` or `CERT_HAS_EXPIRED`, or the `reason` of the signal that aborted the call.
   */
  cause?: unknown
  /** Returns the fields above and the message, without `cause`. `JSON.stringify` calls it. */
  toJSON(): Omit<ContainerRegistryError, 'cause' | 'stack' | 'toJSON'>
}

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

/** Settings of a Docker daemon for one registry. */
export interface DockerIndexConfig {
  /** Whether the registry is reached by https only, with its certificate checked. */
  Secure?: boolean
  /** Its mirrors, as URLs. */
  Mirrors?: string[] | null
}

/** Fields of `docker info` that `optionsFromDockerInfo` reads: the answer of `GET /info` of the Docker Engine API. */
export interface DockerInfo {
  /** Architecture of the daemon's machine, say `x86_64` or `aarch64`. */
  Architecture: string
  /** Settings of the daemon for registries. */
  RegistryConfig?: {
    /** Mirrors of Docker Hub. */
    Mirrors?: string[] | null
    /** Settings for single registries, by host. */
    IndexConfigs?: Record<string, DockerIndexConfig> | null
    /** Ranges of addresses (CIDR) whose registries may be reached by plain http. */
    InsecureRegistryCIDRs?: string[] | null
  } | null
}

/** Options of a service that follow from a Docker daemon's settings. */
export interface DockerSettings {
  /** Architecture of the daemon's machine by its OCI name (`amd64`, `arm64`, `arm/v7`), as `hostArch` takes it. */
  arch: string
  /** Options for the constructor, by which it reaches the daemon's registries. */
  options: Required<Pick<ServiceOptions, 'registries'>>
}

/**
 * Turns the settings of a Docker daemon into options of a service, and names the architecture of its machine.
 *
 * Mirrors are those of Docker Hub. A mirror that is written with plain http makes its own host insecure, not Docker
 * Hub. A registry of `images` is insecure if its host is an address in one of the daemon's insecure ranges. A registry
 * with a name is left as it is, because no name is looked up.
 *
 * @throws `INVALID_ARGUMENT` for a value that is no answer of that endpoint; the message names the field.
 */
export declare function optionsFromDockerInfo(
  info: DockerInfo,
  images?: string[],
): DockerSettings

/**
 * Configures an AdonisJS app, as `node ace configure container-registry-service` asks for it. It writes
 * `config/container_registry.ts`, adds the environment variables with their validation, and adds the provider to
 * `adonisrc.ts`.
 */
export declare function configure(command: object): Promise<void>

/**
 * Tells whether the native part of the package can be loaded here. Without it, the package can be imported and its
 * class extended and constructed, but calls fail with `NO_BINARY`.
 *
 * @example
 * if (!hasBinary()) logger.warn('Images are not checked: the binary of container-registry-service is missing')
 */
export declare function hasBinary(): boolean

export interface ContainerRegistryService {
  /**
   * Closes the service, as `close` does, when it goes out of scope.
   *
   * @example
   * await using service = new ContainerRegistryService()
   */
  [Symbol.asyncDispose](): Promise<void>

  /**
   * Checks many images at once, as `checkImages` does, and yields each report as soon as it is ready. Leaving the loop
   * drops the requests in flight.
   *
   * Throws `INVALID_ARGUMENT`, and `ABORTED` when the signal aborts. It never throws because of an image.
   */
  watchImages(
    images: (string | CheckRequest)[],
    options?: WatchOptions,
  ): AsyncGenerator<ImageReport, void, undefined>
}

/**
 * Answers which newer versions of container images can be run, and where their release notes are.
 *
 * The instance remembers tokens, source URLs and release tag prefixes. Connections are shared within the process.
 * Errors are `ContainerRegistryError`s: synchronous methods throw them and asynchronous ones reject with them, for a
 * wrong argument too (`INVALID_ARGUMENT`). Every asynchronous method rejects with `ABORTED` when its `signal` aborts.
 */
export declare class ContainerRegistryService {
  /**
   * Makes a service.
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
   * Rejects with the error that kept the list from being complete: `Failed to list tags for <fullName>: <status>`,
   * or `Failed to get auth token from <registry>: <status>`.
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
   * `armv7l`). Does not reject if the registry fails. The answer is then `true`, with a warning unless the registry
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
   * Tells how many bytes pulling a tag downloads if no layer is there yet. It counts the compressed layers of the
   * manifest for `hostArch`, or of the first image if the index has none for it.
   *
   * Does not reject if the registry fails. The answer is then `null`, with a warning.
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
   * Returns the digest that a tag points to, as `sha256:…`: that of the index, if there is one. It is asked for
   * by HEAD, which is no pull. If `tag` is left out, the reference's own digest or tag is used.
   *
   * Rejects with `Failed to get digest of <fullName>:<tag>: <status>`, or with the error of a request without an
   * answer.
   *
   * @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
   * @param tag the tag or digest that is asked about; where it is left out, the image's own
   * @param options `signal`, which ends the call
   * @example
   * await service.getDigest('ghcr.io/kiwix/kiwix-serve:3.7.0') // 'sha256:…'
   */
  getDigest(parsed: ParsedImageReference | string, tag?: string | null, options?: CallOptions): Promise<string>
  /**
   * Lists the platforms that an image is built for, in the order of its index, without attestations. If `tag` is
   * left out, the reference's own digest or tag is used.
   *
   * Rejects with `Failed to get platforms of <fullName>:<tag>: <status>`, or with the error of a request without an
   * answer.
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
   * Finds the source repository of an image: the annotation `org.opencontainers.image.source` (OCI image
   * specification, "Annotations") of its index or manifest, else the label of that name, else the label
   * `org.label-schema.vcs-url`.
   *
   * A final answer is remembered for the repository, not for the tag. Does not reject if the registry fails. The
   * answer is then `null`, with a warning unless the registry answered with an error status.
   *
   * @param parsed the image: a reference as text, or in the parts that `parseImageReference` gives
   * @param options `signal`, which ends the call
   * @example
   * await service.getSourceUrl('ghcr.io/kiwix/kiwix-serve:3.7.0') // 'https://github.com/kiwix/kiwix-tools'
   */
  getSourceUrl(parsed: ParsedImageReference | string, options?: CallOptions): Promise<string | null>
  /**
   * Finds the prefix of a repository's release tags: `v` or nothing. GitHub is asked for the release of `sampleTag`,
   * first with a `v`, then without. On other hosts the prefix is empty.
   *
   * A final answer is remembered for the source URL. Does not reject if GitHub fails. The answer is then `''`.
   *
   * @param sourceUrl the source repository, as `getSourceUrl` gives it
   * @param sampleTag a tag that has a release
   * @param options `signal`, which ends the call
   * @example
   * await service.detectReleaseTagPrefix('https://github.com/kiwix/kiwix-tools', '3.8.1') // ''
   */
  detectReleaseTagPrefix(sourceUrl: string, sampleTag: string, options?: CallOptions): Promise<string>
  /**
   * Builds the URL of the page with a tag's release notes: `/releases/tag/<tag>` on GitHub, Codeberg, Gitea and
   * Forgejo, `/-/releases/<tag>` on GitLab. Returns `undefined` for other hosts (see `releaseHosts`).
   * `releaseTagPrefix` replaces the tag's own `v`; it is `''` if left out.
   * @param sourceUrl the source repository, as `getSourceUrl` gives it
   * @param tag the tag whose page it is
   * @param releaseTagPrefix what release tags start with, as `detectReleaseTagPrefix` tells
   * @example
   * service.buildReleaseUrl('https://github.com/kiwix/kiwix-tools', '3.8.1', '')
   * // 'https://github.com/kiwix/kiwix-tools/releases/tag/3.8.1'
   */
  buildReleaseUrl(sourceUrl: string, tag: string, releaseTagPrefix?: string): string | undefined
  /**
   * Lists the latest releases of a source repository on GitHub, GitLab, Gitea or Forgejo, the newest first. It takes
   * one request. The answer is used again within `tagTtlMs`, and after that a request carries its `ETag`. `limit` is
   * 1 to 100, by default 30.
   *
   * Rejects with `INVALID_ARGUMENT` for a host that is not known to list releases (see `releaseHosts`), and with the
   * error that kept the list from being complete.
   *
   * @param sourceUrl the source repository, as `getSourceUrl` gives it
   * @param options `limit`, how many; `signal`, which ends the call
   * @example
   * const [newest] = await service.listReleases('https://github.com/kiwix/kiwix-tools', { limit: 5 })
   */
  listReleases(sourceUrl: string, options?: ReleaseOptions): Promise<Release[]>
  /**
   * Returns what was written about the versions after `from` up to `to`: the releases of the image's source, ordered by
   * version, the newest first. Only releases of this image count, and prereleases only where one runs. The sections of
   * `CHANGELOG.md` serve where the source has no releases.
   *
   * At most three pages of releases are requested, each used again for an hour and then requested by its `ETag`. `complete` is
   * `false` if a part of the stretch was not seen, which includes an image without a source that lists releases. Notes are
   * untrusted text: escape them in HTML, and fence them in Markdown.
   *
   * Rejects with `INVALID_REFERENCE` for an image or a tag that is none, and with the error that kept the registry or the
   * source from answering.
   *
   * @param image the image; its tag does not matter
   * @param from the tag that runs
   * @param to the tag that it may be moved to
   * @param options `limit`, the most releases (1 to 300, by default 100); `signal`, which ends the call
   * @example
   * const { releases } = await service.releaseNotes('ghcr.io/kiwix/kiwix-serve', '3.7.0', '3.8.1')
   * for (const { version, breaking, security } of releases) console.log(version, breaking, security)
   */
  releaseNotes(image: string, from: string, to: string, options?: NotesOptions): Promise<ReleaseNotes>
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
   * `fallbackSourceRepo` is the source repository of an image that names none. The architecture of the first ten
   * candidates is checked. A candidate that could not be looked at counts as one that runs. The tag `latest` has no
   * version to compare, so the answer is `[]`, with a warning.
   *
   * With a `policy`, of the call or of the service, the answer is the `updates` of `checkImage` under that policy.
   *
   * With `staleIfError`, the last updates that were found stand in for a failure that the option covers, each marked
   * `stale`. An empty list never stands in.
   *
   * Rejects with `INVALID_REFERENCE`, or with the error that kept the tag list from being complete.
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
   * Checks an image: which newer version can be run, on which track, where its release notes are, and why other tags
   * are not offered. A failure is a report with the status `failed`; it never looks like `up-to-date`.
   *
   * The policy is that of the call, else that of the service, else the defaults of `UpdatePolicy`. Every tag that is
   * named as the newest on its track was found to have an image for the platform.
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
   * Checks many images at once, and returns one report for each, in their order. Equal images are checked once, and
   * a failure concerns one image only. No host gets more than `concurrency` requests at once. Where a token service
   * is known to allow it, one token is requested for many repositories.
   *
   * `onProgress` is called when an image's check begins and when it ends. Rejects with `INVALID_ARGUMENT`, and with
   * `ABORTED` when the signal aborts; it never rejects because of an image.
   *
   * @param images the images, each as text or with options of its own
   * @param options `arch`, `policy` and `onProgress`; `signal`, which ends the call
   * @example
   * const reports = await service.checkImages(['redis:7.4.1', 'nginx:1.27.0'], { arch: 'arm64' })
   */
  checkImages(images: (string | CheckRequest)[], options?: BatchOptions): Promise<ImageReport[]>
  /**
   * Looks at a tag before an image is moved to it: whether it has an image for the platform, what would be
   * downloaded, what changes in a container, where its release notes are, and which reference to pull so that a moving
   * tag changes nothing. It takes four manifests and two configs at most, and none of them again.
   *
   * A missing tag is an answer, not an error. Rejects with `INVALID_REFERENCE` for an image or a tag that is none,
   * and with the error that kept the answer from being found.
   *
   * @param image the image that runs
   * @param targetTag the tag that it may be moved to
   * @param options `arch`, `currentDigest` and `container`; `signal`, which ends the call
   * @example
   * const { runs, pullReference } = await service.inspectUpdate('redis:7.4.1', '7.4.2', { arch: 'arm64' })
   */
  inspectUpdate(image: string, targetTag: string, options?: InspectOptions): Promise<UpdateInspection>
  /**
   * Returns the counts of this service since it was made. In the scope `process`, they cover all services that share
   * with it.
   *
   * @example
   * service.stats().requests['registry-1.docker.io'] // 12
   */
  stats(): ServiceStats
  /** Forgets everything that was learnt: tokens, and the whole cache, in its folder and in Redis too. */
  clearCache(): Promise<void>
  /**
   * Ends the service: calls in flight reject with `ABORTED`, and so do later ones. Resolves when everything that was
   * learnt is written.
   */
  close(): Promise<void>
}

/**
 * Compares two tags: negative if `a` is older, 0 if they are the same version, positive if `a` is newer. Returns
 * `null` if they differ in variant, scheme or number of numbers, and so cannot be compared.
 *
 * @param a one tag
 * @param b the other
 * @example
 * compareTags('7.4.2-alpine', '7.4.1-alpine') // 1
 */
export declare function compareTags(a: string, b: string): -1 | 0 | 1 | null

/**
 * Explains how a tag is read. With the tags of its repository, `evidence` adds what the list shows: whether the tag
 * floats, what the number behind its version counts, which way of writing updates follow.
 *
 * @param tag the tag
 * @param options `among` are tags of the repository
 * @example
 * explainTag('0.6.26-ls391').description // 'semantic version of 3 numbers, build counter ls391'
 * explainTag('6.4', { among: ['6.4.7', '7.0'] }).evidence // ['another tag extends its numbers, …']
 */
export declare function explainTag(tag: string, options?: { among?: readonly string[] }): TagExplanation

/**
 * Writes a reference in its familiar form, as Docker takes it: `nginx:1.27`, `nas.lan:5000/team/app:1@sha256:…`.
 *
 * @param parsed the image, in parts or as text
 * @example
 * formatImageReference('docker.io/library/nginx') // 'nginx:latest'
 * @throws `INVALID_REFERENCE` for parts that make no reference.
 */
export declare function formatImageReference(parsed: ParsedImageReference | string): string

/**
 * Gives an image another tag. The rest stays as it was written, except for a digest, which belongs to the old tag.
 *
 * @param image the image as it is written
 * @param tag the other tag
 * @example
 * withTag('nas.lan:5000/team/app:1.0', '1.1') // 'nas.lan:5000/team/app:1.1'
 * @throws `INVALID_REFERENCE` for a text that is no image reference, or no tag.
 */
export declare function withTag(image: string, tag: string): string
