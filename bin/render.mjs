import { styleText } from 'node:util'
import { summary } from './row.mjs'

const HEADS = ['image', 'current', 'newest', 'download', 'beyond', 'supported until', 'release notes']
// A column that is left out if no row has a value in it.
const OPTIONAL = HEADS.indexOf('supported until')
const COLOURS = {
  'update-available': 'yellow',
  'up-to-date': 'green',
  unorderable: 'gray',
  failed: 'red',
}
const NEWEST = { 'up-to-date': 'up to date', unorderable: 'no order', failed: 'failed' }
const CONTROLS = /[\p{Cc}\p{Cf}]/gu
// What JSON leaves as it is and a terminal may obey or show in another order.
const UNESCAPED = /[\u007f-\u009f\p{Cf}]/gu

/** Renders rows as a table for people, with a line that counts them. `colours` turns colours on. */
export function table(rows, { colours = false } = {}) {
  const paint = (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text)
  const [heads, ...lines] = columns(trimmed([HEADS, ...rows.map((row) => cellsOf(row).map(plain))]))
  const body = lines.map(([image, current, newest, ...others], index) => {
    return [image, current, paint(COLOURS[rows[index].status], newest), ...others]
  })
  const text = [heads.map((head) => paint('bold', head)), ...body].map((line) => line.join('  ').trimEnd())
  return `${text.join('\n')}\n\n${summary(rows)}\n`
}

/** Renders rows as a table of GitHub-flavoured Markdown, with a line that counts them. */
export function markdown(rows) {
  const body = rows.map((row) => {
    const [image, current, newest, download, beyond, supported, notes] = cellsOf(row).map(plain)
    return [
      code(image),
      code(current),
      row.newest ? code(newest) : escaped(newest),
      escaped(download),
      code(beyond),
      escaped(supported),
      link(notes),
    ]
  })
  const line = (cells) => `| ${cells.join(' | ')} |`
  const rule = HEADS.map((head) => (head === 'download' ? '---:' : '---'))
  const [heads, ruled, ...lines] = trimmed([HEADS, rule, ...body], 2)
  return `${[heads, ruled, ...lines].map(line).join('\n')}\n\n${summary(rows)}\n`
}

/** Renders an answer as JSON, for programs. */
export function json(value) {
  const spelled = (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join('')
  return `${JSON.stringify(value, null, 2).replace(UNESCAPED, spelled)}\n`
}

/** Aligns cells in columns. The last column is not padded. */
export function columns(lines) {
  const last = lines[0].length - 1
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  return lines.map((line) =>
    line.map((cell, column) => (column === last ? cell : cell.padEnd(widths[column]))),
  )
}

/** Removes characters that could steer a terminal from a server's text. */
export function plain(text) {
  return String(text).replace(CONTROLS, '�')
}

/** Drops the optional column if it is empty in all rows. The first `heads` lines are no rows. */
function trimmed(lines, heads = 1) {
  const isEmpty = lines.slice(heads).every((line) => line[OPTIONAL] === '')
  return isEmpty ? lines.map((line) => line.filter((_, column) => column !== OPTIONAL)) : lines
}

function cellsOf({ name, current, supported = '', status, newest, download, beyond, notes }) {
  const size = download === undefined ? '' : megabytes(download)
  return [name, current, newest || NEWEST[status], size, beyond, supported, notes]
}

/** Writes bytes in megabytes. */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

/** A code span (CommonMark, section 6.1): its fence is longer than any run of backticks in it. A table's cell ends at any `|`. */
function code(text) {
  if (text === '') return ''
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${fence}${pad}${text.replace(/\|/g, '\\|')}${pad}${fence}`
}

/** A text in which nothing is markup. Within a word an underscore is none. */
function escaped(text) {
  return text.replace(/[\\`*{}[\]<>()#!|&~]|(?<![a-z\d])_|_(?![a-z\d])/gi, '\\$&')
}

/** A web address as a link, and anything else as a text. */
function link(text) {
  const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
  return isAddress ? `<${new URL(text).href.replace(/[<>|`\\]/g, encodeURIComponent)}>` : escaped(text)
}
