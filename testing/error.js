'use strict'

const { withFields } = require('../js/errors.js')

/** Makes an error like those of the class. */
function registryError({ code, message = `The test answers ${code}`, cause, ...fields }) {
  const error = new Error(message, cause === undefined ? undefined : { cause })
  return withFields(error, { name: 'ContainerRegistryError', code, ...fields })
}

module.exports = { registryError }
