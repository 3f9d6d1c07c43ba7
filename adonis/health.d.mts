import { BaseCheck } from '@adonisjs/core/health'
import type { HealthCheckResult } from '@adonisjs/core/types/health'
import type { ContainerRegistryService } from '../index.js'

/** What a `ContainerRegistryCheck` looks at. */
export interface ContainerRegistryCheckOptions {
  /** Images whose digest is asked for, say one of each registry that the app depends on. Default: none. */
  images?: string[]
  /** Milliseconds for each of them. Default: 5,000. */
  timeoutMs?: number
  /** Warn when a registry says that it allows fewer requests than this for now. Default: 10. */
  warnBelow?: number
}

/**
 * Tells whether the app's registries answer, for `@adonisjs/core/health`.
 *
 * - `error`: a registry fails, refuses, or does not answer in time.
 * - `warning`: a registry asks for patience (429), or is about to.
 * - `ok`: neither.
 *
 * The metadata has the state of each image (`OK` or an error's code) and `rateLimitRemaining` by host.
 */
export declare class ContainerRegistryCheck extends BaseCheck {
  /** What the check is called in a report. Default: `Container registries`. */
  name: string
  /** Makes a check of the registries that `registry` asks. */
  constructor(registry: ContainerRegistryService, options?: ContainerRegistryCheckOptions)
  /** Asks for the digest of each image, by HEAD, which no registry counts as a pull. */
  run(): Promise<HealthCheckResult>
}
