'use strict'

const { run } = require('./abortable-call.js')
const { withPlainCredentials } = require('./credentials.js')
const { sync } = require('./errors.js')
const { hasBinary, native } = require('./load.js')
const { Log, isObserved } = require('./log.js')
const { joined, report } = require('./values.js')

/**
 * Makes a JavaScript class of the native one: dependency containers accept it, and its errors, promises and lists
 * belong to the caller's realm. It decides nothing.
 */
class ContainerRegistryService {
  #options
  #log
  #made

  // The default gives the constructor no required parameter: a container injects a value for each of those.
  constructor(options = undefined) {
    this.#options = options
    // Without a binary the options are checked by the first call, which fails with `NO_BINARY`.
    if (hasBinary()) sync(() => this.#native)
  }

  /** The native service, which is made once. */
  get #native() {
    if (this.#made) return this.#made
    const { ContainerRegistryService: Native } = native()
    // The reference is weak, so that the wake-up of the logger does not keep an unused service alive.
    const self = new WeakRef(this)
    const log = new Log(this.#options?.logger)
    this.#made = new Native(withPlainCredentials(this.#options), () => self.deref()?.#deliver())
    this.#log = log
    this.#options = undefined
    return this.#made
  }

  parseImageReference(image) {
    return JSON.parse(sync(() => this.#native.parseImageReference(image)))
  }

  buildReleaseUrl(sourceUrl, tag, releaseTagPrefix) {
    return sync(() => this.#native.buildReleaseUrl(sourceUrl, tag, releaseTagPrefix))
  }

  filterCompatibleUpdates(tags, currentTag, majorVersion) {
    const filter = () => {
      const lines = joined(tags)
      const native = this.#native
      const found =
        lines === undefined ? null : native.filterLines(lines, tags.length, currentTag, majorVersion)
      return found ?? native.filterCompatibleUpdates(tags, currentTag, majorVersion)
    }
    return [...sync(filter)]
  }

  async listTags(parsed, options) {
    return [...(await this.#call(options, (call) => this.#native.listTags(parsed, call)))]
  }

  async checkArchSupport(parsed, tag, hostArch, options) {
    return this.#call(options, (call) => this.#native.checkArchSupport(parsed, tag, hostArch, call))
  }

  async getImageDownloadSize(parsed, tag, hostArch, options) {
    return this.#call(options, (call) => this.#native.getImageDownloadSize(parsed, tag, hostArch, call))
  }

  async getDigest(parsed, tag, options) {
    return this.#call(options, (call) => this.#native.getDigest(parsed, tag, call))
  }

  async getPlatforms(parsed, tag, options) {
    return JSON.parse(await this.#call(options, (call) => this.#native.getPlatforms(parsed, tag, call)))
  }

  async getSourceUrl(parsed, options) {
    return this.#call(options, (call) => this.#native.getSourceUrl(parsed, call))
  }

  async detectReleaseTagPrefix(sourceUrl, sampleTag, options) {
    return this.#call(options, (call) => this.#native.detectReleaseTagPrefix(sourceUrl, sampleTag, call))
  }

  async getAvailableUpdates(image, hostArch, fallbackSourceRepo, options) {
    return JSON.parse(
      await this.#call(
        options,
        (call) => this.#native.getAvailableUpdates(image, hostArch, fallbackSourceRepo, options, call),
        { kind: 'updates' },
      ),
    )
  }

  async checkImage(image, options) {
    return report(
      JSON.parse(
        await this.#call(options, (call) => this.#native.checkImage(image, options, call), {
          kind: 'check',
        }),
      ),
    )
  }

  async checkImages(images, options) {
    let reports = []
    const hasListener = Boolean(sync(() => options?.onProgress))
    await this.#call(options, (call) => this.#native.checkImages(images, options, call), {
      kind: 'checks',
      tells: { progress: hasListener, reports: true },
      listener(line) {
        if (reports.length === 0) reports = new Array(line.total)
        if (line.report) reports[line.position] = report(line.report)
        return line.progress && options.onProgress(line.progress)
      },
    })
    return reports
  }

  async *watchImages(images, options) {
    // Few programs call this, so its module is loaded by the first call.
    const { arrivals } = require('./arrivals.js')
    yield* arrivals((push, leave) =>
      this.#call(options, (call) => this.#native.checkImages(images, options, call), {
        kind: 'watch',
        tells: { reports: true },
        listener: (line) => push(report(line.report)),
        leave,
      }),
    )
  }

  async inspectUpdate(image, targetTag, options) {
    const inspect = (call) => {
      // A container may have any shape, which the native side reads as JSON.
      const container = JSON.stringify(options?.container)
      return this.#native.inspectUpdate(image, targetTag, options, container, call)
    }
    return JSON.parse(await this.#call(options, inspect, { kind: 'inspect' }))
  }

  async listReleases(sourceUrl, options) {
    const list = (call) => this.#native.listReleases(sourceUrl, options, call)
    return JSON.parse(await this.#call(options, list, { kind: 'releases' }))
  }

  async releaseNotes(image, from, to, options) {
    const read = (call) => this.#native.releaseNotes(image, from, to, options, call)
    return JSON.parse(await this.#call(options, read, { kind: 'notes' }))
  }

  stats() {
    return JSON.parse(sync(() => this.#native.stats()))
  }

  async clearCache() {
    await sync(() => this.#native).clearCache()
    this.#deliver()
  }

  async close() {
    // A service that was never made has nothing in flight and nothing to write.
    await this.#made?.close()
    this.#deliver()
  }

  async [Symbol.asyncDispose]() {
    await this.close()
  }

  /** Runs a native call; its log lines and its progress are delivered before it ends. */
  #call(options, start, more) {
    this.#native.observe(isObserved())
    return run(options, start, { ...more, deliver: () => this.#deliver() })
  }

  #deliver() {
    if (this.#made) this.#log?.deliver(this.#made.takeLogLines())
  }
}

module.exports = { ContainerRegistryService }
