/** A table in Markdown whose columns are as wide as their widest cell. */
export function markdownTable(head: string[], rows: string[][]): string {
  const widths = head.map((name, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? name.length)),
  )
  const dashes = widths.map((width) => '-'.repeat(width))
  const lines = [head, dashes, ...rows].map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`,
  )
  return `${lines.join('\n')}\n`
}
