import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import app from '@adonisjs/core/services/app'
import { installed } from '#config/docker'

/** What is known of an image that runs here. */
export type ImageRow =
  | { image: string; state: 'unknown' }
  | { image: string; checkedAt: string; state: 'current' | 'unorderable' }
  | { image: string; checkedAt: string; state: 'failed'; problem: string }
  | {
      image: string
      checkedAt: string
      state: 'outdated'
      newest: string
      /** Page with the release notes. */
      notes?: string
      /** What was written about the versions up to the newest one. It is text of other people's. */
      written: { version: string; notes: string }[]
      /** Bytes to download. */
      size: number | null
    }

/** Keeps what the last check found, for the page and for other processes. */
export class ImageRows {
  #file = app.tmpPath('images.json')

  /** A row for every image that runs here now. */
  async load(): Promise<ImageRow[]> {
    const known = new Map((await this.#read()).map((row) => [row.image, row]))
    return installed.map((image) => known.get(image) ?? { image, state: 'unknown' })
  }

  /** Written beside and renamed, so that nobody reads half a file. */
  async save(rows: ImageRow[]): Promise<void> {
    await mkdir(dirname(this.#file), { recursive: true })
    const unfinished = `${this.#file}.${process.pid}`
    await writeFile(unfinished, JSON.stringify(rows))
    await rename(unfinished, this.#file)
  }

  async #read(): Promise<ImageRow[]> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }
}
