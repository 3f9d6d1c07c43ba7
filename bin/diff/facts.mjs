import { beside } from '../render/beside.mjs'
import { megabytes } from '../render/plain.mjs'
import { supportedUntil } from '../render/supported.mjs'
import { published } from '../render/weaknesses.mjs'

/** Variables and the like that are shown one by one. */
const MOST = 6
/** Characters of a value that are shown. */
const WIDTH = 60
/** Characters that are kept beside the place where two long values differ. */
const BESIDE = 16

const SINGLE = {
  entrypoint: 'entrypoint',
  cmd: 'command',
  user: 'user',
  workingDir: 'working directory',
  stopSignal: 'stop signal',
  shell: 'shell',
  healthcheck: 'health check',
  base: 'base',
}

/**
 * Returns what is known of an update as rows `[what, text]`, without its risks. `provenance` tells whether it was asked what
 * stands beside the image.
 */
export function factsOf(inspection, { provenance = false } = {}) {
  const { changes, downloadSize, lifecycle, releaseUrl, breaking } = inspection
  return [
    ...breakingRows(breaking),
    ...weaknessRows(inspection),
    ...(changes
      ? rowsOf(changes)
      : [['changes', 'unknown, because one of the images could not be looked at']]),
    ...(downloadSize
      ? [['download', `${megabytes(downloadSize.new)} of ${megabytes(downloadSize.all)}`]]
      : []),
    ...supported(lifecycle),
    ...(provenance ? [['beside the image', beside(inspection)]] : []),
    ...(releaseUrl ? [['release notes', releaseUrl]] : []),
  ]
}

/** What the notes say about breaking changes. That they say nothing is no row: it proves nothing. */
function breakingRows({ notes = [], error } = {}) {
  if (error) return [['breaking notes', `unknown: ${error.message}`]]
  return bounded(
    'breaking notes',
    notes.map(({ version, text }) => `${version}: ${short(text.trim().replace(/\s+/g, ' '))}`),
  )
}

/** What is published about the running version, and what of it the update mends. */
function weaknessRows({ vulnerabilities, advisories, fixes, targetTag }) {
  if (advisories === undefined) return []
  const rows = [['published weaknesses', published({ vulnerabilities, advisories })]]
  if (vulnerabilities === undefined || vulnerabilities.length === 0) return rows
  if (fixes === undefined) return [...rows, ['mends', `unknown: ${targetTag} names no version`]]
  const kinds = { mends: [], 'does not mend': [], unclear: [] }
  for (const { id, severity, summary, unclear } of vulnerabilities) {
    const kind = unclear ? 'unclear' : fixes.includes(id) ? 'mends' : 'does not mend'
    kinds[kind].push(`${id}${severity ? ` (${severity})` : ''}: ${short(summary)}`)
  }
  return [...rows, ...Object.entries(kinds).flatMap(([kind, texts]) => bounded(kind, texts))]
}

function rowsOf(changes) {
  const { ports, volumes, env, labels, layers, createdAt, cut } = changes
  return [
    ...Object.entries(SINGLE).flatMap(([field, name]) =>
      changes[field] ? [[name, arrow(changes[field])]] : [],
    ),
    ...listed('volume', volumes),
    ...listed('port', ports),
    ...variables(env),
    ...counted('labels', labels),
    ['layers', `${layers.shared.count} shared, ${layers.added.count} new, ${layers.removed.count} gone`],
    ...(createdAt.from || createdAt.to
      ? [['made', arrow({ from: createdAt.from?.slice(0, 10), to: createdAt.to?.slice(0, 10) }, 'unknown')]]
      : []),
    ...(cut ? [['', 'Something was too long to be given whole.']] : []),
  ]
}

function listed(name, { added, removed }) {
  return bounded(name, [...removed.map((item) => `- ${item}`), ...added.map((item) => `+ ${item}`)])
}

function variables({ added, removed, changed }) {
  return bounded('variable', [
    ...changed.map(({ name, from, to }) => `${name}: ${arrow({ from, to })}`),
    ...removed.map(({ name }) => `- ${name}`),
    ...added.map(({ name, value }) => `+ ${name}=${short(value)}`),
  ])
}

/** The first texts, each in a row, and the number of the others. */
function bounded(name, texts) {
  const rows = texts.slice(0, MOST).map((text) => [name, text])
  return texts.length > MOST ? [...rows, [name, `and ${texts.length - MOST} more (--json has all)`]] : rows
}

/** Labels change with every build, so they are only counted. */
function counted(name, { added, removed, changed }) {
  const parts = [
    [changed, 'changed'],
    [added, 'new'],
    [removed, 'gone'],
  ].flatMap(([items, word]) => (items.length > 0 ? [`${items.length} ${word}`] : []))
  return parts.length > 0 ? [[name, parts.join(', ')]] : []
}

function supported({ from, to } = {}) {
  const [before, after] = [from, to].map((lifecycle) => supportedUntil({ lifecycle }))
  if (!(before || after)) return []
  return [['supported until', before === after ? before : `${before || 'unknown'} → ${after || 'unknown'}`]]
}

function arrow({ from, to }, none = 'none') {
  const [before, after] = apart(written(from) ?? none, written(to) ?? none)
  return `${short(before)} → ${short(after)}`
}

function written(value) {
  if (Array.isArray(value)) return value.join(' ')
  return typeof value === 'object' ? value.test.join(' ') : value
}

/** Leaves out of two long texts what they have in common. */
function apart(before, after) {
  if (Math.max(before.length, after.length) <= WIDTH) return [before, after]
  const least = Math.min(before.length, after.length)
  let head = 0
  while (head < least && before[head] === after[head]) head += 1
  let tail = 0
  while (tail < least - head && before.at(-1 - tail) === after.at(-1 - tail)) tail += 1
  const [start, end] = [Math.max(0, head - BESIDE), Math.max(0, tail - BESIDE)]
  return [before, after].map((text) => {
    const middle = text.slice(start, text.length - end)
    return `${start > 0 ? '…' : ''}${middle}${end > 0 ? '…' : ''}`
  })
}

function short(text) {
  const characters = [...text]
  return characters.length > WIDTH ? `${characters.slice(0, WIDTH).join('')}…` : text
}
