/**
 * The registries and release hosts of the bench, in a process of their own. Either every answer is delayed by the latency
 * of a real network, or they stand at the far end of a wire with a round trip, on which connections cost time as well.
 */
import { setTimeout } from 'node:timers/promises'
import internet from '../../testing/internet/index.js'
import { FarWire } from './far-wire.mjs'
import { settle } from './hosts.mjs'
import { Traffic } from './traffic.mjs'

const latency = Number(process.env.BENCH_LATENCY)
const roundTrip = Number(process.env.BENCH_ROUND_TRIP)
let traffic = new Traffic(roundTrip)
const world = new internet.Internet({ watch: (request) => traffic.arrived(request), isForgetful: true })
settle(world)
if (latency > 0) world.holdBack(() => setTimeout(latency))
await world.open()
const wire = roundTrip > 0 ? await FarWire.start(world, roundTrip) : undefined
let openedBefore = 0

process.on('message', async (message) => {
  if (message === 'forget') {
    traffic = new Traffic(roundTrip)
    openedBefore = await wire?.opened()
    world.unexpected.length = 0
  }
  if (message === 'report') {
    const connections = wire && (await wire.opened()) - openedBefore
    return process.send({ ...traffic.report(), connections, unexpected: world.unexpected })
  }
  if (message === 'trace') return process.send(traffic.trace)
  process.send('forgotten')
})
// The parent has ended.
process.on('disconnect', () => process.exit())

const { port, proxyUrl } = wire ?? world
process.send({ port, proxy: proxyUrl, authority: internet.AUTHORITY })
