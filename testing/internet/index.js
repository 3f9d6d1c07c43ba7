'use strict'

module.exports = { ...require('./internet.js'), ...require('./proxy.js'), ...require('./wire.js') }
