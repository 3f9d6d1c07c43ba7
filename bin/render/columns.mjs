import { widthOf } from './width.mjs'

/** Aligns cells in columns. The last column is not padded. */
export function columns(lines) {
  const last = lines[0].length - 1
  const widths = lines[0].map((_, column) =>
    lines.reduce((widest, line) => Math.max(widest, widthOf(line[column])), 0),
  )
  const padded = (cell, column) => cell + ' '.repeat(widths[column] - widthOf(cell))
  return lines.map((line) => line.map((cell, column) => (column === last ? cell : padded(cell, column))))
}
