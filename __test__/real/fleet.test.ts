import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Queue, QueueEvents } from 'bullmq'
import { type FixtureRegistries, startRegistries } from '../../testing'
import { RedisServer } from './support/redis'

const WORKER = join(__dirname, '../../examples/fleet/worker.mjs')
const NAMES = Array.from({ length: 24 }, (_, index) => `ghcr.io/team/app-${index}`)
/** What tells more than which tags there are: it is asked once for the whole fleet. */
const FACT = /\/(manifests|blobs)\/|\/releases\//

/** Milliseconds after which a job that nobody does fails its test. */
const LONGEST = 20_000

let redis: RedisServer
let registries: FixtureRegistries
let queue: Queue
let events: QueueEvents
const workers: ChildProcess[] = []

beforeAll(async () => {
  redis = await RedisServer.start()
  registries = await startRegistries({
    images: NAMES.map((image) => ({
      image,
      tags: ['1.0.0', '1.1.0'],
      source: image.replace('ghcr.io', 'https://github.com'),
      releases: 'v',
    })),
  })
  queue = new Queue('image-checks', { connection: { url: redis.url } })
  events = new QueueEvents('image-checks', { connection: { url: redis.url } })
  // Each job that is waited for listens.
  queue.setMaxListeners(0)
  await events.waitUntilReady()
})

afterAll(async () => {
  for (const worker of workers) worker.kill('SIGKILL')
  await events?.close()
  await queue?.close()
  await registries?.close()
  await redis?.stop()
})

function work(name: string): ChildProcess {
  const REGISTRY_OPTIONS = JSON.stringify(registries.options)
  const env = { PATH: process.env.PATH, REDIS_URL: redis.url, REGISTRY_OPTIONS, WORKER_NAME: name }
  const worker = spawn(process.execPath, [WORKER], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  workers.push(worker)
  return worker
}

/** Waits until so many workers stand by. */
async function standBy(count: number): Promise<void> {
  while ((await queue.getWorkersCount()) < count) {
    const ended = workers.find(({ exitCode }) => exitCode !== null && exitCode !== 0)
    if (ended) throw new Error(`a worker ended with ${ended.exitCode}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** Has images checked by whoever is there: the answers, and who gave them. */
async function check(images: string[]) {
  const jobs = await queue.addBulk(images.map((image) => ({ name: 'check', data: { image, arch: 'amd64' } })))
  const answers = await Promise.all(jobs.map((job) => job.waitUntilFinished(events, LONGEST)))
  const done = await Promise.all(jobs.map((job) => queue.getJob(job.id ?? '')))
  return { answers, by: new Set(done.map((job) => job?.processedBy)) }
}

test('two workers share the work, and a third knows what they learnt', async () => {
  const images = NAMES.map((name) => `${name}:1.0.0`)
  const expected = NAMES.map((name) => [
    {
      tag: '1.1.0',
      isLatest: true,
      releaseUrl: `${name.replace('ghcr.io', 'https://github.com')}/releases/tag/v1.1.0`,
    },
  ])
  const two = [work('first'), work('second')]
  await standBy(2)
  const shared = await check(images)
  expect(shared.answers).toEqual(expected)
  expect(shared.by).toEqual(new Set(['first', 'second']))
  expect(registries.requests.filter(({ path }) => FACT.test(path)).length).toBeGreaterThan(NAMES.length)

  for (const worker of two) worker.kill('SIGTERM')
  expect(await Promise.all(two.map((worker) => once(worker, 'exit')))).toEqual([
    [0, null],
    [0, null],
  ])

  registries.requests.length = 0
  work('third')
  await standBy(1)
  const known = await check(images)
  expect(known).toEqual({ answers: expected, by: new Set(['third']) })
  expect(registries.requests.filter(({ path }) => FACT.test(path))).toEqual([])
})

test('what another try does not mend is not tried again', async () => {
  const job = await queue.add('check', { image: 'ghcr.io/team/gone:1.0.0', arch: 'amd64' }, { attempts: 5 })
  await expect(job.waitUntilFinished(events, LONGEST)).rejects.toThrow(
    'Failed to list tags for team/gone: 404',
  )
  expect((await queue.getJob(job.id ?? ''))?.attemptsMade).toBe(1)
})

test('a worker ends when it is told to, though Redis is away', async () => {
  const own = await RedisServer.start()
  const env = { PATH: process.env.PATH, REDIS_URL: own.url, PATIENCE_MS: '50' }
  const worker = spawn(process.execPath, [WORKER], { env, stdio: ['ignore', 'inherit', 'pipe'] })
  workers.push(worker)
  await own.stop()
  // It complains once it has noticed.
  await once(worker.stderr, 'data')
  worker.stderr.resume()
  worker.kill('SIGTERM')
  expect(await once(worker, 'exit')).toEqual([1, null])
})
