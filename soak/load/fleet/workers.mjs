import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { Queue, QueueEvents } from 'bullmq'
import { startRedis } from './redis.mjs'

const WORKER = fileURLToPath(new URL('../../../examples/fleet/worker.mjs', import.meta.url))
/** Seconds within which workers stand by, and within which a job is done. */
const LIMIT = { start: 30, job: 300 }

/** So many workers of the example on one Redis of their own. They are ended with it. */
export class Workers {
  #redis
  #queue
  #events
  #processes

  static async start(count, options) {
    const workers = new Workers()
    workers.#redis = await startRedis()
    const connection = { url: workers.#redis.url }
    workers.#queue = new Queue('image-checks', { connection })
    workers.#events = new QueueEvents('image-checks', { connection })
    // Each job that is waited for listens.
    workers.#queue.setMaxListeners(0)
    workers.#events.setMaxListeners(0)
    await workers.#events.waitUntilReady()
    const env = {
      PATH: process.env.PATH,
      REDIS_URL: connection.url,
      REGISTRY_OPTIONS: JSON.stringify(options),
    }
    workers.#processes = Array.from({ length: count }, (_, number) =>
      spawn(process.execPath, [WORKER], {
        env: { ...env, WORKER_NAME: `worker-${number}` },
        stdio: ['ignore', 'inherit', 'inherit'],
      }),
    )
    await workers.#standBy(count)
    return workers
  }

  /** Has images checked, in this order. Returns the answers, and the number of workers that gave some. */
  async check(images) {
    const jobs = await this.#queue.addBulk(
      images.map((image) => ({
        name: 'check',
        data: { image, arch: 'amd64' },
        opts: { deduplication: { id: `${image} amd64` } },
      })),
    )
    const answers = await Promise.all(
      jobs.map((job) => job.waitUntilFinished(this.#events, LIMIT.job * 1000)),
    )
    const done = await Promise.all(jobs.map((job) => this.#queue.getJob(job.id)))
    return { answers, by: new Set(done.map((job) => job.processedBy)).size }
  }

  /** Ends the workers as an operator does, and then what they used. */
  async end() {
    const ended = this.#processes.map((worker) =>
      worker.exitCode === null ? once(worker, 'exit') : undefined,
    )
    for (const worker of this.#processes) worker.kill('SIGTERM')
    await Promise.all(ended)
    await this.#events.close()
    await this.#queue.close()
    await this.#redis.stop()
    const failed = this.#processes.filter(({ exitCode }) => exitCode !== 0).length
    if (failed > 0) throw new Error(`${failed} workers did not end as they should`)
  }

  async #standBy(count) {
    const end = Date.now() + LIMIT.start * 1000
    while ((await this.#queue.getWorkersCount()) < count) {
      if (Date.now() > end) throw new Error(`The workers did not stand by within ${LIMIT.start} s`)
      await setTimeout(20)
    }
  }
}
