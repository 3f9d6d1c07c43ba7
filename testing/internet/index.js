'use strict'

module.exports = require('./internet.js')
