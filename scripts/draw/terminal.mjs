const [COLUMN, LINE, MARGIN] = [7.23, 18, 20]
const CLASSES = { 1: 'bold', 31: 'red', 32: 'green', 33: 'yellow', 36: 'gray', 90: 'gray' }
// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin so
const COLOURED = /\x1b\[(\d+)m(.*?)\x1b\[\d+m|[^\x1b]+/g
const STYLE = `
.page { fill: #ffffff } .bar { fill: #f6f8fa } .dot { fill: #d1d9e0 }
text { font: 12px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
.bold { font-weight: 700 } .gray { fill: #59636e } .red { fill: #d1242f } .green { fill: #1a7f37 } .yellow { fill: #9a6700 }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117 } .bar { fill: #151b23 } .dot { fill: #3d444d }
  text { fill: #f0f6fc }
  .gray { fill: #9198a1 } .red { fill: #f85149 } .green { fill: #3fb950 } .yellow { fill: #d29922 }
}`

/** Draws a terminal window with the command and its output. */
export function drawn(command, title, text) {
  const lines = [`\x1b[90m$\x1b[39m ${command}`, '', ...text.split('\n')]
  const columns = Math.max(
    ...lines.map(
      (line) => [...line.matchAll(COLOURED)].map(([all, , inner]) => inner ?? all).join('').length,
    ),
  )
  const width = Math.ceil(columns * COLUMN + 2 * MARGIN)
  const height = lines.length * LINE + 3 * MARGIN
  const rows = lines.map(
    (line, index) => `<text x="${MARGIN}" y="${3 * MARGIN + index * LINE}">${spans(line)}</text>`,
  )
  const dots = [0, 1, 2].map((index) => `<circle class="dot" cx="${MARGIN + index * 16}" cy="16" r="5"/>`)
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">${title}</title>
<style>${STYLE}
</style>
<rect class="page" width="${width}" height="${height}" rx="8"/>
<path class="bar" d="M0 32V8a8 8 0 0 1 8-8H${width - 8}a8 8 0 0 1 8 8v24z"/>
${dots.join('')}
${rows.join('\n')}
</svg>
`
}

function spans(line) {
  return [...line.matchAll(COLOURED)]
    .map(([all, colour, inner]) =>
      colour ? `<tspan class="${CLASSES[colour]}">${escaped(inner)}</tspan>` : escaped(all),
    )
    .join('')
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}
