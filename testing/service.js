'use strict'

const { createHash } = require('node:crypto')
const { ociArchitecture } = require('../js/docker-info.js')
const { machineClock } = require('./clock.js')
const { registryError } = require('./error.js')
const { buildReleaseUrl } = require('./pages.js')
const { parseImageReference } = require('./reference.js')
const { failedReport, reportOf } = require('./report.js')
const { filterCompatibleUpdates } = require('./versions.js')

/** Gives the answers of a test, under the names of the class and without its binary. See `index.d.ts`. */
class FakeContainerRegistryService {
  calls = []
  #clock
  #images = new Map()
  #sources = new Map()
  #closing = new AbortController()

  constructor({ clock = machineClock } = {}) {
    this.#clock = clock
  }

  image(name, answers) {
    const { tag, ...parsed } = parseImageReference(name)
    const hasTag = /:[^/@]+(@|$)/.test(name)
    this.#images.set(keyOf(parsed, hasTag ? tag : undefined), answers)
    return this
  }

  source(sourceUrl, answers) {
    this.#sources.set(sourceUrl, answers)
    return this
  }

  callsOf(method) {
    return this.calls.filter((call) => call.method === method).map(({ args }) => args)
  }

  parseImageReference(image) {
    this.#note('parseImageReference', [image])
    return parseImageReference(image)
  }

  buildReleaseUrl(sourceUrl, tag, releaseTagPrefix) {
    this.#note('buildReleaseUrl', [sourceUrl, tag, releaseTagPrefix])
    return buildReleaseUrl(sourceUrl, tag, releaseTagPrefix)
  }

  filterCompatibleUpdates(tags, currentTag, majorVersion) {
    this.#note('filterCompatibleUpdates', [tags, currentTag, majorVersion])
    return filterCompatibleUpdates(tags, currentTag, majorVersion)
  }

