import { randomUUID } from 'node:crypto'
import { chmod, chown, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import { Fault } from '../fault.mjs'

// A file that is mounted by itself, or whose folder may not be written, cannot be replaced.
const IN_PLACE = ['EBUSY', 'EXDEV', 'EPERM', 'EACCES', 'EROFS', 'ENOTSUP']

/**
 * Writes a text in place of another one, whole or not at all, with the same owner and mode. The file is replaced by a
 * rename; where that cannot be, it is written in place.
 *
 * @throws Fault for a file outside of `folders`, one that no longer holds `before`, or one that cannot be written.
 */
export async function replace(path, { before, after, folders }) {
  try {
    const target = await within(path, folders)
    const bytes = await readFile(target)
    if (!bytes.equals(Buffer.from(before))) throw new Error('it has changed meanwhile, or is no UTF-8.')
    const facts = await stat(target)
    if (!facts.isFile()) throw new Error('it is no regular file.')
    const isLinked = facts.nlink > 1
    if (isLinked || !(await renamed(target, after, facts))) await inPlace(target, bytes, after)
  } catch (error) {
    if (error instanceof Fault) throw error
    throw new Fault(`${path} is not written: ${error.message}`)
  }
}

/** The file behind all links, which has to lie in one of the folders. */
async function within(path, folders) {
  const target = await realpath(path)
  for (const folder of folders) {
    const way = relative(await realpath(folder), target)
    if (way !== '..' && !way.startsWith(`..${sep}`) && !/^[A-Za-z]:/.test(way)) return target
  }
  throw new Error('it lies outside of the folders that were named.')
}

async function renamed(target, text, { mode, uid, gid }) {
  const temporary = join(dirname(target), `.${basename(target).slice(0, 100)}.${randomUUID()}.tmp`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    const own = await stat(temporary)
    if (own.uid !== uid || own.gid !== gid) await chown(temporary, uid, gid)
    await chmod(temporary, mode & 0o7777)
    await rename(temporary, target)
    return true
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    if (IN_PLACE.includes(error.code)) return false
    throw error
  }
}

/** If it fails half way, what stood there is put back. */
async function inPlace(target, bytes, text) {
  const file = await open(target, 'r+')
  try {
    await overwrite(file, Buffer.from(text)).catch(async (error) => {
      await overwrite(file, bytes)
      throw error
    })
  } finally {
    await file.close()
  }
}

async function overwrite(file, bytes) {
  let position = 0
  while (position < bytes.length)
    position += (await file.write(bytes, position, bytes.length - position, position)).bytesWritten
  await file.truncate(bytes.length)
  await file.sync()
}
