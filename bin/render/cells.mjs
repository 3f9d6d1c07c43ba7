import { megabytes } from './plain.mjs'

/** The heads of the columns of a table. */
export const HEADS = ['image', 'current', 'newest', 'download', 'beyond', 'supported until', 'release notes']
// A column that is left out if no row has a value in it.
const OPTIONAL = HEADS.indexOf('supported until')
const NEWEST = { 'up-to-date': 'up to date', unorderable: 'no order', failed: 'failed' }

/** Drops the optional column if it is empty in all rows. The first `heads` lines are no rows. */
export function trimmed(lines, heads = 1) {
  const isEmpty = lines.slice(heads).every((line) => line[OPTIONAL] === '')
  return isEmpty ? lines.map((line) => line.filter((_, column) => column !== OPTIONAL)) : lines
}

/** Returns the cells of a row, one for each head. */
export function cellsOf({ name, current, supported = '', status, newest, download, beyond, notes }) {
  const size = download === undefined ? '' : megabytes(download)
  return [name, current, newest || NEWEST[status], size, beyond, supported, notes]
}
