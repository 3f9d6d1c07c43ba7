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
