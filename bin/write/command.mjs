import { resolve } from 'node:path'
import { answersTo } from '../check/ask.mjs'
import { gathered } from '../check/gather.mjs'
import { ANSWERED, FAILED } from '../exit.mjs'
import { Fault } from '../fault.mjs'
import { placeName } from '../read/entry.mjs'
import { STANDARD_INPUT } from '../read/file.mjs'
import { foldersOf } from '../read/where.mjs'
import { wantsColours } from '../render/colours.mjs'
import { json } from '../render/json.mjs'
import { diffOf } from './diff.mjs'
import { replace } from './file.mjs'
import { filesOf, planOf } from './plan.mjs'

/** Prints what an update would change in the files of a command line, and writes it with `--write`. */
export async function update(asked, context) {
  const { io, say } = context
  const { write = false, pin = false } = asked.values
  const entries = await gathered(asked, io)
  const answers = await answersTo(entries, asked, context)
  const { changes, kept } = planOf(answers, { pin })
  const files = filesOf(changes)
  const faults = write ? await written(files, foldersOf(asked, io), io) : new Map()
  const colours = wantsColours(io.stdout, io.env)
  if (asked.format === 'json') io.stdout.write(json(told(files, kept, { write, faults })))
  else io.stdout.write(diffOf(files, { colours }))
  for (const { note, image } of changes) if (note) say(`${image}: ${note}.`)
  for (const line of unheard(answers, kept)) say(line)
  for (const { image, place, to, why } of kept)
    say(`${[placeName(place), image].filter(Boolean).join(' ')}: ${to} is not written: ${why}.`)
  const failed = answers.filter(({ answer }) => answer.status === 'failed')
  for (const { answer } of failed) say(failure(answer))
  for (const message of faults.values()) say(message)
  say(summary(files, { write, faults }))
  const isUnread = answers.some(({ entries }) => entries.some(({ unread }) => unread))
  return failed.length > 0 || faults.size > 0 || isUnread ? FAILED : ANSWERED
}

/** The warnings of images about which no other line says why they are not written. */
function unheard(answers, kept) {
  const told = new Set(kept.map(({ place }) => place))
  const silent = answers.flatMap(({ answer, entries }) =>
    entries.filter(({ place }) => !told.has(place)).map((entry) => ({ image: answer.image, ...entry })),
  )
  const lines = silent.flatMap(({ image, place, warnings = [] }) =>
    warnings.map((warning) => `${[placeName(place), image].filter(Boolean).join(' ')}: ${warning}`),
  )
  return new Set(lines.map((line) => (line.endsWith('.') ? line : `${line}.`)))
}

async function written(files, folders, io) {
  const faults = new Map()
  for (const { file, before, after } of files) {
    try {
      if (file === STANDARD_INPUT) throw new Fault('Standard input cannot be written.')
      await replace(resolve(io.cwd(), file), { before, after, folders })
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      faults.set(file, error.message)
    }
  }
  return faults
}

function told(files, kept, { write, faults }) {
  const changes = files.flatMap(({ file, changes }) =>
    changes.map(({ text: _, edits: __, ...change }) => ({
      ...change,
      written: write && !faults.has(file),
      ...(faults.has(file) && { why: faults.get(file) }),
    })),
  )
  const others = kept.map(({ image, place, to, why }) => ({
    ...place,
    image,
    to,
    written: false,
    why,
  }))
  return [...changes, ...others]
}

function failure({ image, error, places }) {
  const at = places.length > 0 ? placeName(places[0]) : ''
  return `${[at, image].filter(Boolean).join(' ')}: ${error.message}`
}

function summary(files, { write, faults }) {
  const taken = files.filter(({ file }) => !faults.has(file))
  const count = taken.reduce((sum, { changes }) => sum + changes.length, 0)
  if (count === 0) return 'Nothing to write.'
  const what = `${count} ${count === 1 ? 'change' : 'changes'} in ${taken.length} ${taken.length === 1 ? 'file' : 'files'}`
  return write ? `${what} written.` : `${what}. --write writes ${count === 1 ? 'it' : 'them'}.`
}
