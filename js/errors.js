'use strict'

const FIELDS = ['name', 'code', 'transient', 'status', 'host', 'detail']

/** JSON leaves out what an Error keeps to itself: its message. */
function toJSON() {
  return { ...this, message: this.message }
}

/** Gives an error the fields of one of ours. */
function withFields(error, fields) {
  for (const field of FIELDS) if (fields[field] !== undefined) error[field] = fields[field]
  return Object.defineProperty(error, 'toJSON', { value: toJSON })
}

/** A real Error of this realm: made of a native one's fields, or around what an argument's own code threw. */
function rebuilt(thrown, signal) {
  // No native code has thrown where there is none.
  if (thrown?.code === 'NO_BINARY') return thrown
  const isNative = thrown?.name === 'ContainerRegistryError'
  const fields = isNative
    ? thrown
    : { name: 'ContainerRegistryError', code: 'INVALID_ARGUMENT', transient: false }
  const cause = !isNative
    ? thrown
    : thrown.code === 'ABORTED'
      ? signal?.reason
      : thrown.reason && new Error(thrown.reason)
  const message = isNative ? thrown.message : `An argument could not be read: ${thrown?.message}`
  return withFields(new Error(message, cause === undefined ? undefined : { cause }), fields)
}

/** What native work answers at once. */
function sync(work) {
  try {
    return work()
  } catch (error) {
    throw rebuilt(error)
  }
}

module.exports = { rebuilt, sync, withFields }
