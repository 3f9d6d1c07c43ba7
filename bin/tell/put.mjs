import { randomUUID } from 'node:crypto'
import { open, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { Fault } from '../fault.mjs'

// A file that is mounted by itself, or whose folder may not be written, cannot be replaced.
const IN_PLACE = ['EBUSY', 'EXDEV', 'EPERM', 'EACCES', 'EROFS']

/**
 * Writes a file that a program made: whole, by a rename, so that a reader sees the old or the new one. Paths are relative to
 * `io.cwd()`.
 *
 * @throws Fault for a file that cannot be written.
 */
export async function put(path, text, io, mode = 0o644) {
  const target = resolve(io.cwd(), path)
  try {
    await renamed(target, text, mode).catch((error) => {
      if (!IN_PLACE.includes(error.code)) throw error
      return writeFile(target, text, { mode })
    })
  } catch (error) {
    throw new Fault(`${path} could not be written: ${error.message}`)
  }
}

async function renamed(target, text, mode) {
  // node_exporter reads every *.prom, so that the ending must not be that of the file.
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx', mode)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, target)
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw error
  }
}
