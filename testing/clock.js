'use strict'

/** A clock that stands still until `advance` is called. */
class FakeClock {
  #now
  #sleepers = []

  constructor(start = 0) {
    this.#now = start
  }

  now() {
    return this.#now
  }

  /** Resolves when the clock has advanced by `ms` milliseconds, or rejects with the reason of `signal`. */
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      const sleeper = { until: this.#now + ms, wake: resolve }
      this.#sleepers.push(sleeper)
      signal?.addEventListener('abort', () => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper)
        reject(signal.reason)
      })
    })
  }

  /** Advances the clock, and wakes sleepers in the order of their times. */
  async advance(ms) {
    const end = this.#now + ms
    // Callers that are about to sleep do so before the time advances.
    await turn()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next)
      this.#now = next.until
      next.wake()
      await turn()
    }
    this.#now = end
  }

  /** Returns the first sleeper that is due by `end`. */
  #next(end) {
    const due = this.#sleepers.filter(({ until }) => until <= end)
    return due.sort((a, b) => a.until - b.until)[0]
  }
}

/** The clock of the machine. It calls the global `setTimeout`, so that a test runner's fake timers take effect. */
const machineClock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms)
      signal?.addEventListener('abort', () => {
        clearTimeout(timer)
        reject(signal.reason)
      })
    }),
}

// This runs before a test runner can install its own function.
const { setImmediate } = globalThis

function turn() {
  return new Promise((resolve) => setImmediate(resolve))
}

module.exports = { FakeClock, machineClock }
