/** Checks one image, in a process of its own, and reports the most memory that it took. */
import { createRequire } from 'node:module'

const { ContainerRegistryService } = createRequire(import.meta.url)('../../index.js')
const peak = () => process.resourceUsage().maxRSS * 1024
const [good, shaped] = process.argv.slice(2)
const service = new ContainerRegistryService({
  registries: { 'good.example': { url: good }, 'registry.example': { url: shaped } },
  github: { apiUrl: good },
  maxFaultRetries: 0,
  logger: { warn() {} },
})
await service.checkImage('good.example/team/app:1.0.0', { arch: 'amd64' })
const before = peak()
const report = await service.checkImage('registry.example/team/app:1.0.0', { arch: 'amd64' })
const outcome = report.error ? `${report.error.code}: ${report.error.message}` : report.status
process.send({ growth: peak() - before, outcome })
await service.close()
process.disconnect()
