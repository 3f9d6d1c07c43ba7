import type { ApplicationService } from '@adonisjs/core/types'
import type { ContainerRegistryService } from '../adonis.js'

declare module '@adonisjs/core/types' {
  interface ContainerBindings {
    /** The app's container registry service. */
    containerRegistry: ContainerRegistryService
  }
}

/**
 * Puts one `ContainerRegistryService` with the settings of `config/container_registry.ts` into the app's container, made
 * when it is first asked for and closed when the app shuts down. It is what constructors are given that name the class,
 * be it from `container-registry-service/adonis` or from `container-registry-service`, and what
 * `container.make('containerRegistry')` answers.
 */
export default class ContainerRegistryProvider {
  /** AdonisJS makes the provider, and calls its methods. */
  constructor(app: ApplicationService)
  /** The app that the provider is of. */
  protected app: ApplicationService
  /** Tells the container how the service is made. */
  register(): void
  /** Closes the service, if it was made. */
  shutdown(): Promise<void>
}
