import { inject } from '@adonisjs/core'
import { HealthChecks } from '@adonisjs/core/health'
import type { HttpContext } from '@adonisjs/core/http'
import { ContainerRegistryService } from 'container-registry-service/adonis'
import { ContainerRegistryCheck } from 'container-registry-service/adonis/health'
import { installed } from '#config/docker'

@inject()
export default class HealthController {
  constructor(protected registry: ContainerRegistryService) {}

  async handle({ response }: HttpContext) {
    const report = await new HealthChecks()
      .register([new ContainerRegistryCheck(this.registry, { images: installed.slice(0, 1) })])
      .run()
    return response.status(report.isHealthy ? 200 : 503).send(report)
  }
}
