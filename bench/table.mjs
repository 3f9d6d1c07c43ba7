/** Aligns lines of cells in columns, for a terminal. */
export function columns(lines) {
  const text = lines.map((line) => line.map((cell) => cell.replaceAll('`', '')))
  const widths = text[0].map((_, column) => Math.max(...text.map((line) => line[column].length)))
  return text
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** Writes lines of cells as a Markdown table. The columns in `texts` are aligned as texts, the others as numbers. */
export function markdown(lines, texts) {
  const rule = lines[0].map((_, column) => (texts.includes(column) ? '---' : '---:'))
  return [lines[0], rule, ...lines.slice(1)].map((line) => `| ${line.join(' | ')} |`).join('\n')
}
