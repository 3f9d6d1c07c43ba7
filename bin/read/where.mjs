import { statSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, relative } from 'node:path'
import { UsageFault } from '../fault.mjs'
import { defaultFiles, isOverride, nearestFiles } from './compose/names.mjs'
import { STANDARD_INPUT } from './file.mjs'
import { formatByName } from './formats.mjs'
import { expanded, isGlob } from './glob.mjs'

const MAX_FILES = 10_000
const MAX_DEPTH = 32
/** Folders whose files are somebody else's. */
const OTHERS = new Set(['node_modules', 'vendor', 'target', '__pycache__'])
const LOOKS_LIKE_A_PATH =
  /^(?:\.{0,2}[/\\]|\.{1,2}$|~\/)|\.(?:ya?ml|json|container|image|volume|kube)$|(?:^|\/)(?:Dockerfile|Containerfile)[^:@]*$/

/**
 * Tells what a word of the command line is: an image, or files. Returns `undefined` for an image, and else `sources`:
 * lists of `{ files, isAsked, isFound }`, where several files are laid over each other. `isFound` tells that they were found
 * in a folder.
 */
export async function filesOf(word, { io, recursive }) {
  if (isGlob(word)) return globbed(word, io)
  const kind = kindOf(inside(io, word))
  if (kind === undefined) return LOOKS_LIKE_A_PATH.test(word) ? [{ files: [word], isAsked: true }] : undefined
  if (/[:@]/.test(basename(word)) && !LOOKS_LIKE_A_PATH.test(word)) return undefined
  return kind === 'folder' ? inFolder(word, { io, recursive }) : [{ files: [word], isAsked: true }]
}

/** The files that `--file` names: one, those of a pattern, or those of a folder. */
export async function namedFiles(word, { io, recursive }) {
  if (word === STANDARD_INPUT) return [{ files: [word], isAsked: true }]
  const kind = kindOf(inside(io, word))
  if (kind === undefined && isGlob(word)) return globbed(word, io)
  return kind === 'folder' ? inFolder(word, { io, recursive }) : [{ files: [word], isAsked: true }]
}

async function globbed(word, io) {
  const found = await expanded(word, io.cwd())
  if (found.length === 0) throw new UsageFault(`No file matches ${word}.`)
  return found.map((path) => ({ files: [path], isAsked: true }))
}

/** The files of a folder whose names say that they may hold images, and those below it if `recursive`. */
async function inFolder(folder, { io, recursive }) {
  const sources = []
  const waiting = [{ folder, depth: 0 }]
  while (waiting.length > 0) {
    const { folder: at, depth } = waiting.shift()
    const entries = await readdir(inside(io, at), { withFileTypes: true }).catch(() => [])
    const names = entries.filter((entry) => entry.isFile() || entry.isSymbolicLink()).map(({ name }) => name)
    const defaults = defaultFiles(inside(io, at)).map((path) => normalize(join(at, basename(path))))
    if (defaults.length > 0) sources.push({ files: defaults, isAsked: true, isFound: true })
    for (const name of names.sort()) {
      const path = normalize(join(at, name))
      const isOverlay = defaults.includes(path) || (defaults.length > 0 && isOverride(path))
      if (isOverlay || formatByName(name) === undefined || kindOf(inside(io, path)) !== 'file') continue
      sources.push({ files: [path], isAsked: false, isFound: true })
      if (sources.length > MAX_FILES)
        throw new UsageFault(`${folder} has more than ${MAX_FILES} files to read.`)
    }
    if (!recursive || depth >= MAX_DEPTH) continue
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1)))
      if (entry.isDirectory() && !entry.name.startsWith('.') && !OTHERS.has(entry.name))
        waiting.push({ folder: join(at, entry.name), depth: depth + 1 })
  }
  return sources
}

function kindOf(path) {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found === undefined) return undefined
  return found.isDirectory() ? 'folder' : 'file'
}

function inside(io, path) {
  return isAbsolute(path) ? path : join(io.cwd(), path)
}

/** The folders that a command line names: those of its files, or else the one of the default files. Only there is written. */
export function foldersOf({ images, files }, io) {
  const named = [...images, ...files].map((word) =>
    isGlob(word) ? word.replace(/[^/\\]*[*?{].*$/s, '') || '.' : word,
  )
  const folders = named.flatMap((word) => {
    const path = inside(io, word)
    const kind = kindOf(path)
    return kind === undefined ? [] : [kind === 'folder' ? path : dirname(path)]
  })
  return folders.length > 0 ? folders : [dirname(nearestFiles(io.cwd())[0] ?? io.cwd())]
}

/** A path as it is shown: relative to the folder that the command is run in, if it is shorter so. */
export function shown(path, io) {
  const near = relative(io.cwd(), path)
  return near.length < path.length ? near : path
}
