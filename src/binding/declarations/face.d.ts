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
