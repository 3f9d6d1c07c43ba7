/**
 * The registries and release hosts of the bench, in a process of their own. Every answer is delayed by the latency of a
 * real network.
 */
import { setTimeout } from 'node:timers/promises'
import internet from '../../testing/internet/index.js'
import { settle } from './hosts.mjs'
import { Traffic } from './traffic.mjs'

const latency = Number(process.env.BENCH_LATENCY)
let traffic = new Traffic()
const world = new internet.Internet({ watch: (request) => traffic.arrived(request), isForgetful: true })
settle(world)
world.holdBack(() => setTimeout(latency))
await world.open()

process.on('message', (message) => {
  if (message === 'forget') {
    traffic = new Traffic()
    world.unexpected.length = 0
  }
  if (message === 'report') return process.send({ ...traffic.report(), unexpected: world.unexpected })
  if (message === 'trace') return process.send(traffic.trace)
  process.send('forgotten')
})
// The parent has ended.
process.on('disconnect', () => process.exit())

process.send({ port: world.port, proxy: world.proxyUrl, authority: internet.AUTHORITY })
