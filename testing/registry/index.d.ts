import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

/** The answer of a server. */
export interface Reply {
  status: number
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** Bytes of the body after which the connection is cut; 0 cuts it before anything is sent. */
  cutAfter?: number
  /** Whether to send nothing and keep the connection open. */
  silent?: boolean
}

/** A request as it reached a server. */
export interface Received {
  method: string
  /** Origin that the client meant, as `scheme://host[:port]`. */
  origin: string
  /** Path and query, as they were sent. */
  url: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
  httpVersion: string
  /** Resolves when the client closes the connection before it has the whole answer. */
  abandoned: Promise<void>
}

/** A request and its answer. */
export interface Exchange {
  request: Received
  reply: Reply
}

/**
 * Answers requests to an origin. It returns undefined for an unknown path, which makes the request an unexpected one.
 */
export type Site = (request: Received) => Reply | undefined

export declare function reply(status: number, body?: string | Buffer, headers?: Reply['headers']): Reply
export declare function json(document: unknown, headers?: Reply['headers'], status?: number): Reply
/** Makes a refusal in the form of the OCI distribution specification, section "Error Codes". */
export declare function refusal(
  status: number,
  code: string,
  message: string,
  headers?: Reply['headers'],
): Reply
export declare function tooManyRequests(retryAfter?: string): Reply
/** Cuts the connection without an answer. */
export declare const CUT: Reply

export declare function receive(
  incoming: IncomingMessage | Http2ServerRequest,
  outgoing: ServerResponse | Http2ServerResponse,
  scheme?: 'http' | 'https',
): Promise<Received>
export declare function send(
  outgoing: ServerResponse | Http2ServerResponse,
  request: Pick<Received, 'method'>,
  reply: Reply,
): void

/** An answer of a route. A function that returns undefined leaves the request to the fallback. */
export type Answer = Reply | ((request: Received) => Reply | undefined | Promise<Reply | undefined>)

/** Status of the answer to an unexpected request. */
export declare const UNEXPECTED: number

/** Returns an address of this machine for one server alone. */
export declare function ownAddress(): string

/**
 * An HTTP server on a free loopback port that gives the answers of a test. Every other request is answered with 599,
 * and makes `close` fail. So does a script that was not played to its end.
 */
export declare class FakeServer {
  /** Starts a server. `fallback` answers routes without a script. `isForgetful` keeps no requests. */
  static start(fallback?: Site, options?: { isForgetful?: boolean }): Promise<FakeServer>
  private constructor()
  /** Every request, in order of arrival. */
  readonly requests: Received[]
  /** Number of connections that did not speak HTTP. */
  malformed: number
  /** Most requests that had no answer at one time. */
  mostInFlight: number
  /** Address and port, `127.x.y.z:PORT`. */
  host: string
  get origin(): string
  /**
   * Gives these answers to the requests of a route, one after the other. A route is `GET /path?query`, or `GET /path`
   * for any query.
   */
  on(route: string, ...answers: Answer[]): this
  /** Gives this answer to every request of a route, once the answers of `on` have been used up. */
  always(route: string, answer: Answer): this
  /** Returns `GET /path?query` of every request, in order of arrival. */
  get routes(): string[]
  /** Returns the requests of a route. */
  of(route: string): Received[]
  /** Waits until a route has been requested. */
  asked(route: string, times?: number): Promise<Received>
  /** Waits until `count` requests have arrived. */
  received(count: number): Promise<void>
  close(): Promise<void>
}

export declare const MEDIA_TYPES: Record<
  'index' | 'manifest' | 'config' | 'layer' | 'dockerList' | 'dockerManifest' | 'dockerConfig',
  string
>

export interface Platform {
  os?: string
  architecture?: string
  variant?: string
}

/** Bytes that a registry serves under their digest. */
export interface Content {
  mediaType: string
  digest: string
  body: string
}

/** The content that a tag points to, and everything below it. */
export interface Image {
  root: Content
  contents: Content[]
}

/** An image with its contents by kind. */
export interface BuiltImage extends Image {
  /** Indexes and manifests, the root first. */
  manifests: Content[]
  /** Configs. */
  blobs: Content[]
}

export interface SinglePlatform {
  /** `os/architecture[/variant]`; empty for a config that states no platform. */
  platform?: string
  labels?: Record<string, unknown>
  /** Sizes of the layers in bytes. */
  layers?: number[]
  /** Build time that the config states. */
  created?: string
  /** Further fields of the config. */
  config?: object
  /** Fields of its `config`, which says how a container is run. */
  container?: object
  annotations?: Record<string, string>
  /** Text that makes the image differ from another one of the same kind. */
  salt?: string
  /** Whether media types are Docker's rather than OCI's. */
  docker?: boolean
  /** Whether documents leave out their media type. */
  silent?: boolean
}

