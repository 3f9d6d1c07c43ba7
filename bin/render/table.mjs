import { styleText } from 'node:util'
import { cellsOf, HEADS, trimmed } from './cells.mjs'
import { columns } from './columns.mjs'
import { plain } from './plain.mjs'
import { summary, warningsOf } from './row.mjs'
import { widthOf } from './width.mjs'

const COLOURS = {
  'update-available': 'yellow',
  'up-to-date': 'green',
  unorderable: 'gray',
  failed: 'red',
  local: 'gray',
  ignored: 'gray',
}

/** The columns that stand below a row where the table is wider than the terminal: place and notes are the longest. */
const BELOW = 2
const INDENT = '  '

/**
 * Renders rows as a table for people, with a line that counts them. `colours` turns colours on. Where the table is wider than
 * `width` columns of a terminal, places and release notes stand below their row.
 */
export function table(rows, { colours = false, width = Infinity } = {}) {
  const paint = (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text)
  const cells = rows.map((row) => cellsOf(row).map(plain))
  const whole = columns(trimmed([HEADS, ...cells]))
  const isWide = whole.some((line) => widthOf(line.join('  ').trimEnd()) > width)
  const above = (line) => line.slice(0, -BELOW)
  const [heads, ...lines] = isWide ? columns(trimmed([above(HEADS), ...cells.map(above)])) : whole
  const body = lines.flatMap(([image, current, newest, ...others], index) => {
    const line = [image, current, paint(COLOURS[rows[index].status], newest), ...others].join('  ').trimEnd()
    const below = isWide ? fitted(cells[index].slice(-BELOW).filter(Boolean), width) : []
    return [line, ...below.map((text) => paint('gray', text))]
  })
  const head = heads
    .map((head) => paint('bold', head))
    .join('  ')
    .trimEnd()
  const text = [head, ...body]
  const warnings = warningsOf(rows).map(([name, warning]) => `${plain(name)}: ${plain(warning)}\n`)
  return `${text.join('\n')}\n\n${summary(rows)}\n${warnings.length > 0 ? `\n${warnings.join('')}` : ''}`
}

/** Texts on one line, or on a line each where that would be too long. */
function fitted(texts, width) {
  const line = INDENT + texts.join(INDENT)
  return texts.length === 0 || widthOf(line) <= width
    ? texts.slice(0, 1).map(() => line)
    : texts.map((text) => INDENT + text)
}
