import { Env } from '@adonisjs/core/env'

export default await Env.create(new URL('../', import.meta.url), {
  NODE_ENV: Env.schema.enum(['development', 'production', 'test'] as const),
  HOST: Env.schema.string({ format: 'host' }),
  PORT: Env.schema.number(),
  APP_KEY: Env.schema.string(),
  LOG_LEVEL: Env.schema.enum(['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const),

  // The images that run here, with blanks between them, and what `docker info --format json` says of the daemon.
  INSTALLED_IMAGES: Env.schema.string(),
  DOCKER_INFO_FILE: Env.schema.string.optional(),

  // With it, commands in other processes tell this one's pages how far they are.
  REDIS_HOST: Env.schema.string.optional(),
  REDIS_PORT: Env.schema.number.optional(),

  // Variables for container registries
  CONTAINER_REGISTRY_CACHE_DIR: Env.schema.string.optional(),
  CONTAINER_REGISTRY_REDIS_URL: Env.schema.string.optional(),
  CONTAINER_REGISTRY_DOCKER_CONFIG: Env.schema.boolean.optional(),
  GITHUB_TOKEN: Env.schema.string.optional(),
})
