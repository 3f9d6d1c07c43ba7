import { factsOf } from '../../diff/facts.mjs'
import { megabytes } from '../plain.mjs'
import { link, text } from './text.mjs'

/** The folded parts of a row: risks, notes, what changes, support. Empty where nothing is known. */
export function folded(report) {
  const { details } = report
  const parts = details
    ? [risks(details), notes(details.notes), changes(details), faults(details.faults)]
    : []
  return [...parts, support(report)].join('')
}

function fold(title, content, isOpen = false) {
  return content === ''
    ? ''
    : `<details${isOpen ? ' open' : ''}><summary>${title}</summary>${content}</details>`
}

function risks({ inspection }) {
  const found = inspection?.risks ?? []
  const items = found.map(({ kind, text: said }) => `<li><b>${text(kind)}</b>: ${text(said)}</li>`)
  const title = found.length === 1 ? '1 risk' : `${found.length} risks`
  return items.length > 0 ? fold(title, `<ul>${items.join('')}</ul>`) : ''
}

function notes(found) {
  const releases = found?.releases ?? []
  if (releases.length === 0) return ''
  const marked = releases.filter(
    ({ breaking = [], security = [] }) => breaking.length + security.length > 0,
  ).length
  const title = `Notes of ${releases.length} ${releases.length === 1 ? 'release' : 'releases'}`
  const more = marked > 0 ? `, ${marked} with breaking changes or security` : ''
  const left = found.complete && !found.truncated ? '' : '<p class="dim">Not all notes were found.</p>'
  return fold(title + more, releases.map(release).join('') + left)
}

function release({ name, tag, url, publishedAt, notes: said, breaking = [], security = [] }) {
  const day = publishedAt ? ` <span class="dim">${text(publishedAt.slice(0, 10))}</span>` : ''
  const marks = [
    ...breaking.slice(0, 20).map((line) => `<li>${text(line)}</li>`),
    ...(security.length > 0 ? [`<li>${text(security.slice(0, 20).join(', '))}</li>`] : []),
  ]
  const listed = marks.length > 0 ? `<ul>${marks.join('')}</ul>` : ''
  const whole = said.trim() === '' ? '' : `<pre>${text(said.trim())}</pre>`
  return `<h3>${link(url, name || tag)}${day}</h3>${listed}${whole}`
}

function changes({ inspection }) {
  if (!inspection?.runs) return ''
  const rows = factsOf(inspection).filter(([what]) => what !== 'release notes')
  return fold(
    'What changes',
    `<dl>${rows.map(([what, said]) => `<dt>${text(what)}</dt><dd>${text(said)}</dd>`).join('')}</dl>`,
  )
}

function faults(said) {
  return said.map((line) => `<p class="dim">${text(line)}</p>`).join('')
}

/** Support of what runs, with the parts beneath it. */
function support({ lifecycle, latest }) {
  if (lifecycle === undefined) return ''
  const { product, cycle, released, support: kind, endsAt, asOf, parts = [] } = lifecycle
  const rows = [
    ...(product ? [['product', [product, cycle].filter(Boolean).join(' ')]] : []),
    ...(released ? [['released', released]] : []),
    ...(product ? [['support', lasting(kind, endsAt)]] : []),
    ...parts.map((part) => [part.item, lasting(part.support, part.endsAt)]),
    ...downloads(latest),
    ['data of', asOf],
  ]
  return fold(
    'Support',
    `<dl>${rows.map(([what, said]) => `<dt>${text(what)}</dt><dd>${text(said)}</dd>`).join('')}</dl>`,
  )
}

function lasting(kind, day) {
  if (!day) return kind
  return kind === 'ended' ? `ended ${day}` : `${kind}, until ${day}`
}

function downloads(latest = {}) {
  const all = latest.major?.downloadSize?.all
  return all === undefined ? [] : [['newest image', megabytes(all)]]
}
