import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'

/** What a server sends. */
export interface Reply {
  status: number
  headers?: Record<string, string | string[]>
  body?: string | Buffer
  /** Send this many bytes of the body and cut the connection; 0 cuts it before anything was sent. */
  cutAfter?: number
  /** Send nothing and keep the connection. */
  silent?: boolean
}

/** A request as it reached a server. */
export interface Received {
  method: string
  /** `scheme://host[:port]` that the client meant. */
  origin: string
  /** Path and query as they were sent. */
  url: string
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  body: string
  httpVersion: string
  /** Fulfilled when the client closes the connection before it has the whole answer. */
  abandoned: Promise<void>
}

/** A request and what it was answered. */
export interface Exchange {
  request: Received
  reply: Reply
}

/** What answers at an origin; undefined where it knows no such thing, which makes the request an unexpected one. */
export type Site = (request: Received) => Reply | undefined

export declare function reply(status: number, body?: string | Buffer, headers?: Reply['headers']): Reply
export declare function json(document: unknown, headers?: Reply['headers'], status?: number): Reply
/** A refusal in the words of the OCI distribution specification. */
export declare function refusal(
  status: number,
  code: string,
  message: string,
  headers?: Reply['headers'],
): Reply
export declare function tooManyRequests(retryAfter?: string): Reply
/** The connection is cut without an answer. */
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

/** A function that gives undefined leaves the request to the fallback. */
export type Answer = Reply | ((request: Received) => Reply | undefined | Promise<Reply | undefined>)

/** The status that answers a request which nobody expected. */
export declare const UNEXPECTED: number

/** An address of this machine for one server alone. */
export declare function ownAddress(): string

/**
 * An HTTP server on a free loopback port that answers what a test wrote down for it. A request that nobody wrote down
 * is answered with 599, and `close` fails for it, as it does for a script that was not played to its end.
 */
