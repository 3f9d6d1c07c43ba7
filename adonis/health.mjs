import { BaseCheck, Result } from '@adonisjs/core/health'

export class ContainerRegistryCheck extends BaseCheck {
  name = 'Container registries'
  #registry
  #images
  #timeoutMs
  #warnBelow
  #warnUnsupported

  constructor(registry, { images = [], timeoutMs = 5_000, warnBelow = 10, warnUnsupported = false } = {}) {
    super()
    this.#registry = registry
    this.#images = images
    this.#timeoutMs = timeoutMs
    this.#warnBelow = warnBelow
    this.#warnUnsupported = warnUnsupported
  }

  async run() {
    const checks = await Promise.all(this.#images.map((image) => this.#look(image)))
    const failures = checks.filter(({ error }) => error)
    const isGrave = ({ error }) => error.code !== 'RATE_LIMITED'
    const { rateLimitRemaining } = this.#stats(failures)
    const scarce = Object.entries(rateLimitRemaining).filter(([, left]) => left < this.#warnBelow)
    const ended = checks.filter(({ support }) => support?.support === 'ended')
    return this.#verdict({ failures, grave: failures.find(isGrave), scarce, ended }).mergeMetaData({
      images: checks.map(({ image, error, support }) => ({
        image,
        status: error?.code ?? 'OK',
        ...(support && { support: support.support }),
      })),
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
      const signal = AbortSignal.timeout(this.#timeoutMs)
      await this.#registry.getDigest(parsed, null, { signal })
      if (!this.#warnUnsupported) return { image }
      const { lifecycle } = await this.#registry.checkImage(image, { signal })
      return { image, support: lifecycle }
    } catch (error) {
      return { image, error: error.code === 'ABORTED' ? this.#late(image, error) : error }
    }
  }

  #late(image, cause) {
    const error = new Error(`No answer about ${image} within ${this.#timeoutMs} ms`, { cause })
    return Object.assign(error, { code: 'TIMEOUT' })
  }

  #verdict({ failures, grave, scarce, ended }) {
    if (grave) return Result.failed(grave.error.message, grave.error)
    if (failures.length > 0) return Result.warning(failures[0].error.message)
    if (scarce.length > 0) {
      const [[host, left]] = scarce
      return Result.warning(`${host} allows ${left} more requests for now`)
    }
    if (ended.length > 0) {
      const [{ image, support }] = ended
      return Result.warning(`${image} is not supported${support.endsAt ? ` since ${support.endsAt}` : ''}`)
    }
    return Result.ok(this.#images.length > 0 ? 'All registries answer' : 'No registry is short of requests')
  }
}
