/** Checks so many images by `checkImages`, in a process that does nothing else, and says what that cost. */

import { createRequire } from 'node:module'
import { setTimeout } from 'node:timers/promises'
import { imageOf, isRight } from './images.mjs'
import { watchTurns } from './turns.mjs'

const { ContainerRegistryService } = createRequire(import.meta.url)('../../../index.js')

process.once('message', async ({ count, options }) => {
  const service = new ContainerRegistryService(options)
  const images = Array.from({ length: count }, (_, number) => imageOf(number))
  // The process has started, and its first turn is over.
  await setTimeout(10)
  const turns = watchTurns()
  const [began, worked] = [performance.now(), process.cpuUsage()]
  const reports = await service.checkImages(images, { arch: 'amd64' })
  const milliseconds = performance.now() - began
  const { user, system } = process.cpuUsage(worked)
  const { late, held } = turns()
  process.send({
    right: reports.filter(isRight).length,
    milliseconds,
    processor: (user + system) / 1000,
    late,
    held,
    // It is told in KiB.
    peak: process.resourceUsage().maxRSS / 1024,
  })
  await service.close()
})
