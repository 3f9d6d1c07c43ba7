import app from '@adonisjs/core/services/app'
import { defineConfig } from 'container-registry-service/adonis'
import { options } from '#config/docker'
import env from '#start/env'

export default defineConfig({
  // Where what is learnt is kept beside memory: a folder for one machine, Redis for a fleet.
  cache: {
    directory: env.get('CONTAINER_REGISTRY_CACHE_DIR') ?? app.tmpPath('container-registry'),
    redis: env.get('CONTAINER_REGISTRY_REDIS_URL'),
  },
  // New minor versions of the variant that runs.
  policy: { track: 'minor' },
  dockerConfig: env.get('CONTAINER_REGISTRY_DOCKER_CONFIG', false),
  github: { token: env.get('GITHUB_TOKEN') },
  registries: options.registries,
})
