import type { ApplicationService } from '@adonisjs/core/types'
import type { ContainerRegistryService } from '../adonis.js'

declare module '@adonisjs/core/types' {
  interface ContainerBindings {
    /** The app's container registry service. */
    containerRegistry: ContainerRegistryService
  }
}

/**
 * Puts one `ContainerRegistryService` with the settings of `config/container_registry.ts` into the app's container. It
 * is made when it is first asked for, and closed when the app shuts down. Constructors that name the class get it, from
 * `container-registry-service/adonis` and from `container-registry-service` alike, and so does
 * `container.make('containerRegistry')`.
 */
export default class ContainerRegistryProvider {
  /** Makes the provider. AdonisJS calls this and the methods. */
  constructor(app: ApplicationService)
  /** The app of the provider. */
  protected app: ApplicationService
  /** Binds the service in the container. */
  register(): void
  /** Closes the service if it was made. */
  shutdown(): Promise<void>
}
