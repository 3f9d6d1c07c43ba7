import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Worker } from 'node:worker_threads'
import { FaultServer, wire } from '../../testing/faults'
import { FakeServer, json } from '../../testing/registry'
import { runChild } from '../support/child'
import { Gate } from '../support/gate'

const FIXTURES = join(__dirname, 'fixtures')

let server: FaultServer
beforeAll(async () => {
  server = await FaultServer.start(() => wire.silence)
})
afterAll(() => server.close())

/** Hundreds of calls that nobody answers, and batches of hundreds; `calls` are their promises. */
const inFlight = () => `
  const service = new ContainerRegistryService({
    registries: { 'registry.example': { url: '${server.origin}' } }, concurrency: 300,
  })
  const images = Array.from({ length: 300 }, (_, index) => 'registry.example/team/app-' + index + ':1.0')
  const abort = new AbortController()
  const { signal } = abort
  const calls = images.map((image) => service.listTags(service.parseImageReference(image), { signal }))
  calls.push(service.checkImages(images, { signal }))
  calls.push((async () => { for await (const report of service.watchImages(images, { signal })) report })())
`

test.each([
  [
    'process.exit',
    'setTimeout(() => process.exit(3), 200); calls.forEach((call) => call.catch(() => {}))',
    3,
  ],
  [
    'an uncaught exception',
    `process.on('uncaughtException', () => process.exit(4))
     calls.forEach((call) => call.catch(() => {}))
     setTimeout(() => { throw new Error('elsewhere') }, 200)`,
    4,
  ],
  [
    'close',
    `Promise.allSettled(calls).then((ended) => {
       process.exitCode = ended.every(({ reason }) => reason?.code === 'ABORTED') ? 5 : 1
     })
     setTimeout(() => service.close(), 200)`,
    5,
  ],
  [
    'an abort',
    `Promise.allSettled(calls).then((ended) => {
       process.exitCode = ended.every(({ reason }) => reason?.code === 'ABORTED') ? 6 : 1
     })
     setTimeout(() => abort.abort(), 200)`,
    6,
  ],
])('%s with hundreds of calls in flight ends the process as it should', async (_, end, status) => {
  expect(await runChild(`${inFlight()}${end}`)).toMatchObject({ status, stderr: '' })
})

test('a worker that is terminated with calls in flight takes nothing else along', async () => {
  const program = `
    const { Worker, isMainThread } = require('node:worker_threads')
    const source = ${JSON.stringify(`
      const { ContainerRegistryService } = require(process.cwd())
      ${inFlight()}
      calls.forEach((call) => call.catch(() => {}))
      require('node:worker_threads').parentPort.postMessage('asked')
    `)}
    const round = (left) => {
      const worker = new Worker(source, { eval: true })
      worker.once('message', async () => {
        await worker.terminate()
        if (left > 0) return round(left - 1)
        console.log(new ContainerRegistryService().parseImageReference('nginx').repo)
      })
    }
    round(4)
  `
  expect(await runChild(program)).toEqual({ status: 0, stdout: 'nginx\n', stderr: '' })
})

test('a worker that is terminated asks nothing more', async () => {
  const registry = await FakeServer.start()
  const gate = new Gate()
  /** A page of a list without end. */
  const page = (number: number) =>
    json({ tags: [`1.${number}`] }, { Link: `</v2/team/app/tags/list?last=${number}>; rel="next"` })
  const route = (number: number) => `GET /v2/team/app/tags/list?last=${number}`
  registry.always('GET /v2/team/app/tags/list?n=1000', page(0))
  for (let number = 0; number < 50; number++)
    registry.always(route(number), number === 20 ? gate.hold(page(21)) : page(number + 1))
  try {
    const source = `
      const { ContainerRegistryService } = require(process.cwd())
      const service = new ContainerRegistryService({ registries: { 'registry.example': { url: '${registry.origin}' } } })
      service.listTags(service.parseImageReference('registry.example/team/app:1.0')).catch(() => {})
    `
    const worker = new Worker(source, { eval: true })
    await registry.asked(route(20))
    await worker.terminate()
    gate.open()
    // Each of these takes as long as the next page would.
    for (let again = 0; again < 20; again++) await fetch(`${registry.origin}/v2/team/app/tags/list?last=40`)
    expect(registry.routes).not.toContain(route(21))
  } finally {
    await registry.close()
  }
})

/** Runs a fixture in a process of its own. */
async function run(...args: string[]): Promise<string> {
  return (await promisify(execFile)(process.execPath, args, { cwd: FIXTURES })).stdout
}

test('workers of a cluster each have their own', async () => {
  expect(await run('cluster.cjs')).toBe('NETWORK,NETWORK,NETWORK,NETWORK\n')
})

test('services that nobody holds are freed', async () => {
  expect(await run('--expose-gc', 'instances.cjs', '20000')).toBe('flat\n')
}, 120_000)
