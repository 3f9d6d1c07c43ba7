'use strict'

// Runs a call under its caller's AbortSignal. The native half, which drops the requests, is src/binding/abortable_call.rs.

const { setMaxListeners } = require('node:events')
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
 * - `listener`: called with each line of progress, with reports if `withReports`; what it throws, at once or as a
 *   promise, ends the call
 * - `leave`: another signal that ends the call
 * - `deliver`: hands out the service's log lines, which come before the result
 */
async function run(options, start, { kind = '', listener, withReports = false, leave, deliver }) {
  const native = binary.native()
  let signal
  let failure
  const fail = (thrown) => {
    failure ??= { thrown }
    abort()
  }
  const tell = () => {
    for (const line of native.takeProgress(call)) {
      try {
        const told = listener?.(JSON.parse(line))
        if (typeof told?.then === 'function') Promise.resolve(told).then(undefined, fail)
      } catch (thrown) {
        fail(thrown)
      }
    }
  }
  const call = native.beginCall(listener ? tell : undefined, withReports)
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
    tell()
    native.endCall(call)
  }
}

module.exports = { run }
