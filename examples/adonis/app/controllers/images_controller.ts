import { inject } from '@adonisjs/core'
import type { HttpContext } from '@adonisjs/core/http'
import { InstalledImagesCheck } from '#services/image_check'
import { ImageRows } from '#services/image_rows'

@inject()
export default class ImagesController {
  constructor(
    protected rows: ImageRows,
    protected installed: InstalledImagesCheck,
  ) {}

  async index({ view }: HttpContext) {
    return view.render('images', { rows: await this.rows.load() })
  }

  /** Answers with the page for who sent the form, and with the rows for the page's script. */
  async check({ request, response }: HttpContext) {
    const rows = await this.installed.run()
    if (request.accepts(['html', 'json']) === 'json') return rows
    return response.redirect('/', false, 303)
  }
}