  async listTags(parsed, options) {
    this.#note('listTags', [parsed])
    const image = partsOf(parsed)
    return [...told(await this.#answers(image, image.tag, options), 'tags', image)]
  }

  async checkArchSupport(parsed, tag, hostArch, options) {
    this.#note('checkArchSupport', [parsed, tag, hostArch])
    const image = partsOf(parsed)
    const answers = await this.#answersOr({ platforms: undefined }, image, tag, options)
    return told(answers, 'platforms', image)?.some((platform) => runsOn(platform, hostArch)) ?? true
  }

  async getImageDownloadSize(parsed, tag, hostArch, options) {
    this.#note('getImageDownloadSize', [parsed, tag, hostArch])
    const image = partsOf(parsed)
    return told(await this.#answersOr({ downloadSize: null }, image, tag, options), 'downloadSize', image)
  }

  async getDigest(parsed, tag, options) {
    this.#note('getDigest', [parsed, tag])
    const image = partsOf(parsed)
    return told(await this.#answers(image, tag ?? image.tag, options), 'digest', image)
  }

  async getPlatforms(parsed, tag, options) {
    this.#note('getPlatforms', [parsed, tag])
    const image = partsOf(parsed)
    const platforms = told(await this.#answers(image, tag ?? image.tag, options), 'platforms', image)
    return platforms.map((platform) => describe(platform, image))
  }

  async getSourceUrl(parsed, options) {
    this.#note('getSourceUrl', [parsed])
    const image = partsOf(parsed)
    return told(await this.#answersOr({ sourceUrl: null }, image, image.tag, options), 'sourceUrl', image)
  }

  async detectReleaseTagPrefix(sourceUrl, sampleTag, options) {
    this.#note('detectReleaseTagPrefix', [sourceUrl, sampleTag])
    await this.#wait(0, options?.signal)
    return this.#sources.get(sourceUrl)?.releaseTagPrefix ?? ''
  }

  async getAvailableUpdates(image, hostArch, fallbackSourceRepo, options) {
    this.#note('getAvailableUpdates', [image, hostArch, fallbackSourceRepo])
    return this.#updates(image, options)
  }

  async checkImage(image, options) {
    this.#note('checkImage', [image])
    return this.#report(image, options)
  }

  async checkImages(images, options = {}) {
    this.#note('checkImages', [images])
    let done = 0
    const tell = (image, phase) => options.onProgress?.({ done, total: images.length, image, phase })
    const check = async (request) => {
      const image = request.image ?? request
      tell(image, 'started')
      const report = await this.#report(image, { ...options, ...(request.image && request) })
      done += 1
      tell(image, report.status === 'failed' ? 'failed' : 'done')
      return report
    }
    return Promise.all(images.map(check))
  }

  async *watchImages(images, options) {
    this.#note('watchImages', [images])
    const pending = new Map(
      images.map((request, index) => {
        const report = this.#report(request.image ?? request, { ...options, ...(request.image && request) })
        return [index, report.then((found) => [index, found])]
      }),
    )
    while (pending.size > 0) {
      const [index, report] = await Promise.race(pending.values())
      pending.delete(index)
      yield report
    }
  }

  async inspectUpdate(image, targetTag, options) {
    this.#note('inspectUpdate', [image, targetTag])
    const parsed = parseImageReference(image)
    const { inspection } = await this.#answers(parsed, targetTag, options)
    if (!inspection) throw new Error(`The fake was not told inspection of ${keyOf(parsed, targetTag)}`)
    return { image, targetTag, ...inspection }
  }

  async listReleases(sourceUrl, options) {
    this.#note('listReleases', [sourceUrl])
    await this.#wait(0, options?.signal)
    const releases = this.#sources.get(sourceUrl)?.releases
    if (!releases) throw new Error(`The fake was not told releases of ${sourceUrl}; tell it by source()`)
    return releases.slice(0, options?.limit ?? 30).map((release) => ({ ...release }))
  }

  async releaseNotes(image, from, to, options) {
    this.#note('releaseNotes', [image, from, to])
    const parsed = parseImageReference(image)
    const notes = told(await this.#answers(parsed, to, options), 'releaseNotes', parsed)
    return { complete: true, truncated: false, ...notes, releases: [...notes.releases] }
  }

  stats() {
    this.#note('stats', [])
    return { requests: {}, cacheHits: 0, manifestGets: 0, retries: 0, bytes: 0, rateLimitRemaining: {} }
  }

  async clearCache() {
    this.#note('clearCache', [])
  }

  async close() {
    this.#note('close', [])
    this.#closing.abort()
  }

  async [Symbol.asyncDispose]() {
    await this.close()
  }

  #note(method, args) {
    this.calls.push({ method, args })
  }

  async #report(image, options) {
    const arch = options?.arch ?? process.arch
    const answered = async () => {
      const parsed = parseImageReference(image)
      const answers = await this.#answers(parsed, parsed.tag, options)
      if (!answers.report) told(answers, 'updates', parsed)
      return reportOf(parsed, image, arch, answers, this.#clock.now())
    }
    return answered().catch((error) => {
      // A missing answer is a fault of the test and no failed image.
      if (error.code === undefined || error.code === 'ABORTED') throw error
      return failedReport(image, arch, error, this.#clock.now())
    })
  }

  async #updates(image, options) {
    const parsed = parseImageReference(image)
    return told(await this.#answers(parsed, parsed.tag, options), 'updates', parsed).map((update) => ({
      ...update,
    }))
  }

  /** Returns the answers about a tag, and those about its repository where there are none about the tag. */
  async #answers(parsed, tag, options) {
    const ofRepository = this.#images.get(keyOf(parsed))
    const ofTag = this.#images.get(keyOf(parsed, tag))
    if (!ofRepository && !ofTag)
      throw new Error(`The fake knows nothing of ${keyOf(parsed, tag)}; tell it by image()`)
    const answers = { ...ofRepository, ...ofTag }
    await this.#wait(answers.afterMs ?? 0, options?.signal)
    if (answers.error) throw registryError(answers.error)
    return answers
  }

  /** Returns the answers for a lookup that does not reject when a registry fails. */
  async #answersOr(otherwise, parsed, tag, options) {
    try {
      return await this.#answers(parsed, tag, options)
    } catch (error) {
      if (error.code === undefined || error.code === 'ABORTED') throw error
      return otherwise
    }
  }

  /** Lets time pass, unless the call is aborted or the service is closed. */
  async #wait(ms, signal) {
    const ends = AbortSignal.any([this.#closing.signal, ...(signal ? [signal] : [])])
    try {
      ends.throwIfAborted()
      if (ms > 0) await this.#clock.sleep(ms, ends)
    } catch {
      const message = signal?.aborted ? 'The call was aborted by its caller' : 'The service is closed'
      throw registryError({ code: 'ABORTED', message, cause: signal?.reason })
    }
  }
}

/** Reads an image that is given as text or in parts. */
function partsOf(parsed) {
  return typeof parsed === 'string' ? parseImageReference(parsed) : parsed
}

function keyOf({ registry, fullName }, tag) {
  return `${registry}/${fullName}${tag === undefined ? '' : `:${tag}`}`
}

/** Returns an answer that the test must have set. */
function told(answers, what, { fullName }) {
  if (!(what in answers)) throw new Error(`The fake was not told ${what} of ${fullName}; tell it by image()`)
  return answers[what]
}

function runsOn(platform, hostArch) {
  const { os, ...wanted } = split(`linux/${ociArchitecture(hostArch)}`)
  const { architecture, variant } = split(platform)
  return architecture === wanted.architecture && (!wanted.variant || !variant || variant === wanted.variant)
}

function describe(platform, { fullName }) {
  const digest = createHash('sha256').update(`${fullName} ${platform}`).digest('hex')
  return { ...split(platform), digest: `sha256:${digest}`, size: 1000 }
}

function split(platform) {
  const [os, architecture, variant] = platform.split('/')
  return { os, architecture, ...(variant && { variant }) }
}

module.exports = { FakeContainerRegistryService }
