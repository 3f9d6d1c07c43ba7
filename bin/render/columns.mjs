/** Aligns cells in columns. The last column is not padded. */
export function columns(lines) {
  const last = lines[0].length - 1
  const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)))
  return lines.map((line) =>
    line.map((cell, column) => (column === last ? cell : cell.padEnd(widths[column]))),
  )
}
