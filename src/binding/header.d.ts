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

