import { inject } from '@adonisjs/core'
import { BaseCommand } from '@adonisjs/core/ace'
import type { CommandOptions } from '@adonisjs/core/types/ace'
import { InstalledImagesCheck } from '#services/image_check'

/** For cron: `0 3 * * * cd /srv/app && node ace images:check`. */
export default class CheckImages extends BaseCommand {
  static commandName = 'images:check'
  static description = 'Look for newer versions of the images that run here'
  static options: CommandOptions = { startApp: true }

  @inject()
  async run(check: InstalledImagesCheck) {
    const rows = await check.run()
    const table = this.ui.table().head(['image', 'newest', 'notes'])
    for (const row of rows) {
      if (row.state === 'outdated') table.row([row.image, row.newest, row.notes ?? ''])
      if (row.state === 'failed') table.row([row.image, 'failed', row.problem])
    }
    table.render()
    if (rows.every(({ state }) => state === 'failed')) this.exitCode = 1
  }
}