export declare class FakeServer {
  /** `fallback` answers what has no script of its own. `isForgetful` keeps no requests. */
  static start(fallback?: Site, options?: { isForgetful?: boolean }): Promise<FakeServer>
  private constructor()
  /** Every request, in order of arrival. */
  readonly requests: Received[]
  /** Connections that did not speak HTTP. */
  malformed: number
  /** The most requests that were without an answer at one time. */
  mostInFlight: number
  /** Address and port, `127.x.y.z:PORT`. */
  host: string
  get origin(): string
  /** Each request of a route (`GET /path?query`, or `GET /path` for any query) is given the next of these answers. */
  on(route: string, ...answers: Answer[]): this
  /** Every request of a route is given this answer, once what `on` says has been used up. */
  always(route: string, answer: Answer): this
  /** `GET /path?query` of every request, in order of arrival. */
  get routes(): string[]
  /** The requests of a route. */
  of(route: string): Received[]
  /** Waits until a route has been asked for. */
  asked(route: string, times?: number): Promise<Received>
  /** Waits until there have been that many requests. */
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

/** What a tag points to, and all that hangs below it. */
export interface Image {
  root: Content
  contents: Content[]
}

/** The same with its contents by kind. */
export interface BuiltImage extends Image {
  /** Indexes and manifests, the root first. */
  manifests: Content[]
  /** Configs. */
  blobs: Content[]
}

export interface SinglePlatform {
  /** `os/architecture[/variant]`; empty for a config that states none. */
  platform?: string
  labels?: Record<string, unknown>
  /** Sizes in bytes. */
  layers?: number[]
  /** When the config says that it was built. */
  created?: string
  /** Fields of the config beside these. */
  config?: object
  annotations?: Record<string, string>
  /** Makes the image differ from another one of the same kind. */
  salt?: string
  /** Docker's media types in place of OCI's. */
  docker?: boolean
  /** Documents do not say of what media type they are. */
  silent?: boolean
}

export interface MultiPlatform extends Omit<SinglePlatform, 'platform'> {
  platforms: string[]
  /** Labels of single platforms, over those of all. */
  labelsOf?: Record<string, Record<string, unknown>>
  /** Layers of single platforms, in place of those of all. */
  layersOf?: Record<string, number[]>
  /** Put attestations into the index, ahead of the images or behind them. */
  attestations?: boolean | 'last'
  indexAnnotations?: Record<string, string>
}

/** `linux/arm/v7` as an index or a config states it. */
export declare function platform(text: string): Platform
export declare function sha256(data: string | Buffer): string
/** Content of a JSON document, under the digest that it really has. */
export declare function content(mediaType: string, document: unknown): Content
export declare function descriptor(content: Content): { mediaType: string; digest: string; size: number }
/** One manifest with its config. */
export declare function singlePlatformImage(options?: SinglePlatform): BuiltImage
/** An index with a manifest and a config for every platform. */
export declare function multiPlatformImage(options: MultiPlatform): BuiltImage

/** The tags of a repository, and what they point to. */
export declare class Repository {
  constructor(options?: { isPrivate?: boolean })
  isPrivate: boolean
  /** As they were pushed, the oldest first. */
  tags: string[]
  /** By tag and by digest. */
  readonly manifests: Map<string, Content>
  readonly blobs: Map<string, Content>
  /** Lists tags, whether or not there is an image behind them. */
  list(...tags: string[]): this
  /** Lists a tag and puts an image behind it. */
  push(tag: string, image: Image): this
  /** Puts an image behind a tag without listing it again. */
  put(tag: string, image: Image): this
}

/** Repositories by name, or what finds them. */
export type Repositories = Record<string, Repository> | ((name: string) => Repository | undefined)
export declare function repositoryIn(repositories: Repositories, name: string): Repository | undefined

/** Stands before a registry's content. */
export interface Guard {
  /** Undefined lets a request in; a name is missing where the registry itself is asked. */
  admit(request: Received, name?: string): Reply | undefined
  /** What the guard answers at the registry itself. */
  issue?: Site
  /** Where a guard has an endpoint of its own. */
  sites?: ReadonlyArray<readonly [origin: string, site: Site]>
}

/** What opens the private repositories of every registry. */
export declare const LOGIN: { username: string; password: string }
export declare const IDENTITY_TOKEN: string
export declare const ACCESS_TOKEN: string
/** Lets everybody in. */
export declare const open: Guard
/** Wants user name and password with every request, but for what `publicOf` says is public. */
export declare function basic(traits: { challenge: string; publicOf?: Repositories }): Guard
export declare function loginOf(request: Pick<Received, 'headers'>): 'none' | 'right' | 'wrong'
/** The scheme, in small letters, and what follows it. */
export declare function authorizationOf(header?: string): { scheme: string; value: string }

export interface TokenTraits {
  /** Where tokens are issued, as the challenge says it; relative to the registry if it is a path. */
  realm: string
  /** The registry's origin, for a realm that the challenge gives as a path. */
  origin?: string
  service: string
  repositories: Repositories
  /** The scope that the challenge names, where it is not the repository that was asked for. */
  scope?: string
  /** The scope of a challenge where no repository was asked for; it means nothing. */
  placeholder?: string
  /** The text of a token, by how many were issued with it. Each is to be another one. */
  named?: (number: number) => string
  /** Which fields carry the token. */
  answer?: (token: string) => object
  /** What the token endpoint says of a repository that the asker may not read. Without it a token is issued that opens nothing. */
  refuse?: () => Reply
  /** What the registry says to a token that does not open a repository; the challenge is added. */
  denial?: { code: string; message: string; error?: string }
  /** A missing repository is let through, to be answered as what it is. */
  tellsMissing?: boolean
  /** Public repositories need no token for these methods. */
  openFor?: string[]
  /** Every user name and password is right. */
  takesAnyLogin?: boolean
  /** Takes a refresh token by POST. */
  refresh?: boolean
  /** Takes `ACCESS_TOKEN` as it takes the tokens that it issues. */
  takesAccessToken?: boolean
  /** Takes user name and password in place of a token. */
  takesLogin?: boolean
  /** The headers of a challenge, made of the Bearer one. */
  challenges?: (bearer: string) => string[]
  /** The challenge to an Authorization that was refused. */
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

/** How a registry lists tags. */
export interface Paging {
  /** Default: lexical, as the specification has it. */
  order?: 'lexical' | 'pushed' | 'scattered'
  /** Tags of a page where the client states no number. Default: all. */
  usual?: number
  /** The most tags of a page. Default: all. */
  most?: number
  /** What is said to a number above `most`; without it the page is as long as it may be. */
  excess?: (most: number) => Reply
  /** A client's number means nothing, and all tags come in one answer. */
  ignoresNumber?: boolean
  /** What the next page is asked for with. Default: `byLastTag`. */
  cursor?: Cursor
  /** The Link header for a next page. Default: path and query. */
  link?: (next: { path: string; origin: string; cursor: string; size: number }) => string
  /** Whether a Link stands on the last page, and on an empty one. Default: neither. */
  linkOn?: 'non-empty pages' | 'no page'
  /** Keys of the document beside `name` and `tags`. */
  extra?: object
  contentType?: string
}

export interface Cursor {
  key: string
  /** The position is that of the first tag of the next page. */
  write: (lastTag: string, position: number) => string
  /** The position, or what is said to a cursor that is none. */
  read: (text: string, tags: string[]) => number | Reply
}

/** The last tag of the page before; one that is not in the list stands where it would be. */
export declare const byLastTag: Cursor
/** How many tags stand on the pages before. */
export declare function byPosition(key: string): Cursor
/** A text that only the registry can read. */
export declare function opaque(key: string): Cursor
/** A relative Link with its parameters in this order. */
export declare function relative(...keys: ['last', 'n'] | ['n', 'last']): NonNullable<Paging['link']>
/** The tags as a registry orders them. */
export declare function ordered(tags: string[], paging?: Paging): string[]
/** One page of tags, as a request asks for it. */
export declare function page(request: Received, name: string, tags: string[], paging: Paging): Reply

/** Where a registry keeps its blobs, and sends clients for them. */
export interface Storage {
  origin: string
  site: Site
  redirect(content: Content): Reply
}

/** Marks what must not be shown: who has it can read the blob. */
export declare const SIGNATURE: string
export declare function storage(origin: string, refused?: Reply): Storage

/** Docker Hub's API beside its registry. */
export declare function hubApi(repositories: Repositories): Site

/** What makes a registry differ from others. */
export interface RegistryTraits {
  /** What stands before the first slash of its images. */
  host: string
  /** Default: https on the host. */
  origin?: string
  repositories: Repositories
  /** Default: none. */
  guard?: Guard
  paging?: Paging
  /** Where blobs are. Default: on the registry itself. */
  storage?: Storage
  /** What else is there on other hosts of the same owner. */
  beside?: Record<string, Site>
  /** A manifest is only given as a type that the client accepts. */
  isStrict?: boolean
  /** Headers of a manifest, beside the usual ones. */
  manifestHeaders?: Record<string, string>
  /** A repository that there is not is an unexpected request. */
  expectsKnown?: boolean
  /** What is said of a repository that there is not. */
  unknownRepository?: (name: string) => Reply
  /** What is said of a tag that there is not. */
  unknownTag?: (tag: string) => Reply
  /** Looks at every request first. */
  before?: Site
  /** Looks at every request that was let in. */
  instead?: Site
}

/** A registry as a test speaks of it. */
export interface Fake {
  /** What stands before the first slash of its images. */
  readonly host: string
  /** Puts the registry, its token service and its storage where they are found by their names. */
  enter(internet: { put(origin: string, site: Site): unknown }): void
  repository(name: string): Repository | undefined
  /** The tags of a repository, in the order in which they are listed. */
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

/** GitHub's API as far as releases go. What it was not told of is an unexpected request. */
export declare class Github {
  constructor(traits?: {
    /** The tags of a repository that was not told of. */
    others?: (name: string) => string[] | undefined
    /** What is not known is not found, as on GitHub itself. */
    unknown?: 'not found'
    /** The document of a release. */
    describe?: (repository: string, tag: string) => object
  })
  /** `owner/name` with releases of these tags, the oldest first. */
  repository(name: string, ...tags: string[]): this
  answer(request: Received): Reply | undefined
}
