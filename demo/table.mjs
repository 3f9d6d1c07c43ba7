/** Lays out rows of cells in columns as wide as their widest cell; a column with numbers stands to the right. */
export function table(heads, rows) {
  const text = [heads, ...rows].map((row) => row.map(String))
  const widths = heads.map((_, column) => Math.max(...text.map((row) => row[column].length)))
  const isNumber = heads.map((_, column) => rows.some((row) => typeof row[column] === 'number'))
  const line = (row) =>
    row
      .map((cell, column) => (isNumber[column] ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd()
  // The last column may hold whole sentences.
  const rule = widths.map((width) => '─'.repeat(Math.min(width, 80)))
  return [line(text[0]), line(rule), ...text.slice(1).map(line)].join('\n')
}
