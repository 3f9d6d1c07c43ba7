import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { main } from '../bin/main.mjs'
import { images, written } from '../demo/images.mjs'
import { startWorld } from '../demo/world.mjs'
import { root, say, stop } from './run.mjs'

const PICTURE = join(root, 'docs/demo.svg')
const COMMAND = 'npx container-registry-service check --arch amd64'
const [COLUMN, LINE, MARGIN] = [7.23, 18, 20]
const CLASSES = { 1: 'bold', 31: 'red', 32: 'green', 33: 'yellow', 90: 'gray' }
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

const picture = drawn(await recorded())
if (process.argv[2] !== '--check') writeFileSync(PICTURE, picture)
else if (readFileSync(PICTURE, 'utf8') === picture) say('docs/demo.svg shows what the command prints.')
else stop('docs/demo.svg does not show what the command prints any more: node scripts/draw-demo.mjs')

/** Records what the command prints on a terminal with colours, for a Compose file with the images of the demo. */
async function recorded() {
  const folder = mkdtempSync(join(tmpdir(), 'demo-'))
  const world = await startWorld()
  let text = ''
  try {
    const services = images.map((image, index) => `  service${index}: { image: '${written(image)}' }`)
    writeFileSync(join(folder, 'compose.yaml'), `services:\n${services.join('\n')}\n`)
    writeFileSync(join(folder, 'config.json'), JSON.stringify(world.options))
    const io = {
      stdout: {
        isTTY: true,
        hasColors: () => true,
        write: (part) => {
          text += part
        },
      },
      stderr: { write: (part) => process.stderr.write(part) },
      env: {},
      cwd: () => folder,
    }
    const [, , ...args] = COMMAND.split(' ')
    const status = await main([...args, '--config', join(folder, 'config.json')], io)
    if (status !== 0) stop(`The command ended with ${status}.`)
  } finally {
    await world.close()
    rmSync(folder, { recursive: true })
  }
  return text.trimEnd()
}

/** Draws a terminal window with the command and its output. */
function drawn(text) {
  const lines = [`\x1b[90m$\x1b[39m ${COMMAND}`, '', ...text.split('\n')]
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
<title id="title">What the command line prints for a Compose file with ${images.length} images</title>
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
