'use strict'

const NAME = 'ContainerRegistryError'
const FIELDS = ['name', 'code', 'transient', 'status', 'host', 'detail']

/** Adds the message, which JSON leaves out of an Error. */
function toJSON() {
  return { ...this, message: this.message }
}

/** Errors that have all their fields. */
const OURS = new WeakSet()

/** Gives an error the fields of this package's errors. */
function withFields(error, fields) {
  OURS.add(error)
  for (const field of FIELDS) if (fields[field] !== undefined) error[field] = fields[field]
  return Object.defineProperty(error, 'toJSON', { value: toJSON })
}

/** Makes the error of a wrong argument. What a caller's own code threw while it was read becomes the cause. */
function invalidArgument(message, ...causes) {
  const error = new Error(message, causes.length > 0 ? { cause: causes[0] } : undefined)
  return withFields(error, { name: NAME, code: 'INVALID_ARGUMENT', transient: false })
}

/** Describes a thrown value, which may be anything, and whose own `toString` may throw. */
function described(thrown) {
  try {
    const { message } = Object(thrown)
    return typeof message === 'string' ? message : String(thrown)
  } catch {
    return 'something was thrown that has no words'
  }
}

/** Whether the addon has thrown a value. Fields of other values may throw when they are read. */
function isNative(thrown) {
  try {
    return thrown?.name === NAME && typeof thrown.code === 'string' && typeof thrown.message === 'string'
  } catch {
    return false
  }
}

/** Makes the cause of a native error, with Node's own code for it. */
function causeOf({ reason, reasonCode }) {
  if (reason === undefined) return undefined
  const cause = new Error(reason)
  if (reasonCode !== undefined) cause.code = reasonCode
  return cause
}

/** Makes an Error of this realm, of a native one's fields or around what an argument's own code threw. */
function rebuilt(thrown, signal) {
  if (OURS.has(thrown)) return thrown
  if (!isNative(thrown)) return theirs(thrown, 'An argument could not be read')
  const cause = thrown.code === 'ABORTED' ? reasonOf(signal) : causeOf(thrown)
  return withFields(new Error(thrown.message, cause === undefined ? undefined : { cause }), thrown)
}

/** Makes the error of a call that ended because its caller's own code threw. */
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

/** Runs synchronous native work, and throws real errors. */
function sync(work) {
  try {
    return work()
  } catch (error) {
    throw rebuilt(error)
  }
}

module.exports = { described, invalidArgument, rebuilt, sync, theirs, withFields }
