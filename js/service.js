'use strict'

const { arrivals } = require('./arrivals.js')
const { run } = require('./call.js')
const { rebuilt, sync } = require('./errors.js')
const native = require('./load.js')
const { Log, isObserved } = require('./log.js')
const { copies, joined, report } = require('./values.js')

/**
 * The native class for JavaScript: a class that containers take for one, with errors, promises and lists of the caller's
 * realm. It decides nothing.
 */
class ContainerRegistryService extends native.ContainerRegistryService {
  #log

  // No parameter without a default: a container that counts them would ask for something to inject.
  constructor(options = undefined) {
    // Weak, so that the logger's wake-up does not keep a service alive that nobody uses any more.
    let self
    try {
      super(options, () => self?.deref()?.#deliver())
    } catch (error) {
      throw rebuilt(error)
    }
    self = new WeakRef(this)
    this.#log = new Log(options?.logger)
  }

  parseImageReference(image) {
    return { ...sync(() => super.parseImageReference(image)) }
  }

  buildReleaseUrl(sourceUrl, tag, releaseTagPrefix) {
    return sync(() => super.buildReleaseUrl(sourceUrl, tag, releaseTagPrefix))
  }

  filterCompatibleUpdates(tags, currentTag, majorVersion) {
    return [...sync(() => super.filterCompatibleUpdates(tags, currentTag, majorVersion, joined(tags)))]
  }

  async listTags(parsed, options) {
    return [...(await this.#call(options, (call) => super.listTags(parsed, call)))]
  }

  async checkArchSupport(parsed, tag, hostArch, options) {
    return this.#call(options, (call) => super.checkArchSupport(parsed, tag, hostArch, call))
  }

  async getImageDownloadSize(parsed, tag, hostArch, options) {
    return this.#call(options, (call) => super.getImageDownloadSize(parsed, tag, hostArch, call))
  }

  async getDigest(parsed, tag, options) {
    return this.#call(options, (call) => super.getDigest(parsed, tag, call))
  }

  async getPlatforms(parsed, tag, options) {
    return copies(await this.#call(options, (call) => super.getPlatforms(parsed, tag, call)))
  }

  async getSourceUrl(parsed, options) {
    return this.#call(options, (call) => super.getSourceUrl(parsed, call))
  }

  async detectReleaseTagPrefix(sourceUrl, sampleTag, options) {
    return this.#call(options, (call) => super.detectReleaseTagPrefix(sourceUrl, sampleTag, call))
  }

  async getAvailableUpdates(image, hostArch, fallbackSourceRepo, options) {
    return copies(
      await this.#call(
        options,
        (call) => super.getAvailableUpdates(image, hostArch, fallbackSourceRepo, options, call),
        { kind: 'updates' },
      ),
    )
  }

  async checkImage(image, options) {
    return report(
      JSON.parse(
        await this.#call(options, (call) => super.checkImage(image, options, call), {
          kind: 'check',
        }),
      ),
    )
  }

  async checkImages(images, options) {
    const reports = await this.#call(options, (call) => super.checkImages(images, options, call), {
      kind: 'checks',
      listener: sync(() => options?.onProgress) && (({ progress }) => options.onProgress(progress)),
    })
    return JSON.parse(reports).map(report)
  }

  async *watchImages(images, options) {
    yield* arrivals((push, leave) =>
      this.#call(options, (call) => super.checkImages(images, options, call), {
        kind: 'watch',
        listener: (line) => line.report && push(report(line.report)),
        withReports: true,
        leave,
      }),
    )
  }

  async inspectUpdate(image, targetTag, options) {
    const inspect = (call) => super.inspectUpdate(image, targetTag, options, call)
    return JSON.parse(await this.#call(options, inspect, { kind: 'inspect' }))
  }

  async listReleases(sourceUrl, options) {
    const list = (call) => super.listReleases(sourceUrl, options, call)
    return JSON.parse(await this.#call(options, list, { kind: 'releases' }))
  }

  stats() {
    const stats = super.stats()
    return {
      ...stats,
      requests: { ...stats.requests },
      rateLimitRemaining: { ...stats.rateLimitRemaining },
    }
  }

  async clearCache() {
    await super.clearCache()
  }

  async close() {
    await super.close()
    this.#deliver()
  }

  /** Runs a native call; its log lines and its progress are delivered before it ends. */
  #call(options, start, more) {
    super.observe(isObserved())
    return run(options, start, { ...more, deliver: () => this.#deliver() })
  }

  #deliver() {
    this.#log.deliver(super.takeLogLines())
  }
}

module.exports = { ContainerRegistryService }
