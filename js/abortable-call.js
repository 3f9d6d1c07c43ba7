'use strict'

// Runs a call under its caller's AbortSignal. The native half, which drops the requests, is src/binding/abortable_call.rs.

const { setMaxListeners } = require('node:events')
// A test may put the clock of the global object to sleep, and these turns are no matter of time.
const { setImmediate } = require('node:timers')
const binary = require('./load.js')
const { rebuilt, theirs } = require('./errors.js')

/** Adds a listener to a signal. Many calls may share one signal, so Node.js must not warn of a leak. */
function listen(signal, abort) {
  if (signal instanceof EventTarget) setMaxListeners(0, signal)
  signal.addEventListener('abort', abort, { once: true })
}

/**
 * Removes a listener from a signal. The caller may have written the signal, and the call has ended, so what it throws
 * is ignored.
 */
function leaveAlone(signal, abort) {
  try {
    signal?.removeEventListener('abort', abort)
  } catch {
    // A listener that stays does no harm.
  }
}

/**
 * Runs an asynchronous native method under its caller's signal. `start` is given the native call.
 *
 * - `kind`: names the keys that `options` may have beside `signal`
 * - `listener`: called with each line of `tells`, that is progress, reports or both; what it throws, at once or as a promise,
 *   ends the call
 * - `leave`: another signal that ends the call
 * - `deliver`: hands out the service's log lines, which come before the result
 */
async function run(options, start, { kind = '', listener, tells = {}, leave, deliver }) {
  const native = binary.native()
  let signal
  let failure
  const fail = (thrown) => {
    failure ??= { thrown }
    abort()
  }
  const hand = (lines) => {
    for (const line of lines) {
      try {
        const told = listener?.(JSON.parse(line))
        if (typeof told?.then === 'function') Promise.resolve(told).then(undefined, fail)
      } catch (thrown) {
        fail(thrown)
      }
    }
  }
  // Lines come in slices, between which other work of the thread gets its turn.
  const handOut = async () => {
    for (let lines = native.takeProgress(call); lines.length > 0; ) {
      hand(lines)
      lines = native.takeProgress(call)
      if (lines.length > 0) await new Promise((resolve) => setImmediate(resolve))
    }
  }
  let handing
  const tell = () => {
    handing ??= handOut().finally(() => {
      handing = undefined
    })
    return handing
  }
  const wake = listener && (() => void tell())
  const call = native.beginCall(wake, tells.progress === true, tells.reports === true)
  const abort = () => native.abort(call)
  try {
    signal = native.signalOf(options, kind)
    for (const aborting of [signal, leave]) {
      if (aborting?.aborted) abort()
      if (aborting) listen(aborting, abort)
    }
    return await start(call)
  } catch (error) {
    throw failure ? theirs(failure.thrown, 'The listener failed') : rebuilt(error, signal)
  } finally {
    leaveAlone(signal, abort)
    deliver()
    await tell()
    native.endCall(call)
  }
}

module.exports = { run }
