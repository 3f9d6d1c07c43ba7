'use strict'

/** An error as the class throws it. */
function registryError({ code, message = `The test answers ${code}`, cause, ...fields }) {
  const error = new Error(message, cause === undefined ? undefined : { cause })
  return Object.assign(error, { name: 'ContainerRegistryError', code, ...fields })
}

module.exports = { registryError }
