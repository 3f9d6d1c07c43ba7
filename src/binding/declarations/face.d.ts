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
