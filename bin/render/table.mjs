import { styleText } from 'node:util'
import { cellsOf, HEADS, trimmed } from './cells.mjs'
import { columns } from './columns.mjs'
import { plain } from './plain.mjs'
import { summary, warningsOf } from './row.mjs'

const COLOURS = {
  'update-available': 'yellow',
  'up-to-date': 'green',
  unorderable: 'gray',
  failed: 'red',
  local: 'gray',
  ignored: 'gray',
}

/** Renders rows as a table for people, with a line that counts them. `colours` turns colours on. */
export function table(rows, { colours = false } = {}) {
  const paint = (style, text) => (colours ? styleText(style, text, { validateStream: false }) : text)
  const [heads, ...lines] = columns(trimmed([HEADS, ...rows.map((row) => cellsOf(row).map(plain))]))
  const body = lines.map(([image, current, newest, ...others], index) => {
    return [image, current, paint(COLOURS[rows[index].status], newest), ...others]
  })
  const text = [heads.map((head) => paint('bold', head)), ...body].map((line) => line.join('  ').trimEnd())
  const warnings = warningsOf(rows).map(([name, warning]) => `${plain(name)}: ${plain(warning)}\n`)
  return `${text.join('\n')}\n\n${summary(rows)}\n${warnings.length > 0 ? `\n${warnings.join('')}` : ''}`
}
