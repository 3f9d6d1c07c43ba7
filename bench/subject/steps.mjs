import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ARCH, manyVersions } from '../catalogue.mjs'

const CALLS = 25
const WARM_UP = 5

/** The steps of a subject. State is kept from one step to the next. */
export class Steps {
  #subject
  #Service
  #service

  constructor(subject) {
    this.#subject = subject
  }

  /** Does nothing. The memory of an empty process is the baseline. */
  nothing() {}

  /** Loads the package alone. */
  async load() {
    const before = process.memoryUsage().rss
    const start = performance.now()
    this.#Service = await this.#import()
    return { wall: performance.now() - start, growth: process.memoryUsage().rss - before }
  }

  /** Checks images one after the other, as the app does. With `open`, a new instance with these options does it. */
  async loop({ images, open, marks = [] }) {
    const start = performance.now()
    if (open) await this.#open(open)
    const answer = []
    const elapsed = []
    for (const { image, fallback } of images) {
      answer.push(await this.#service.getAvailableUpdates(image, ARCH, fallback))
      if (marks.includes(answer.length)) elapsed.push(performance.now() - start)
    }
    return { answer, ...(elapsed.length > 0 && { elapsed }) }
  }

  /** Checks images all at once, by a policy. `original` gives the answers of the original. */
  async batch({ images, open, policy }) {
    await this.#open(open)
    const reports = await this.#service.checkImages(
      images.map(({ image }) => image),
      { arch: ARCH, policy },
    )
    return {
      answer: reports.map(({ image, updates, latest, error }) => {
        if (error) throw new Error(`${image}: ${error.message}`)
        return policy === 'original' ? updates : { updates, latest }
      }),
    }
  }

  /** Closes the instance, so that its cache is on disk. */
  async close() {
    await this.#service.close()
  }

  /**
   * Filters a long list several times. The wall time is that of the median call, which holds the main thread
   * throughout.
   */
  async filter({ count }) {
    await this.#open({})
    const tags = manyVersions(count)
    const times = []
    let answer
    for (let call = 0; call < WARM_UP + CALLS; call += 1) {
      const start = performance.now()
      answer = this.#service.filterCompatibleUpdates(tags, '1.400.0', 1)
      times.push(performance.now() - start)
    }
    const measured = times.slice(WARM_UP).sort((a, b) => a - b)
    const wall = measured[measured.length >> 1]
    return { answer, wall, hold: wall }
  }

  async #open(options) {
    this.#Service ??= await this.#import()
    this.#service = new this.#Service(options)
  }

  async #import() {
    if (this.#subject === 'original') {
      const { ContainerRegistryService } = await import(pathToFileURL(process.env.BENCH_ORIGINAL))
      return ContainerRegistryService
    }
    return createRequire(import.meta.url)('../../index.js').ContainerRegistryService
  }
}
