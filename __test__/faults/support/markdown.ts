/** A table in Markdown whose columns are of one width. */
export function markdown(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)))
  const dashes = widths.map((width) => '-'.repeat(width))
  const lines = [head, dashes, ...rows].map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`,
  )
  return lines.join('')
}
