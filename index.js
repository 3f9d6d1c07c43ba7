'use strict'

const { channel } = require('node:diagnostics_channel')
const { setMaxListeners } = require('node:events')
const native = require('./load.js')
const { optionsFromDockerInfo } = require('./docker-info.js')

const IMAGE_OPTIONS = ['arch', 'policy', 'currentDigest', 'fallbackSourceRepo']
const WATCH_OPTIONS = ['arch', 'policy']
const BATCH_OPTIONS = [...WATCH_OPTIONS, 'onProgress']
const INSPECT_OPTIONS = ['arch', 'currentDigest']
/** Where requests and checks are told of; see `RequestEvent` and `CheckEvent`. */
const CHANNELS = {
  request: channel('container-registry-service:request'),
  check: channel('container-registry-service:check'),
}
const FIELDS = ['name', 'code', 'transient', 'status', 'host', 'detail']

/** A real Error of this realm: made of a native one's fields, or around what an argument's own code threw. */
function rebuilt(thrown, signal) {
  const isNative = thrown?.name === 'ContainerRegistryError'
  const fields = isNative
    ? thrown
    : { name: 'ContainerRegistryError', code: 'INVALID_ARGUMENT', transient: false }
  const cause = !isNative
    ? thrown
    : thrown.code === 'ABORTED'
      ? signal?.reason
      : thrown.reason && new Error(thrown.reason)
  const message = isNative ? thrown.message : `An argument could not be read: ${thrown?.message}`
  const error = new Error(message, cause === undefined ? undefined : { cause })
  for (const field of FIELDS) if (fields[field] !== undefined) error[field] = fields[field]
  return error
}

function sync(work) {
  try {
    return work()
  } catch (error) {
    throw rebuilt(error)
  }
}

/** Many calls may share one signal, and none of them is a leak that Node.js would have to warn of. */
function listen(signal, abort) {
  if (signal instanceof EventTarget) setMaxListeners(0, signal)
  signal.addEventListener('abort', abort, { once: true })
}

/** A report, with a real error if it failed. */
function report(document) {
  return document.error ? { ...document, error: rebuilt(document.error) } : document
}

/** An array's strings with a line feed after each, which crosses faster than they do; nothing if one is no string. */
function joined(strings) {
  if (!Array.isArray(strings)) return undefined
  let text = ''
  for (let index = 0; index < strings.length; index += 1) {
    const string = strings[index]
    if (typeof string !== 'string') return undefined
    text += `${string}\n`
  }
  return text
}

/** Loggers with pino's interface take an object ahead of the message, by which their lines are told apart. */
const isObjectFirst = (logger) => typeof logger.bindings === 'function' && typeof logger.child === 'function'

/** A list of plain objects of this realm. */
const copies = (list) => Array.from(list, (item) => ({ ...item }))

class ContainerRegistryService extends native.ContainerRegistryService {
  #logger
  #loggerFailed = false

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
    this.#logger = options?.logger
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
        { known: ['policy'] },
      ),
    )
  }

  async checkImage(image, options) {
    return report(
      JSON.parse(
        await this.#call(options, (call) => super.checkImage(image, options, call), {
          known: IMAGE_OPTIONS,
        }),
      ),
    )
  }

  async checkImages(images, options) {
    const reports = await this.#call(options, (call) => super.checkImages(images, options, call), {
      known: BATCH_OPTIONS,
      listener: sync(() => options?.onProgress) && (({ progress }) => options.onProgress(progress)),
    })
    return JSON.parse(reports).map(report)
  }

  async *watchImages(images, options) {
    const ready = []
    let failure
    let arrived
    let isOver = false
    const leave = new AbortController()
    const check = (call) => super.checkImages(images, options, call)
    const settled = this.#call(options, check, {
      known: WATCH_OPTIONS,
      listener: (line) => {
        if (line.report) ready.push(report(line.report))
        arrived?.()
      },
      withReports: true,
      leave: leave.signal,
    })
      .catch((error) => {
        failure = { error }
      })
      .finally(() => {
        isOver = true
        arrived?.()
      })
    try {
      while (true) {
        while (ready.length > 0) yield ready.shift()
        if (isOver) break
        await new Promise((resolve) => {
          arrived = resolve
        })
      }
    } finally {
      leave.abort()
      await settled
    }
    if (failure) throw failure.error
  }

  async inspectUpdate(image, targetTag, options) {
    const inspect = (call) => super.inspectUpdate(image, targetTag, options, call)
    return JSON.parse(await this.#call(options, inspect, { known: INSPECT_OPTIONS }))
  }

  async listReleases(sourceUrl, options) {
    const list = (call) => super.listReleases(sourceUrl, options, call)
    return JSON.parse(await this.#call(options, list, { known: ['limit'] }))
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

  /** Runs a native call under its caller's signal; its log lines and its progress are delivered before it ends. */
  async #call(options, start, { known = [], listener, withReports = false, leave } = {}) {
    let signal
    let failure
    super.observe(Object.values(CHANNELS).some(({ hasSubscribers }) => hasSubscribers))
    const tell = () => {
      for (const line of native.takeProgress(call)) {
        try {
          listener?.(JSON.parse(line))
        } catch (error) {
          failure ??= error
          abort()
        }
      }
    }
    const call = native.beginCall(listener ? tell : undefined, withReports)
    const abort = () => native.abort(call)
    try {
      signal = native.signalOf(options, known)
      for (const aborting of [signal, leave]) {
        if (aborting?.aborted) abort()
        if (aborting) listen(aborting, abort)
      }
      return await start(call)
    } catch (error) {
      throw rebuilt(failure ?? error, signal)
    } finally {
      signal?.removeEventListener('abort', abort)
      this.#deliver()
      tell()
      native.endCall(call)
    }
  }

  #deliver() {
    for (const [level, message] of super.takeLogLines()) {
      if (level in CHANNELS) {
        CHANNELS[level].publish(JSON.parse(message))
        continue
      }
      try {
        if (isObjectFirst(this.#logger))
          this.#logger[level]({ module: 'container-registry-service' }, message)
        else this.#logger[level]?.(message)
      } catch (error) {
        // The answer that the line is about is right all the same; a logger that fails once fails often.
        if (!this.#loggerFailed) process.emitWarning(`The logger of ContainerRegistryService threw: ${error}`)
        this.#loggerFailed = true
      }
    }
  }
}

const formatImageReference = (parsed) => sync(() => native.formatImageReference(parsed))
const withTag = (image, tag) => sync(() => native.withTag(image, tag))
const explainTag = (tag) => JSON.parse(sync(() => native.explainTag(tag)))
const compareTags = (a, b) => sync(() => native.compareTags(a, b))

/** `node ace configure container-registry-service` looks for this among a package's exports. */
function configure(command) {
  return require('./adonis/configure.js').configure(command)
}

module.exports = {
  ContainerRegistryService,
  compareTags,
  configure,
  explainTag,
  formatImageReference,
  optionsFromDockerInfo,
  withTag,
}
