'use strict'

// Runs a call under its caller's AbortSignal. The native half, which drops the requests, is src/binding/abortable_call.rs.

const { setMaxListeners } = require('node:events')
const binary = require('./load.js')
const { rebuilt, theirs } = require('./errors.js')

/** Many calls may share one signal, and none of them is a leak that Node.js would have to warn of. */
function listen(signal, abort) {
  if (signal instanceof EventTarget) setMaxListeners(0, signal)
  signal.addEventListener('abort', abort, { once: true })
}

/** Takes a listener from a signal, which may be of the caller's own making; the call has ended, whatever it throws. */
function leaveAlone(signal, abort) {
  try {
    signal?.removeEventListener('abort', abort)
  } catch {
    // Nothing is left that would listen.
  }
}

/**
 * Runs an asynchronous native method under its caller's signal; `start` is given what that method knows its call by.
 *
 * - `kind`: which keys `options` may have beside `signal`
 * - `listener`: told each line of progress, with reports if `withReports`; what it throws, at once or as a promise, ends the
 *   call
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
