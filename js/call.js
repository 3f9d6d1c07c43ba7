'use strict'

const { setMaxListeners } = require('node:events')
const { rebuilt } = require('./errors.js')
const binary = require('./load.js')

/** Many calls may share one signal, and none of them is a leak that Node.js would have to warn of. */
function listen(signal, abort) {
  if (signal instanceof EventTarget) setMaxListeners(0, signal)
  signal.addEventListener('abort', abort, { once: true })
}

/**
 * Runs an asynchronous native method under its caller's signal; `start` is given what that method knows its call by.
 *
 * - `kind`: which keys `options` may have beside `signal`
 * - `listener`: told each line of progress, with reports if `withReports`; what it throws ends the call
 * - `leave`: another signal that ends the call
 * - `deliver`: hands out the service's log lines, which come before the result
 */
async function run(options, start, { kind = '', listener, withReports = false, leave, deliver }) {
  const native = binary.native()
  let signal
  let failure
  const tell = () => {
    for (const line of native.takeProgress(call)) {
      try {
        listener?.(JSON.parse(line))
      } catch (error) {
        failure ??= error
        abort()
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
    throw rebuilt(failure ?? error, signal)
  } finally {
    signal?.removeEventListener('abort', abort)
    deliver()
    tell()
    native.endCall(call)
  }
}

module.exports = { run }
