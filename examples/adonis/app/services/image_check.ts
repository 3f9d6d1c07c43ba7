import { inject } from '@adonisjs/core'
import logger from '@adonisjs/core/services/logger'
import transmit from '@adonisjs/transmit/services/main'
import { ContainerRegistryService, type ImageReport } from 'container-registry-service/adonis'
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
    const reports = await this.registry.checkImages(installed, {
      arch,
      signal,
      onProgress: ({ done, total, image }) => this.#tell({ type: 'progress', done, total, image }),
    })
    const rows = await Promise.all(reports.map((report) => this.#row(report, signal)))
    await this.rows.save(rows)
    this.#tell({ type: 'finished', rows })
    return rows
  }

  async #row(report: ImageReport, signal?: AbortSignal): Promise<ImageRow> {
    const { image, checkedAt } = report
    if (report.status === 'failed') {
      const { code, message } = report.error
      logger.warn({ image, code }, 'image could not be checked')
      return { image, checkedAt, state: 'failed', problem: message }
    }
    if (report.status === 'unorderable') return { image, checkedAt, state: 'unorderable' }
    if (report.status === 'up-to-date') return { image, checkedAt, state: 'current' }
    const [{ tag, releaseUrl }] = report.updates
    const found = Object.values(report.latest).find((newest) => newest?.tag === tag)
    const size = found?.downloadSize?.new ?? null
    const written = await this.#written(image, tag, signal)
    return { image, checkedAt, state: 'outdated', newest: tag, notes: releaseUrl, written, size }
  }

  /** What was written about the versions up to a tag; a row is worth showing without it. */
  async #written(image: string, to: string, signal?: AbortSignal) {
    try {
      const { tag } = this.registry.parseImageReference(image)
      const { releases } = await this.registry.releaseNotes(image, tag, to, { limit: 10, signal })
      return releases.map(({ version, notes }) => ({ version, notes })).filter(({ notes }) => notes !== '')
    } catch (error) {
      logger.info({ image, err: error }, 'release notes could not be read')
      return []
    }
  }

  #tell(event: CheckEvent): void {
    transmit.broadcast(CHANNEL, event)
  }
}
