/** Finds the original, the class that the addon is compared with, compiled to JavaScript. It is not part of the project. */
import { existsSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const FILE = 'original.mjs'
const BESIDE = fileURLToPath(new URL(`../../shared/seed/${FILE}`, import.meta.url))

/** Returns the path of the original: BASELINE, or the file beside the checkout. Without one, the addon runs alone. */
export function findOriginal() {
  const given = process.env.BASELINE
  if (given && !existsSync(given)) throw new Error(`BASELINE=${given} does not exist`)
  const path = given ? resolve(given) : BESIDE
  if (existsSync(path)) return statSync(path).isDirectory() ? join(path, FILE) : path
  console.log(
    `Missing: ../shared/seed/${FILE}, the original to compare with (or BASELINE=path/to/${FILE}). ` +
      'The addon runs alone: its bounds that need the original stay open.',
  )
  return undefined
}
