'use strict'

module.exports = {
  ...require('./bombs.js'),
  ...require('./fault-server.js'),
  ...require('./healthy.js'),
  ...require('./message.js'),
  wire: require('./wire.js'),
}
