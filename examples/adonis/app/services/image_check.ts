import { inject } from '@adonisjs/core'
import logger from '@adonisjs/core/services/logger'
import transmit from '@adonisjs/transmit/services/main'
import { ContainerRegistryService, type ImageCheck } from 'container-registry-service/adonis'
import { arch, installed } from '#config/docker'
import { type ImageRow, ImageRows } from '#services/image_rows'

/** Where pages hear of a check that is under way. */
export const CHANNEL = 'images/check'

/** What is told there. */
export type CheckEvent =
  | { type: 'progress'; done: number; total: number; image: string }
  | { type: 'finished'; rows: ImageRow[] }

let running: Promise<ImageRow[]> | undefined

/** Checks the images that run here, and tells every page that is open how far it is. */
@inject()
export class InstalledImagesCheck {
  constructor(
    protected registry: ContainerRegistryService,
    protected rows: ImageRows,
  ) {}

  /** Checks all images; who asks while a check is under way is given its answer. */
  run(signal?: AbortSignal): Promise<ImageRow[]> {
    running ??= this.#check(signal).finally(() => {
      running = undefined
    })
    return running
  }

  async #check(signal?: AbortSignal): Promise<ImageRow[]> {
    const checks = await this.registry.checkImages(installed, {
      arch,
      signal,
      onProgress: ({ done, total, image }) => this.#tell({ type: 'progress', done, total, image }),
    })
    const rows = await Promise.all(checks.map((check) => this.#row(check)))
    await this.rows.save(rows)
    this.#tell({ type: 'finished', rows })
    return rows
  }

  async #row({ image, updates = [], error }: ImageCheck): Promise<ImageRow> {
    const checkedAt = new Date().toISOString()
    if (error) {
      logger.warn({ image, code: error.code }, 'image could not be checked')
      return { image, checkedAt, state: 'failed', problem: error.message }
    }
    const [newest] = updates
    if (!newest) return { image, checkedAt, state: 'current' }
    const parsed = this.registry.parseImageReference(image)
    const size = await this.registry.getImageDownloadSize(parsed, newest.tag, arch)
    return { image, checkedAt, state: 'outdated', newest: newest.tag, notes: newest.releaseUrl, size }
  }

  #tell(event: CheckEvent): void {
    transmit.broadcast(CHANNEL, event)
  }
}
