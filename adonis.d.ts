import { type ServiceOptions, ContainerRegistryService as Unbound } from './index.js'

export * from './index.js'

/**
 * Settings of an app, as they stand in `config/container_registry.ts`: those of the service, without the logger, which is
 * the app's.
 */
export type ContainerRegistryConfig = Omit<ServiceOptions, 'logger'>

/**
 * The service at home in an AdonisJS app: it writes to the app's logger, has the settings of
 * `config/container_registry.ts`, and shares what it learns with the app's other services whose options are equal
 * (`scope: 'process'`). What `options` say goes before all of that.
 *
 * The logger and the settings are those of the app at the time: importing this outside of an app, or before one has
 * booted, does no harm. Lines that are logged before boot wait for it; outside of an app nothing is printed.
 */
export declare class ContainerRegistryService extends Unbound {
  /**
   * Makes a service. All options may be left out.
   *
   * @throws `INVALID_ARGUMENT` for an unknown key or a value of the wrong type; the message names the key.
   */
  constructor(options?: ServiceOptions)
}

/** Gives settings their types. What they are worth is found out when the service is made: see its constructor. */
export declare function defineConfig<Config extends ContainerRegistryConfig>(config: Config): Config
