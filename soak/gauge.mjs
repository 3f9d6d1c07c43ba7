import { readdirSync } from 'node:fs'

/** Growth from the second to the last quarter of the time that counts as none: allocators keep some of what they had. */
const ALLOWED = { resident: 12, descriptors: 16, threads: 4 }
/** The same for memory in a run of less than this many minutes, in which the allocators have not settled. */
const BRIEF = { minutes: 2, resident: 24 }

const entries = (folder) => {
  try {
    return readdirSync(folder).length
  } catch {
    // Only Linux tells.
    return 0
  }
}

/** What the process holds: memory in MiB, file descriptors, threads. */
export function gauge() {
  globalThis.gc?.()
  return {
    resident: Math.round(process.memoryUsage().rss / 2 ** 20),
    descriptors: entries('/proc/self/fd'),
    threads: entries('/proc/self/task'),
  }
}

/** What is still growing after the first quarter, in words. */
export function growth(samples, minutes) {
  const quarter = Math.floor(samples.length / 4)
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
  // Connections come and go by dozens. One that is never closed is there in the quietest moment, too.
  const least = (values) => Math.min(...values)
  const measure = (part, key) => (key === 'descriptors' ? least : mean)(part.map((sample) => sample[key]))
  const resident = minutes < BRIEF.minutes ? BRIEF.resident : ALLOWED.resident
  return Object.entries({ ...ALLOWED, resident }).flatMap(([key, allowed]) => {
    const before = measure(samples.slice(quarter, 2 * quarter), key)
    const after = measure(samples.slice(-quarter), key)
    return after - before > allowed ? [`${key} grew from ${before.toFixed(1)} to ${after.toFixed(1)}`] : []
  })
}