export interface MultiPlatform extends Omit<SinglePlatform, 'platform'> {
  platforms: string[]
  /** Labels of single platforms, which replace those of all. */
  labelsOf?: Record<string, Record<string, unknown>>
  /** Layers of single platforms, in place of those of all. */
  layersOf?: Record<string, number[]>
  /** Whether attestations are in the index, before the images or behind them (`last`). */
  attestations?: boolean | 'last'
  indexAnnotations?: Record<string, string>
}

/** Turns `linux/arm/v7` into the platform of an index or a config. */
export declare function platform(text: string): Platform
export declare function sha256(data: string | Buffer): string
/** Makes content of a JSON document, under its real digest. */
export declare function content(mediaType: string, document: unknown): Content
export declare function descriptor(content: Content): { mediaType: string; digest: string; size: number }
/** Makes one manifest with its config. */
export declare function singlePlatformImage(options?: SinglePlatform): BuiltImage
/** Makes an index with a manifest and a config for every platform. */
export declare function multiPlatformImage(options: MultiPlatform): BuiltImage

/** The tags of a repository, and their contents. */
export declare class Repository {
  constructor(options?: { isPrivate?: boolean })
  isPrivate: boolean
  /** Tags in the order of their pushes, the oldest first. */
  tags: string[]
  /** Manifests by tag and by digest. */
  readonly manifests: Map<string, Content>
  readonly blobs: Map<string, Content>
  /** Lists tags, with or without an image behind them. */
  list(...tags: string[]): this
  /** Lists a tag and puts an image behind it. */
  push(tag: string, image: Image): this
  /** Puts an image behind a tag without listing it again. */
  put(tag: string, image: Image): this
}

/** Repositories by name, or a function that finds them. */
export type Repositories = Record<string, Repository> | ((name: string) => Repository | undefined)
export declare function repositoryIn(repositories: Repositories, name: string): Repository | undefined

/** Guards the content of a registry. */
export interface Guard {
  /** Returns undefined to let a request in. `name` is missing for a request to the registry itself. */
  admit(request: Received, name?: string): Reply | undefined
  /** Answers requests to the guard's endpoint on the registry itself. */
  issue?: Site
  /** Endpoints of the guard at other origins. */
  sites?: ReadonlyArray<readonly [origin: string, site: Site]>
}

/** The login that opens the private repositories of every registry. */
export declare const LOGIN: { username: string; password: string }
export declare const IDENTITY_TOKEN: string
export declare const ACCESS_TOKEN: string
/** Lets everybody in. */
export declare const open: Guard
/** Wants user name and password with every request, except for the public repositories of `publicOf`. */
export declare function basic(traits: { challenge: string; publicOf?: Repositories }): Guard
export declare function loginOf(request: Pick<Received, 'headers'>): 'none' | 'right' | 'wrong'
/** Returns the scheme, in small letters, and the rest of the header. */
export declare function authorizationOf(header?: string): { scheme: string; value: string }

export interface TokenTraits {
  /** Realm of the challenge; a path is relative to the registry. */
  realm: string
  /** Origin of the registry, for a realm that is a path. */
  origin?: string
  service: string
  repositories: Repositories
  /** Scope in the challenge. Default: that of the requested repository. */
  scope?: string
  /** Scope of a challenge to a request without a repository. It has no effect. */
  placeholder?: string
  /** Returns the text of a token, by the number of tokens before it. Texts must differ. */
  named?: (number: number) => string
  /** Returns the answer that carries a token. */
  answer?: (token: string) => object
  /**
   * Answers a request for a repository that the client may not read. Without it, the service issues a token that opens
   * nothing.
   */
  refuse?: () => Reply
  /** Refusal of a token that does not open a repository. The challenge is added. */
  denial?: { code: string; message: string; error?: string }
  /** Whether requests for a missing repository get in, to be answered with 404. */
  tellsMissing?: boolean
  /** Methods for which public repositories need no token. */
  openFor?: string[]
  /** Whether every user name and password is right. */
  takesAnyLogin?: boolean
  /** Whether a refresh token is accepted by POST. */
  refresh?: boolean
  /** Whether `ACCESS_TOKEN` is accepted like an issued token. */
  takesAccessToken?: boolean
  /** Whether user name and password are accepted in place of a token. */
  takesLogin?: boolean
  /** Returns the headers of a challenge, given the Bearer one. */
  challenges?: (bearer: string) => string[]
  /** Challenge to an Authorization that was refused. */
  rejected?: string
}

/** Issues Bearer tokens, and wants one with every request. */
export declare class TokenService implements Guard {
  constructor(traits: TokenTraits)
  get sites(): ReadonlyArray<readonly [string, Site]>
  admit(request: Received, name?: string): Reply | undefined
  issue(request: Received): Reply | undefined
  /** Makes every token that was issued so far worthless. */
  revokeAll(): void
}

