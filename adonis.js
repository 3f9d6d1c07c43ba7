'use strict'

const { ContainerRegistryService: Unbound } = require('./index.js')
const { configuration, logger } = require('./adonis/app.js')

/** Drops options that are `undefined`: they mean the same as left out, and must not replace the app's settings. */
function said(options) {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

class ContainerRegistryService extends Unbound {
  // The default gives the constructor no required parameter: a container injects a value for each of those.
  constructor(options = undefined) {
    const isObject = typeof (options ?? {}) === 'object'
    // The native class refuses options that are no object.
    super(isObject ? { logger, scope: 'process', ...said(configuration()), ...said(options ?? {}) } : options)
  }
}

/** Returns the settings as they are. Their types check them, and so does the service that is made of them. */
function defineConfig(config) {
  return config
}

// Node.js finds the names that ES modules may import in this form only.
module.exports = { ...require('./index.js'), ContainerRegistryService, defineConfig }
