import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { type ContainerRegistryError, ContainerRegistryService } from 'container-registry-service/adonis'
import { arch } from '#config/docker'
import { versionsValidator } from '#validators/versions'

/** What a caller can do about a failure, in HTTP's words; everything else is another server's fault. */
const STATUS: Partial<Record<ContainerRegistryError['code'], number>> = {
  INVALID_REFERENCE: 422,
  NOT_FOUND: 404,
  RATE_LIMITED: 429,
  TIMEOUT: 504,
}

@inject()
export default class VersionsController {
  constructor(protected registry: ContainerRegistryService) {}

  /** `GET /api/images/versions?image=`: newer versions of an image, newest first. */
  async show({ request, response }: HttpContext) {
    const { image } = await request.validateUsing(versionsValidator)
    try {
      return { image, arch, updates: await this.registry.getAvailableUpdates(image, arch) }
    } catch (error) {
      const { code, message } = error as ContainerRegistryError
      if (code === undefined) throw error
      return response.status(STATUS[code] ?? 502).send({ image, error: { code, message } })
    }
  }
}
