import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

const RESOLUTION = 1

/** Runs `work`. Returns its wall time, and the longest time for which it held the main thread, in milliseconds. */
export async function gauged(work) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION })
  delay.enable()
  // The first delay is measured on the timer's second turn. A delay at the end of `work` is measured one turn later.
  await setTimeout(5 * RESOLUTION)
  const start = performance.now()
  const answer = await work()
  const wall = performance.now() - start
  await setTimeout(5 * RESOLUTION)
  delay.disable()
  return { answer, wall, hold: Math.max(0, delay.max / 1e6 - RESOLUTION) }
}

/** Returns the most memory that this process has had, in bytes. */
export function peakMemory() {
  return process.resourceUsage().maxRSS * 1024
}
