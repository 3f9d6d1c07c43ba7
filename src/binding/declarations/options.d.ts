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
