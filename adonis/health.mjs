import { BaseCheck, Result } from '@adonisjs/core/health'

export class ContainerRegistryCheck extends BaseCheck {
  name = 'Container registries'
  #registry
  #images
  #timeoutMs
  #warnBelow

  constructor(registry, { images = [], timeoutMs = 5_000, warnBelow = 10 } = {}) {
    super()
    this.#registry = registry
    this.#images = images
    this.#timeoutMs = timeoutMs
    this.#warnBelow = warnBelow
  }

  async run() {
    const checks = await Promise.all(this.#images.map((image) => this.#look(image)))
    const failures = checks.filter(({ error }) => error)
    const isGrave = ({ error }) => error.code !== 'RATE_LIMITED'
    const { rateLimitRemaining } = this.#stats(failures)
    const scarce = Object.entries(rateLimitRemaining).filter(([, left]) => left < this.#warnBelow)
    return this.#verdict(failures, failures.find(isGrave), scarce).mergeMetaData({
      images: checks.map(({ image, error }) => ({ image, status: error?.code ?? 'OK' })),
      rateLimitRemaining,
    })
  }

  /**
   * Without a binary `stats()` throws, which would end all other checks too. So that counts as a failure of this check.
   */
  #stats(failures) {
    try {
      return this.#registry.stats()
    } catch (error) {
      failures.push({ error })
      return { rateLimitRemaining: {} }
    }
  }

  /** Asks for the digest by HEAD, which no registry counts as a pull. */
  async #look(image) {
    try {
      const parsed = this.#registry.parseImageReference(image)
      await this.#registry.getDigest(parsed, null, { signal: AbortSignal.timeout(this.#timeoutMs) })
      return { image }
    } catch (error) {
      return { image, error: error.code === 'ABORTED' ? this.#late(image, error) : error }
    }
  }

  #late(image, cause) {
    const error = new Error(`No answer about ${image} within ${this.#timeoutMs} ms`, { cause })
    return Object.assign(error, { code: 'TIMEOUT' })
  }

  #verdict(failures, grave, scarce) {
    if (grave) return Result.failed(grave.error.message, grave.error)
    if (failures.length > 0) return Result.warning(failures[0].error.message)
    if (scarce.length > 0) {
      const [[host, left]] = scarce
      return Result.warning(`${host} allows ${left} more requests for now`)
    }
    return Result.ok(this.#images.length > 0 ? 'All registries answer' : 'No registry is short of requests')
  }
}
