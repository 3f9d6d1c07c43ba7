import { ANSWERED, FAILED, FOUND } from '../exit.mjs'
import { json } from '../render/json.mjs'
import { markdown } from '../render/markdown.mjs'
import { rowOf } from '../render/row.mjs'
import { hasEnded } from '../render/supported.mjs'
import { table } from '../render/table.mjs'
import { gathered } from './gather.mjs'
import { Progress } from './progress.mjs'

/** Checks the images of a command line, writes the result to `io.stdout`, and returns the exit code. */
export async function check(asked, { service, io, say }) {
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
  if (asked.failOnUpdate && has('update-available')) return FOUND
  if (asked.failOnUnsupported && reports.some(hasEnded)) return FOUND
  return faults.length > 0 || has('failed') ? FAILED : ANSWERED
}

function written(reports, format, { stdout, env }) {
  if (format === 'json') return json(reports)
  const rows = reports.map(rowOf)
  if (format === 'markdown') return markdown(rows)
  return table(rows, { colours: stdout.isTTY && stdout.hasColors(env) })
}
