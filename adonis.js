'use strict'

const { ContainerRegistryService: Unbound } = require('./index.js')
const { configuration, logger } = require('./adonis/app.js')

/** The options that say something: `undefined` is the same as left out, and takes nothing away from the app's own. */
function said(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

class ContainerRegistryService extends Unbound {
  // No parameter without a default: a container that counts them would ask for something to inject.
  constructor(options = undefined) {
    const isObject = typeof (options ?? {}) === 'object'
    // What is no object is left to the class itself to refuse.
    super(isObject ? { logger, scope: 'process', ...said(configuration()), ...said(options ?? {}) } : options)
  }
}

/** The settings as they are: what they are worth is for their types to say, and for the service that is made of them. */
function defineConfig(config) {
  return config
}

// In this form Node.js finds the names that ES modules may import.
module.exports = { ...require('./index.js'), ContainerRegistryService, defineConfig }
