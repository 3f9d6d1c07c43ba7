import { UnrecoverableError, Worker } from 'bullmq'
import { ContainerRegistryService } from 'container-registry-service'

const {
  REDIS_URL = 'redis://127.0.0.1:6379',
  REGISTRY_OPTIONS = '{}',
  WORKER_NAME,
  // Docker waits ten seconds before it kills.
  PATIENCE_MS = '8000',
} = process.env

/** Failures that another try does not mend. */
const FINAL = ['INVALID_REFERENCE', 'INVALID_ARGUMENT', 'NOT_FOUND', 'AUTH_FAILED']

// What one worker learns, all of them know: the cache is in the Redis that has the queue.
const registry = new ContainerRegistryService({
  ...JSON.parse(REGISTRY_OPTIONS),
  cache: { redis: REDIS_URL },
})

async function check({ data: { image, arch } }) {
  try {
    return await registry.getAvailableUpdates(image, arch)
  } catch (error) {
    if (FINAL.includes(error.code)) throw new UnrecoverableError(error.message)
    throw error
  }
}

const worker = new Worker('image-checks', check, {
  connection: { url: REDIS_URL },
  concurrency: 8,
  name: WORKER_NAME,
})
worker.on('error', (error) => console.error(error.message))

process.once('SIGTERM', async () => {
  // While Redis is away no job can be handed in. What stands in it is given to another worker once it is back.
  setTimeout(() => process.exit(1), Number(PATIENCE_MS)).unref()
  await worker.close()
  await registry.close()
})