/** The way in which a registry lists tags. */
export interface Paging {
  /** Order of the tags. Default: lexical, as the specification requires. */
  order?: 'lexical' | 'pushed' | 'scattered'
  /** Tags per page if the client states no number. Default: all. */
  usual?: number
  /** Most tags per page. Default: all. */
  most?: number
  /** Answers a number above `most`. Without it the page has `most` tags. */
  excess?: (most: number) => Reply
  /** Whether the client's number is ignored and all tags come in one answer. */
  ignoresNumber?: boolean
  /** The parameter that asks for the next page. Default: `byLastTag`. */
  cursor?: Cursor
  /** Returns the Link header for a next page. Default: path and query. */
  link?: (next: { path: string; origin: string; cursor: string; size: number }) => string
  /** Pages that have a Link: every one with tags, the last included, or none. Default: every one before another page. */
  linkOn?: 'non-empty pages' | 'no page'
  /** Further keys of the document. */
  extra?: object
  contentType?: string
}

export interface Cursor {
  key: string
  /** Writes the cursor of a next page. `position` is that of its first tag. */
  write: (lastTag: string, position: number) => string
  /** Reads a cursor: returns the position, or the answer to a cursor that is none. */
  read: (text: string, tags: string[]) => number | Reply
}

/** The cursor is the last tag of the page before. A tag that is not listed stands where it would be. */
export declare const byLastTag: Cursor
/** The cursor is the number of tags on the pages before. */
export declare function byPosition(key: string): Cursor
/** The cursor is a text that only the registry can read. */
export declare function opaque(key: string): Cursor
/** Makes a relative Link with its parameters in this order. */
export declare function relative(...keys: ['last', 'n'] | ['n', 'last']): NonNullable<Paging['link']>
/** Returns the tags in the order of a registry. */
export declare function ordered(tags: string[], paging?: Paging): string[]
/** Returns the page of tags that a request asks for. */
export declare function page(request: Received, name: string, tags: string[], paging: Paging): Reply

/** The place of a registry's blobs, and the redirect to it. */
export interface Storage {
  origin: string
  site: Site
  redirect(content: Content): Reply
}

/** Text in a URL that lets its bearer read a blob, and so must not be shown. */
export declare const SIGNATURE: string
export declare function storage(origin: string, refused?: Reply): Storage

/** Docker Hub's API beside its registry. */
export declare function hubApi(repositories: Repositories): Site

/** Traits in which registries differ. */
export interface RegistryTraits {
  /** Host in the names of its images. */
  host: string
  /** Origin of the registry. Default: https on the host. */
  origin?: string
  repositories: Repositories
  /** Guard of the content. Default: none. */
  guard?: Guard
  paging?: Paging
  /** Place of the blobs. Default: the registry itself. */
  storage?: Storage
  /** Sites on other hosts of the same owner, by origin. */
  beside?: Record<string, Site>
  /** Whether a manifest is only given as a type that the client accepts. */
  isStrict?: boolean
  /** Further headers of a manifest. */
  manifestHeaders?: Record<string, string>
  /** Whether a request for an unknown repository is an unexpected one. */
  expectsKnown?: boolean
  /** Answers requests for an unknown repository. */
  unknownRepository?: (name: string) => Reply
  /** Answers requests for an unknown tag. */
  unknownTag?: (tag: string) => Reply
  /** Answers requests before the guard does. */
  before?: Site
  /** Answers requests that the guard has let in. */
  instead?: Site
}

/** A registry as tests use it. */
export interface Fake {
  /** Host in the names of its images. */
  readonly host: string
  /** Puts the registry, its token service and its storage at their origins. */
  enter(internet: { put(origin: string, site: Site): unknown }): void
  repository(name: string): Repository | undefined
  /** Returns the tags of a repository, in the order in which they are listed. */
  tagsOf(name: string): string[]
}

/** The OCI distribution API over some repositories. */
export declare class Registry implements Fake {
  constructor(traits: RegistryTraits)
  readonly host: string
  get sites(): ReadonlyArray<readonly [origin: string, site: Site]>
  enter(internet: { put(origin: string, site: Site): unknown }): void
  repository(name: string): Repository | undefined
  tagsOf(name: string): string[]
  answer(request: Received): Reply | undefined
}

/** GitHub's API as far as releases, git tags and security advisories go. A request for an unknown repository is an unexpected one. */
export declare class Github {
  constructor(traits?: {
    /** Returns the tags of a repository that was not added. */
    others?: (name: string) => string[] | undefined
    /** Answer about an unknown repository: 404, as on GitHub itself. */
    unknown?: 'not found'
    /** Returns the document of a release. */
    describe?: (repository: string, tag: string) => object
  })
  /** Adds `owner/name` with releases of these tags, the oldest first. */
  repository(name: string, ...tags: string[]): this
  /** Adds the security advisories of `owner/name`, the newest first. */
  advisories(name: string, ...advisories: object[]): this
  /** Adds git tags without releases to a repository, the oldest first. */
  gitTags(name: string, ...tags: string[]): this
  /** Adds a file at the default branch of a repository. */
  file(name: string, path: string, text: string): this
  answer(request: Received): Reply | undefined
}
