'use strict'

const { sync } = require('./js/errors.js')
const { hasBinary, native } = require('./js/load.js')
const { ContainerRegistryService } = require('./js/service.js')

const formatImageReference = (parsed) => sync(() => native().formatImageReference(parsed))
const withTag = (image, tag) => sync(() => native().withTag(image, tag))
const explainTag = (tag, options) => JSON.parse(sync(() => native().explainTag(tag, options)))
const compareTags = (a, b) => sync(() => native().compareTags(a, b))

/** Few programs call this, so its module is loaded by the first call. */
function optionsFromDockerInfo(info, images) {
  return require('./js/docker-info.js').optionsFromDockerInfo(info, images)
}

/** `node ace configure container-registry-service` calls this export. */
function configure(command) {
  return require('./adonis/configure.js').configure(command)
}

module.exports = {
  ContainerRegistryService,
  compareTags,
  configure,
  explainTag,
  formatImageReference,
  hasBinary,
  optionsFromDockerInfo,
  withTag,
}
