import { createHash } from 'node:crypto'
import { placeName } from '../../read/entry.mjs'
import { megabytes } from '../plain.mjs'
import { rowOf, summary, warningsOf } from '../row.mjs'
import { folded } from './details.mjs'
import { SCRIPT } from './script.mjs'
import { STYLE } from './style.mjs'
import { link, text } from './text.mjs'

const BADGES = {
  'update-available': ['update', 'update'],
  'up-to-date': ['good', 'up to date'],
  unorderable: ['', 'no order'],
  local: ['', 'local'],
  ignored: ['', 'ignored'],
  failed: ['bad', 'failed'],
}
// What wants a decision stands first.
const ORDER = Object.keys(BADGES)
const HEADS = ['Image', 'Status', 'Current', 'Newest', 'Download', 'Beyond', 'Supported until']

/**
 * Renders reports as one page that needs nothing beside it. `details` of a report are shown folded. `now` is the time of
 * the run, and `options` are those of its service. No text of a registry or a file is markup, and nothing but its own
 * script may run in it.
 */
export function page(reports, { now = new Date(), options } = {}) {
  const rows = reports.map((report) => ({ ...rowOf(report, options), report }))
  const body = rows.map(line).join('\n')
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash(SCRIPT)}'; base-uri 'none'; form-action 'none'`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<title>Container updates: ${text(summary(rows))}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<header>
<h1>Container updates</h1>
<p>${text(summary(rows))}, <time datetime="${now.toISOString()}">${now.toISOString().slice(0, 16).replace('T', ' ')} UTC</time></p>
</header>
${controls(rows)}
<table>
<thead><tr>${HEADS.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead>
${body}
</table>
<p class="empty"${rows.length > 0 ? ' hidden' : ''}>No image is shown.</p>
${warnings(rows)}
</main>
<script>${SCRIPT}</script>
</body>
</html>
`
}

function hash(script) {
  return createHash('sha256').update(script).digest('base64')
}

function controls(rows) {
  const buttons = ORDER.filter((status) => rows.some((row) => row.status === status)).map((status) => {
    const count = rows.filter((row) => row.status === status).length
    return `<button type="button" data-status="${status}" aria-pressed="false">${BADGES[status][1]} ${count}</button>`
  })
  return `<div class="controls"><input type="search" placeholder="Search" aria-label="Search">${buttons.join('')}</div>`
}

function line({
  name,
  status,
  current,
  newest,
  download,
  beyond,
  supported,
  weaknesses,
  beside,
  notes,
  report,
}) {
  const [kind, words] = BADGES[status]
  const places = (report.places ?? []).map((place) => `<div class="where">${text(placeName(place))}</div>`)
  const said = status === 'update-available' ? link(notes, 'release notes') : text(notes)
  const shown = notes ? `<div class="dim">${said}</div>` : ''
  const cell = (head, content, key = '') =>
    `<td${content === '' ? '' : ` data-head="${head}"`}${key === '' ? '' : ` data-key="${key}"`}>${content}</td>`
  const more = folded(report)
  return `<tbody data-status="${status}"><tr>
<td data-key="${text(name)}"><div class="image">${text(name)}</div>${places.join('')}${shown}</td>
<td data-key="${ORDER.indexOf(status)}"><span class="badge ${kind}">${words}</span>${dim('weaknesses', weaknesses)}${dim('beside the image', beside)}</td>
${cell('Current', version(current))}
${cell('Newest', version(newest))}
${cell('Download', download === undefined ? '' : megabytes(download), String(download ?? ''))}
${cell('Beyond', version(beyond))}
${cell('Supported until', text(supported))}
</tr>${more === '' ? '' : `<tr class="more"><td colspan="${HEADS.length}">${more}</td></tr>`}</tbody>`
}

function dim(head, said) {
  return said ? `<div class="dim">${head}: ${text(said)}</div>` : ''
}

function version(tag) {
  return tag ? `<span class="version"><code>${text(tag)}</code></span>` : ''
}

function warnings(rows) {
  const items = warningsOf(rows).map(([name, warning]) => `<li><b>${text(name)}</b>: ${text(warning)}</li>`)
  if (items.length === 0) return ''
  const title = items.length === 1 ? '1 warning' : `${items.length} warnings`
  return `<details class="warnings"><summary>${title}</summary><ul>${items.join('')}</ul></details>`
}
