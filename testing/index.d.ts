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
  NotesOptions,
  ParsedImageReference,
  Release,
  ReleaseNotes,
  ReleaseOptions,
  ServiceOptions,
  ServiceStats,
  UpdateInspection,
  WatchOptions,
} from '../index.js'

/** A source of time, by which a fake waits. */
export interface Clock {
  /** Returns milliseconds, counted from any starting point. */
  now(): number
  /** Resolves after `ms` milliseconds. Rejects with the reason of `signal` if that aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** A clock that stands still until `advance` is called. */
export declare class FakeClock implements Clock {
  /** Makes a clock that shows `start` milliseconds. Default: 0. */
  constructor(start?: number)
  now(): number
  sleep(ms: number, signal?: AbortSignal): Promise<void>
  /**
   * Advances the clock by `ms` milliseconds, and wakes sleepers in the order of their times. Resolves when they have
   * acted.
   */
  advance(ms: number): Promise<void>
}

/**
 * Answers of a fake service about an image. If a method needs an answer that is missing here, it throws an error that
 * names it.
 */
export interface FakeAnswers {
  /** Answer of `getAvailableUpdates`, and the `updates` of the image's report. Default: none. */
  updates?: AvailableUpdate[]
  /** Fields of the image's report that do not follow from the other answers. */
  report?: Partial<ImageReport>
  /** Answer of `inspectUpdate` for the tag that it is asked about. */
  inspection?: Omit<UpdateInspection, 'image' | 'targetTag'>
  /** Answer of `releaseNotes` up to the tag. Default: `complete`, and not `truncated`. */
  releaseNotes?: Pick<ReleaseNotes, 'releases'> & Partial<ReleaseNotes>
  /** Answer of `listTags`. */
  tags?: string[]
  /**
   * Platforms as `os/architecture[/variant]`: the answer of `getPlatforms`, from which that of `checkArchSupport`
   * follows.
   */
  platforms?: string[]
  /** Answer of `getDigest`, as `sha256:…`. */
  digest?: string
  /** Answer of `getImageDownloadSize`, in bytes. */
  downloadSize?: number | null
  /** Answer of `getSourceUrl`. */
  sourceUrl?: string | null
  /** Error with which every method rejects that can. The other methods answer as they do when a registry fails. */
  error?: FakeError
  /** Milliseconds that pass before an answer. Default: 0. */
  afterMs?: number
}

/** Fields of an error to reject with. */
export interface FakeError {
  /** Code of the error. */
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

/** One call of a fake service. */
export interface FakeCall {
  /** The method that was called. */
  method: keyof ContainerRegistryService
  /** Its arguments, without its options. */
  args: unknown[]
}

/**
 * A `ContainerRegistryService` that gives the answers of a test. It opens no connection and loads no binary, so tests
 * run where there is none.
 *
 * `parseImageReference` and `filterCompatibleUpdates` answer as the class does, and so does `buildReleaseUrl` for plain
 * web addresses of a repository (`https://host/owner/name`). `checkImages` reports progress, and every asynchronous
 * method obeys its `signal` and `close()`.
 */
export declare class FakeContainerRegistryService
  implements Pick<ContainerRegistryService, keyof ContainerRegistryService>
{
  /**
   * Makes a fake without answers. `clock` times `afterMs`. Default: the machine's clock, by the `setTimeout` in place
   * at the time.
   */
  constructor(options?: { clock?: Clock })
  /** Every call, in order. */
  readonly calls: FakeCall[]
  /** The arguments of every call of a method. */
  callsOf(method: keyof ContainerRegistryService): unknown[][]
  /**
   * Sets the answers about an image: for one tag if `name` has a tag, else for all of its tags. Answers for a tag go
   * first.
   */
  image(name: string, answers: FakeAnswers): this
  /**
   * Sets the answers about a source repository: `releaseTagPrefix` is that of `detectReleaseTagPrefix` (default `''`),
   * `releases` that of `listReleases`.
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
  /** Returns the report that was set, over the fields that follow from `updates`. */
  checkImage(image: string, options?: CheckOptions): Promise<ImageReport>
  checkImages(images: (string | CheckRequest)[], options?: BatchOptions): Promise<ImageReport[]>
  watchImages(
    images: (string | CheckRequest)[],
    options?: WatchOptions,
  ): AsyncGenerator<ImageReport, void, undefined>
  inspectUpdate(image: string, targetTag: string, options?: InspectOptions): Promise<UpdateInspection>
  listReleases(sourceUrl: string, options?: ReleaseOptions): Promise<Release[]>
  releaseNotes(image: string, from: string, to: string, options?: NotesOptions): Promise<ReleaseNotes>
  /** Returns zeros, because nothing is requested. */
  stats(): ServiceStats
  clearCache(): Promise<void>
  close(): Promise<void>
  /** Closes the fake, as `close()` does. */
  [Symbol.asyncDispose](): Promise<void>
}

/** An image that a registry serves. */
export interface FixtureImage {
  /** The repository, as a person writes it: `nginx`, `ghcr.io/kiwix/kiwix-serve`. */
  image: string
  /** Tags, in the order in which the registry lists them. */
  tags: string[]
  /**
   * Tags that point to the same image as another tag, say `{ latest: '1.27.1' }`. Default: each tag is an image of its
   * own.
   */
  aliases?: Record<string, string>
  /** Platforms of every tag, as `os/architecture[/variant]`. Default: `linux/amd64` and `linux/arm64`. */
  platforms?: string[]
  /** Platforms of single tags, in place of `platforms`. Default: none. */
  onlyFor?: Record<string, string[]>
  /** Creation times of tags (RFC 3339). Default: none is stated. */
  created?: Record<string, string>
  /**
   * Settings of tags for their containers, as the `config` of an image config has them: `{ '2.0': { User: '1000' } }`.
   * Default: labels only.
   */
  configs?: Record<string, object>
  /** Bytes of the layers of tags. Layers differ between tags. Default: one layer of 20 MB. */
  layers?: Record<string, number[]>
  /** Tags whose images are signed by cosign. Default: none. */
  signed?: string[]
  /** Whether the image has a single platform, and so a manifest without an index. Default: `false`. */
  single?: boolean
  /** Source repository, in a label of the image. Default: no label. */
  source?: string
  /** Prefix of the releases of the source repository on GitHub: `v` or nothing. Default: there are no releases. */
  releases?: 'v' | ''
  /**
   * Security advisories of the source repository, as GitHub's API lists them, the newest first. Default: it lists none and
   * answers 404.
   */
  advisories?: object[]
  /** Notes of the releases of single tags. Default: none. */
  notes?: Record<string, string>
}

/** Behaviour of a registry. */
export interface FixtureHost {
  /** Whether it wants a token, which it gives to everybody. Default: `true`. */
  token?: boolean
  /** Tags per page. Default: 100. */
  pageSize?: number
}

/** A request to a registry that is served. */
export interface FixtureRequest {
  /** Host of the registry, by its real name. */
  host: string
  /** Method of the request. */
  method: string
  /** Path and query. */
  path: string
}

/** Registries that are served. */
export interface FixtureRegistries {
  /** Options that lead a service to them: `new ContainerRegistryService(options)`. */
  readonly options: Pick<ServiceOptions, 'registries' | 'github'>
  /** Every request, in order. */
  readonly requests: FixtureRequest[]
  /** Makes a registry, or `api.github.com`, answer every request with a status. */
  refuse(host: string, status: number, headers?: Record<string, string>): void
  /** Ends the refusals of a host. */
  recover(host: string): void
  /** Stops the registries. Rejects if a request was none that a registry or GitHub answers, and names it. */
  close(): Promise<void>
}

/**
 * Serves images on free ports of the loopback interface: one registry for each host that they name, and GitHub's API
 * for their releases. It is for tests that run the real class over real HTTP.
 *
 * `hosts` sets the behaviour of registries, by host; `docker.io` is Docker Hub.
 *
 * @throws `INVALID_REFERENCE` for an image that is none
 */
export declare function startRegistries(served: {
  images: FixtureImage[]
  hosts?: Record<string, FixtureHost>
}): Promise<FixtureRegistries>
