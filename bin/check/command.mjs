import { ANSWERED, FAILED, FOUND } from '../exit.mjs'
import { wantsColours } from '../render/colours.mjs'
import { json } from '../render/json.mjs'
import { markdown } from '../render/markdown.mjs'
import { rowOf } from '../render/row.mjs'
import { hasEnded } from '../render/supported.mjs'
import { table } from '../render/table.mjs'
import { answersTo } from './ask.mjs'
import { gathered } from './gather.mjs'
import { tell, tellingOf } from './tell.mjs'

/** Checks the images of a command line, writes the result to `io.stdout`, and returns the exit code. */
export async function check(asked, context) {
  const { io, say } = context
  const telling = tellingOf(asked.values ?? {})
  const entries = await gathered(asked, io)
  for (const { left, place } of entries) if (left) say(`${place.file}: ${left}`)
  const answers = await answersTo(entries, asked, context)
  const reports = answers.map(({ answer }) => answer)
  io.stdout.write(written(reports, asked.format, context))
  for (const { image, checkedAt, stale } of reports) {
    if (stale) say(`${image} cannot be checked for now: this is what was found at ${checkedAt}.`)
  }
  const faults = await tell(reports, telling, { ...context, options: context.options ?? {} })
  for (const fault of faults) say(fault)
  return exitCode(reports, asked, faults)
}

function exitCode(reports, { failOnUpdate, failOnUnsupported }, faults) {
  const has = (status) => reports.some((report) => report.status === status)
  if (failOnUpdate && has('update-available')) return FOUND
  if (failOnUnsupported && reports.some(hasEnded)) return FOUND
  return has('failed') || faults.length > 0 ? FAILED : ANSWERED
}

function written(reports, format, { io: { stdout, env }, options }) {
  if (format === 'json') return json(reports)
  const rows = reports.map((report) => rowOf(report, options))
  if (format === 'markdown') return markdown(rows)
  return table(rows, { colours: wantsColours(stdout, env), width: stdout.columns })
}
