/**
 * What `node ace configure container-registry-service` calls in an AdonisJS app: writes `config/container_registry.ts`, the
 * environment variables with their validation, and the provider into `adonisrc.ts`.
 */
export declare function configure(command: object): Promise<void>

export interface ContainerRegistryService {
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
