import { readFileSync } from 'node:fs'

/** Milliseconds between two looks. */
const RESOLUTION = 1
/** What Linux says of the main thread: the first number is its time on a processor, in nanoseconds. */
const SCHEDULED = `/proc/self/task/${process.pid}/schedstat`

/**
 * Watches the turns of the event loop until the returned function is called. That says, in milliseconds, for how long the loop
 * was late at most, and for how long the main thread was held at most: the longest time that it ran on a processor in one
 * turn. A loop is late as well while other processes have the processors. Where the system does not tell, both are the same.
 */
export function watchTurns() {
  const longest = { late: 0, held: 0 }
  let [seen, ran] = [performance.now(), timeOnProcessor()]
  const look = () => {
    const [now, runs] = [performance.now(), timeOnProcessor()]
    const late = Math.max(0, now - seen - RESOLUTION)
    longest.late = Math.max(longest.late, late)
    longest.held = Math.max(longest.held, runs === undefined ? late : runs - ran)
    seen = now
    ran = runs
  }
  const timer = setInterval(look, RESOLUTION)
  return () => {
    look()
    clearInterval(timer)
    return longest
  }
}

function timeOnProcessor() {
  try {
    return Number(readFileSync(SCHEDULED, 'latin1').split(' ')[0]) / 1e6
  } catch {
    // Only Linux tells.
    return undefined
  }
}
