import { BaseCheck } from '@adonisjs/core/health'
import type { HealthCheckResult } from '@adonisjs/core/types/health'
import type { ContainerRegistryService } from '../index.js'

/** Options of a `ContainerRegistryCheck`. */
export interface ContainerRegistryCheckOptions {
  /** Images whose digest is asked for, say one of each registry that the app depends on. Default: none. */
  images?: string[]
  /** Milliseconds for each image. Default: 5,000. */
  timeoutMs?: number
  /** Least number of requests that a registry must still allow; fewer are a warning. Default: 10. */
  warnBelow?: number
  /**
   * Whether an image whose support has ended is a warning. It takes a check of each image (`checkImage`). Default: `false`.
   */
  warnUnsupported?: boolean
}

/**
 * Checks whether the app's registries answer, for `@adonisjs/core/health`.
 *
 * - `error`: a registry fails, refuses, or does not answer in time.
 * - `warning`: a registry asks for fewer requests (429), or is about to; with `warnUnsupported`, the support of an image has
 *   ended.
 * - `ok`: neither.
 *
 * The metadata has the state of each image (`OK` or an error's code; with `warnUnsupported`, its `support`) and `rateLimitRemaining` by host.
 */
export declare class ContainerRegistryCheck extends BaseCheck {
  /** Name of the check in a report. Default: `Container registries`. */
  name: string
  /** Makes a check of the registries that `registry` reaches. */
  constructor(registry: ContainerRegistryService, options?: ContainerRegistryCheckOptions)
  /** Asks for the digest of each image, by HEAD, which no registry counts as a pull. */
  run(): Promise<HealthCheckResult>
}
