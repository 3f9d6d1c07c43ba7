'use strict'

const NAME = 'ContainerRegistryError'
const FIELDS = ['name', 'code', 'transient', 'status', 'host', 'detail']

/** JSON leaves out what an Error keeps to itself: its message. */
function toJSON() {
  return { ...this, message: this.message }
}

/** Errors that are whole already. */
const OURS = new WeakSet()

/** Gives an error the fields of one of ours. */
function withFields(error, fields) {
  OURS.add(error)
  for (const field of FIELDS) if (fields[field] !== undefined) error[field] = fields[field]
  return Object.defineProperty(error, 'toJSON', { value: toJSON })
}

/** A wrong argument. Whatever a caller's own code threw while it was read is the cause as it is. */
function invalidArgument(message, ...causes) {
  const error = new Error(message, causes.length > 0 ? { cause: causes[0] } : undefined)
  return withFields(error, { name: NAME, code: 'INVALID_ARGUMENT', transient: false })
}

/** What was thrown, in words: it may be anything, and its own words may throw, too. */
function described(thrown) {
  try {
    const { message } = Object(thrown)
    return typeof message === 'string' ? message : String(thrown)
  } catch {
    return 'something was thrown that has no words'
  }
}

/** Whether the addon has thrown it; what a caller's code throws may have fields that throw. */
function isNative(thrown) {
  try {
    return thrown?.name === NAME && typeof thrown.code === 'string' && typeof thrown.message === 'string'
  } catch {
    return false
  }
}

/** What lies behind a native error, with the name that Node.js has for it. */
function causeOf({ reason, reasonCode }) {
  if (reason === undefined) return undefined
  const cause = new Error(reason)
  if (reasonCode !== undefined) cause.code = reasonCode
  return cause
}

/** A real Error of this realm: made of a native one's fields, or around what an argument's own code threw. */
function rebuilt(thrown, signal) {
  if (OURS.has(thrown)) return thrown
  if (!isNative(thrown)) return theirs(thrown, 'An argument could not be read')
  const cause = thrown.code === 'ABORTED' ? reasonOf(signal) : causeOf(thrown)
  return withFields(new Error(thrown.message, cause === undefined ? undefined : { cause }), thrown)
}

/** The error of a call that ended because its caller's own code threw. */
function theirs(thrown, where) {
  return invalidArgument(`${where}: ${described(thrown)}`, thrown)
}

function reasonOf(signal) {
  try {
    return signal?.reason
  } catch {
    return undefined
  }
}

/** What native work answers at once. */
function sync(work) {
  try {
    return work()
  } catch (error) {
    throw rebuilt(error)
  }
}

module.exports = { described, invalidArgument, rebuilt, sync, theirs, withFields }
