'use strict'

/** The registries of tests, benches and the demo. See `index.d.ts`. */
module.exports = {
  ...require('./exchange.js'),
  ...require('./github.js'),
  ...require('./guard.js'),
  ...require('./hub-api.js'),
  ...require('./image.js'),
  ...require('./paging.js'),
  ...require('./registry.js'),
  ...require('./reply.js'),
  ...require('./repository.js'),
  ...require('./server.js'),
  ...require('./storage.js'),
  ...require('./token-service.js'),
}
