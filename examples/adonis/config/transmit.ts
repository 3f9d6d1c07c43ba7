import { defineConfig } from '@adonisjs/transmit'
import { redis } from '@adonisjs/transmit/transports'
import env from '#start/env'

const host = env.get('REDIS_HOST')

export default defineConfig({
  pingInterval: '30s',
  transport: host ? { driver: redis({ host, port: env.get('REDIS_PORT', 6379) }) } : null,
})
