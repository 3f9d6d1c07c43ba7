import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UsageFault } from '../fault.mjs'
import { COMPOSE_FILES, composeImages } from '../read/compose/compose.mjs'
import { runningImages } from '../read/docker/running.mjs'

/** Returns the images that a command line names, each once, with what is to be said of them. */
export async function gathered({ images, files, running, arch }, io) {
  const sources = [
    { images: images.map((image) => ({ image })), notes: [] },
    ...(await Promise.all(
      filesOf({ images, files, running }, io).map((path) => composeImages(path, io.env)),
    )),
    ...(running ? [await runningImages(io.env)] : []),
  ]
  const all = sources.flatMap((source) => source.images).map((image) => withArch(image, arch))
  const distinct = new Map(all.map((image) => [JSON.stringify(image), image]))
  return {
    images: [...distinct.values()],
    notes: sources.flatMap(({ notes }) => notes),
    faults: sources.flatMap(({ faults = [] }) => faults),
  }
}

function filesOf({ images, files, running }, io) {
  if (images.length > 0 || files.length > 0 || running) return files
  const found = COMPOSE_FILES.map((name) => join(io.cwd(), name)).find((path) => existsSync(path))
  if (found) return [found]
  throw new UsageFault(
    `No image is named, and no Compose file is in ${io.cwd()}: name images, a Compose file (--file) or --running.`,
  )
}

/** An architecture of the command line goes before one that was found. */
function withArch({ arch: found, ...image }, asked) {
  const arch = asked ?? found
  return arch === undefined ? image : { ...image, arch }
}
