import { type ServiceOptions, ContainerRegistryService as Unbound } from './index.js'

export * from './index.js'

/**
 * Settings of an app in `config/container_registry.ts`: the options of the service without the logger, which is the
 * app's.
 */
export type ContainerRegistryConfig = Omit<ServiceOptions, 'logger'>

/**
 * The service for an AdonisJS app. It writes to the app's logger, takes the settings of `config/container_registry.ts`,
 * and shares what it learns with the app's other services of equal options (`scope: 'process'`). Options of the
 * constructor go before all of these.
 *
 * The logger and the settings are those of the app when they are needed, so the import also works outside of an app and
 * before boot. Lines that are logged before boot wait for it. Outside of an app nothing is printed.
 */
export declare class ContainerRegistryService extends Unbound {
  /**
   * Makes a service. All options may be left out.
   *
   * @throws `INVALID_ARGUMENT` for an unknown key or a value of the wrong type; the message names the key.
   */
  constructor(options?: ServiceOptions)
}

/** Gives settings their types. The settings are validated when the service is made. */
export declare function defineConfig<Config extends ContainerRegistryConfig>(config: Config): Config
