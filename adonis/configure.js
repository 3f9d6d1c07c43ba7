'use strict'

const { join } = require('node:path')
const { tidied } = require('./tidy.js')

/** The environment variables of the app, and how they are validated when it boots. */
const VARIABLES = {
  CONTAINER_REGISTRY_CACHE_DIR: 'Env.schema.string.optional()',
  CONTAINER_REGISTRY_REDIS_URL: 'Env.schema.string.optional()',
  CONTAINER_REGISTRY_DOCKER_CONFIG: 'Env.schema.boolean.optional()',
  GITHUB_TOKEN: 'Env.schema.string.optional()',
}

/** Configures an app for `node ace configure container-registry-service`: settings, environment, provider. */
async function configure(command) {
  const { app } = command
  const codemods = await command.createCodemods()
  const tidy = await tidied(app)
  await codemods.makeUsingStub(join(__dirname, 'stubs'), 'config/container_registry.stub', {})
  await codemods.defineEnvVariables(Object.fromEntries(Object.keys(VARIABLES).map((name) => [name, ''])))
  await codemods.defineEnvValidations({
    leadingComment: 'Variables for container registries',
    variables: VARIABLES,
  })
  await codemods.updateRcFile((rcFile) => {
    rcFile.addProvider('container-registry-service/adonis/provider')
  })
  await tidy()
}

module.exports = { configure }
