import { megabytes } from './plain.mjs'

/** The heads of the columns of a table. */
export const HEADS = [
  'image',
  'current',
  'newest',
  'download',
  'beyond',
  'supported until',
  'published weaknesses',
  'beside the image',
  'where',
  'release notes',
]
// Columns that are left out if no row has a value in them.
const OPTIONAL = ['supported until', 'published weaknesses', 'beside the image', 'where'].map((head) =>
  HEADS.indexOf(head),
)
const NEWEST = {
  'up-to-date': 'up to date',
  unorderable: 'no order',
  failed: 'failed',
  local: 'local',
  ignored: 'ignored',
}

/** Drops the optional columns that are empty in all rows. The first `heads` lines are no rows. */
export function trimmed(lines, heads = 1) {
  const empty = OPTIONAL.filter((column) => lines.slice(heads).every((line) => line[column] === ''))
  return lines.map((line) => line.filter((_, column) => !empty.includes(column)))
}

/** Returns the cells of a row, one for each head. */
export function cellsOf({
  name,
  current,
  supported = '',
  weaknesses = '',
  beside = '',
  status,
  newest,
  download,
  beyond,
  where = '',
  notes,
}) {
  const size = download === undefined ? '' : megabytes(download)
  return [name, current, newest || NEWEST[status], size, beyond, supported, weaknesses, beside, where, notes]
}
