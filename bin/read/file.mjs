import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Fault } from '../fault.mjs'

const MAX_BYTES = 4 * 1024 * 1024
/** The name of standard input, as commands of Unix spell it. */
export const STANDARD_INPUT = '-'
// What a shell hands over of another command: `<(…)`.
const HANDED_OVER = /^\/dev\/fd\/\d+$/

/**
 * Reads a text file. Only regular files are read, so that no pipe or device can hold the command up; `-` is standard
 * input, `io.stdin`. Paths are relative to `io.cwd()`.
 *
 * @throws Fault for what cannot be read, is no regular file, or is longer than 4 MiB. Its `code` is that of the system.
 */
export async function readText(path, io) {
  try {
    return path === STANDARD_INPUT || path === '/dev/stdin'
      ? await drained(io.stdin)
      : await regular(resolve(io.cwd?.() ?? '.', path))
  } catch (error) {
    const shown = path === STANDARD_INPUT ? 'Standard input' : path
    throw Object.assign(new Fault(`${shown} could not be read: ${error.message}`), { code: error.code })
  }
}

async function regular(path) {
  // Without O_NONBLOCK, opening a pipe waits for its writer. Windows has neither.
  const isPipe = HANDED_OVER.test(path)
  const file = await open(path, constants.O_RDONLY | (isPipe ? 0 : (constants.O_NONBLOCK ?? 0)))
  try {
    const found = await file.stat()
    if (found.isDirectory()) throw new Error('it is a folder.')
    if (!found.isFile() && !isPipe) throw new Error('it is no regular file.')
    if (found.size > MAX_BYTES) throw tooLong()
    const buffer = Buffer.allocUnsafe(MAX_BYTES + 1)
    let length = 0
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, null)
      length += bytesRead
      if (length > MAX_BYTES) throw tooLong()
      if (bytesRead === 0) return buffer.toString('utf8', 0, length)
    }
  } finally {
    await file.close()
  }
}

async function drained(stream) {
  const chunks = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > MAX_BYTES) throw tooLong()
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function tooLong() {
  return new Error(`it is longer than ${MAX_BYTES / 1024 / 1024} MiB.`)
}
