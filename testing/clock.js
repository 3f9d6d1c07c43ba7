'use strict'

/** A clock that stands still until it is told to go on. */
class FakeClock {
  #now
  #sleepers = []

  constructor(start = 0) {
    this.#now = start
  }

  now() {
    return this.#now
  }

  /** Ends when the clock has gone on by so many milliseconds, or rejects with the reason of `signal`. */
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

  /** Goes on by so many milliseconds, waking who sleeps in the order of their times. */
  async advance(ms) {
    const end = this.#now + ms
    // Whoever is about to fall asleep does so before the time goes on.
    await turn()
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#sleepers = this.#sleepers.filter((sleeper) => sleeper !== next)
      this.#now = next.until
      next.wake()
      await turn()
    }
    this.#now = end
  }

  /** The first who is to be woken until `end`. */
  #next(end) {
    const due = this.#sleepers.filter(({ until }) => until <= end)
    return due.sort((a, b) => a.until - b.until)[0]
  }
}

/** The time of the machine; timers that a test runner has put in place of the real ones are heeded. */
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

// Taken now, before a test runner puts its own in place.
const { setImmediate } = globalThis

function turn() {
  return new Promise((resolve) => setImmediate(resolve))
}

module.exports = { FakeClock, machineClock }
