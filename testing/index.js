'use strict'

const { FakeClock } = require('./clock.js')
const { startRegistries } = require('./registry/start.js')
const { FakeContainerRegistryService } = require('./service.js')

module.exports = { FakeClock, FakeContainerRegistryService, startRegistries }
