import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { COMPOSE_FILES, composeImages } from './compose.mjs'
import { runningImages } from './docker.mjs'
import { UsageFault } from './fault.mjs'
import { Progress } from './progress.mjs'
import { json, markdown, table } from './render.mjs'
import { rowOf } from './row.mjs'
import { hasEnded } from './supported.mjs'

/** Exit codes, as the usage states them. */
export const ANSWERED = 0
export const FOUND = 1
export const FAILED = 2

/** Checks the images of a command line, writes the result to `io.stdout`, and returns the exit code. */
export async function check(asked, service, io, say) {
  const { images, notes, faults } = await gathered(asked, io)
  for (const line of [...notes, ...faults]) say(line)
  const progress = new Progress(io.stderr, io.env)
  const options = { policy: asked.policy, onProgress: (told) => progress.show(told) }
  const reports = await service.checkImages(images, options).finally(() => progress.end())
  io.stdout.write(written(reports, asked.format, io))
  for (const { image, checkedAt, stale } of reports) {
    if (stale) say(`${image} cannot be checked for now: this is what was found at ${checkedAt}.`)
  }
  const has = (status) => reports.some((report) => report.status === status)
  if (faults.length > 0 || has('failed')) return FAILED
  if (asked.failOnUpdate && has('update-available')) return FOUND
  return asked.failOnUnsupported && reports.some(hasEnded) ? FOUND : ANSWERED
}

async function gathered({ images, files, running, arch }, io) {
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

function written(reports, format, { stdout, env }) {
  if (format === 'json') return json(reports)
  const rows = reports.map(rowOf)
  if (format === 'markdown') return markdown(rows)
  return table(rows, { colours: stdout.isTTY && stdout.hasColors(env) })
}
