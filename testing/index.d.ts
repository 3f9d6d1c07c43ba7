import type {
  AvailableUpdate,
  BatchOptions,
  CallOptions,
  CheckOptions,
  CheckRequest,
  ContainerRegistryService,
  ErrorCode,
  ImagePlatform,
  ImageReport,
  InspectOptions,
  ParsedImageReference,
  Release,
  ReleaseOptions,
  ServiceOptions,
  ServiceStats,
  UpdateInspection,
  WatchOptions,
} from '../index.js'

/** What tells the time, and lets it pass. */
export interface Clock {
  /** Milliseconds, counted from wherever the clock likes. */
  now(): number
  /** Ends after so many milliseconds; rejects with the reason of `signal` when that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A clock that stands still until it is told to go on. */
export declare class FakeClock implements Clock {
  /** `start` is what the clock shows at first, in milliseconds. Default: 0. */
  constructor(start?: number)
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /** Goes on by so many milliseconds, waking who sleeps in the order of their times. Ends when they have acted on it. */
  advance(ms: number): Promise<void>
}

/** What a fake service answers about an image. What is asked for and not said here is an error that names it. */
export interface FakeAnswers {
  /** Answer of `getAvailableUpdates`, and the `updates` of the image's report. */
  updates?: AvailableUpdate[]
  /** What is in the image's report beside what follows from the other answers. */
  report?: Partial<ImageReport>
  /** Answer of `inspectUpdate`, by the tag that is asked about. */
  inspection?: Omit<UpdateInspection, 'image' | 'targetTag'>
  /** Answer of `listTags`. */
  tags?: string[]
  /** Platforms as `os/architecture[/variant]`: the answer of `getPlatforms`, and what `checkArchSupport` goes by. */
  platforms?: string[]
  /** Answer of `getDigest`, as `sha256:…`. */
  digest?: string
  /** Answer of `getImageDownloadSize`, in bytes. */
  downloadSize?: number | null
  /** Answer of `getSourceUrl`. */
  sourceUrl?: string | null
  /** Makes every method that rejects reject with this, and the others answer what they answer when a registry fails. */
  error?: FakeError
  /** Milliseconds that pass before an answer. Default: 0. */
  afterMs?: number
}

/** An error to reject with. */
export interface FakeError {
  /** What went wrong, in one word. */
  code: ErrorCode
  /** Default: a sentence that names the code. */
  message?: string
  /** HTTP status that was the final answer. Default: none. */
  status?: number
  /** Host that was asked. Default: none. */
  host?: string
  /** The server's own words. Default: none. */
  detail?: string
}

/** A call of a fake service. */
export interface FakeCall {
  /** The method that was called. */
  method: keyof ContainerRegistryService
  /** Its arguments, without its options. */
  args: unknown[]
}

/**
 * A `ContainerRegistryService` that answers what a test told it to. It opens no connection and loads no binary, so that
 * tests run where there is none.
 *
 * `parseImageReference` and `filterCompatibleUpdates` answer as the class does, and so does `buildReleaseUrl` for plain web
 * addresses of a repository (`https://host/owner/name`). `checkImages` reports progress, and every asynchronous method
 * heeds its `signal` and `close()`.
 */
export declare class FakeContainerRegistryService
  implements Pick<ContainerRegistryService, keyof ContainerRegistryService>
{
  /** `clock` is what `afterMs` goes by. Default: the machine's, by the `setTimeout` that is in place at the time. */
  constructor(options?: { clock?: Clock })
  /** Every call, in order, without its options. */
  readonly calls: FakeCall[]
  /** The arguments of every call of a method. */
  callsOf(method: keyof ContainerRegistryService): unknown[][]
  /** Says what is answered about an image: one tag of it if `name` has a tag, else all of its tags. A tag goes first. */
  image(name: string, answers: FakeAnswers): this
  /**
   * Says what is answered about a source repository: the prefix by `detectReleaseTagPrefix` (`''` where nothing is said), the
   * releases by `listReleases`.
   */
  source(sourceUrl: string, answers: { releaseTagPrefix?: string; releases?: Release[] }): this

  parseImageReference(image: string): ParsedImageReference
  listTags(parsed: ParsedImageReference | string, options?: CallOptions): Promise<string[]>
  checkArchSupport(
    parsed: ParsedImageReference | string,
    tag: string,
    hostArch: string,
    options?: CallOptions,
  ): Promise<boolean>
  getImageDownloadSize(
    parsed: ParsedImageReference | string,
    tag: string,
    hostArch: string,
    options?: CallOptions,
  ): Promise<number | null>
  getDigest(
    parsed: ParsedImageReference | string,
    tag?: string | null,
    options?: CallOptions,
  ): Promise<string>
  getPlatforms(
    parsed: ParsedImageReference | string,
    tag?: string | null,
    options?: CallOptions,
  ): Promise<ImagePlatform[]>
  getSourceUrl(parsed: ParsedImageReference | string, options?: CallOptions): Promise<string | null>
  detectReleaseTagPrefix(sourceUrl: string, sampleTag: string, options?: CallOptions): Promise<string>
  buildReleaseUrl(sourceUrl: string, tag: string, releaseTagPrefix?: string): string | undefined
  filterCompatibleUpdates(tags: string[], currentTag: string, majorVersion: number): string[]
  getAvailableUpdates(
    containerImage: string,
    hostArch: string,
    fallbackSourceRepo?: string | null,
    options?: CallOptions,
  ): Promise<AvailableUpdate[]>
  /** The report that was told, over what follows from `updates`. */
  checkImage(image: string, options?: CheckOptions): Promise<ImageReport>
  checkImages(images: (string | CheckRequest)[], options?: BatchOptions): Promise<ImageReport[]>
  watchImages(
    images: (string | CheckRequest)[],
    options?: WatchOptions,
  ): AsyncGenerator<ImageReport, void, undefined>
  inspectUpdate(image: string, targetTag: string, options?: InspectOptions): Promise<UpdateInspection>
  listReleases(sourceUrl: string, options?: ReleaseOptions): Promise<Release[]>
  /** Zeros: nothing is asked of anybody. */
  stats(): ServiceStats
  clearCache(): Promise<void>
  close(): Promise<void>
  /** Ends it, as `close()` does. */
  [Symbol.asyncDispose](): Promise<void>
}

/** An image that is served. */
export interface FixtureImage {
  /** The repository, as a person writes it: `nginx`, `ghcr.io/kiwix/kiwix-serve`. */
  image: string
  /** Tags, in the order in which the registry lists them. */
  tags: string[]
  /** Tags that point to what another tag points to, say `{ latest: '1.27.1' }`. Default: each tag is an image of its own. */
  aliases?: Record<string, string>
  /** What every tag is built for, as `os/architecture[/variant]`. Default: `linux/amd64` and `linux/arm64`. */
  platforms?: string[]
  /** Tags that are built for other platforms than these. */
  onlyFor?: Record<string, string[]>
  /** When tags were made, by tag (RFC 3339). Default: nobody tells. */
  created?: Record<string, string>
  /** One platform, and therefore a manifest without an index. Default: `false`. */
  single?: boolean
  /** The source repository, as a label of the image names it. Default: no label. */
  source?: string
  /** How the source repository on GitHub names its releases: `v` before the number, or nothing. Default: no releases. */
  releases?: 'v' | ''
}

/** How a registry behaves. */
export interface FixtureHost {
  /** Whether it wants a token, which anybody is given. Default: `true`. */
  token?: boolean
  /** Tags of one page. Default: 100. */
  pageSize?: number
}

/** A request to a registry that is served. */
export interface FixtureRequest {
  /** The registry's own name. */
  host: string
  /** Method of the request. */
  method: string
  /** Path and query. */
  path: string
}

/** Registries that are served. */
export interface FixtureRegistries {
  /** Leads a service to them: `new ContainerRegistryService(options)`. */
  readonly options: Pick<ServiceOptions, 'registries' | 'github'>
  /** Every request, in order. */
  readonly requests: FixtureRequest[]
  /** Makes a registry, or `api.github.com`, answer every request with a status. */
  refuse(host: string, status: number, headers?: Record<string, string>): void
  /** Takes that back. */
  recover(host: string): void
  /** Ends them. Rejects if there was a request that is no question to a registry or to GitHub, and names it. */
  close(): Promise<void>
}

/**
 * Serves images on free ports of the loopback interface: a registry for each host that they name, and GitHub's API for their
 * releases. For tests that are to run the real class, over real HTTP.
 *
 * `hosts` says how registries behave, by host; `docker.io` is Docker Hub.
 *
 * @throws the `INVALID_REFERENCE` of an image that is none
 */
export declare function startRegistries(served: {
  images: FixtureImage[]
  hosts?: Record<string, FixtureHost>
}): Promise<FixtureRegistries>
