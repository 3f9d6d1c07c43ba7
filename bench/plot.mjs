import { COUNTS } from './sessions.mjs'

const WIDTH = 760
const HEIGHT = 440
const FRAME = { left: 64, right: 580, top: 76, bottom: 364 }
const LABEL_GAP = 34

/** Returns the curves of wall time by number of images, one for each way to check them. */
export function curves(measures) {
  const loop = (subject) => measures.of('curve', subject)
  const batches = COUNTS.map((count) => measures.of(`batch ${count}`, 'addon')).filter(Boolean)
  const batch = batches.length > 0 && { runs: batches[0].runs, elapsed: batches.map(({ wall }) => wall) }
  return [
    { id: 'original', label: 'original', detail: 'one after the other', of: loop('original') },
    { id: 'loop', label: 'addon', detail: 'one after the other', of: loop('addon') },
    { id: 'batch', label: 'addon, all at once', detail: 'checkImages', of: batch },
  ]
    .filter(({ of }) => of)
    .map(({ of: { runs, elapsed }, ...curve }) => ({
      ...curve,
      runs,
      points: elapsed.map((wall, index) => ({ images: COUNTS[index], wall })),
    }))
}

/** Draws the curves on logarithmic scales, for light and dark pages. */
export function plot(curves, { latency }) {
  const walls = curves.flatMap(({ points }) => points.map(({ wall }) => wall))
  const x = scale([COUNTS[0], COUNTS.at(-1)], [FRAME.left, FRAME.right])
  const y = scale([decade(Math.min(...walls)), Math.max(...walls) * 1.25], [FRAME.bottom, FRAME.top])
  const how = curves.map(
    ({ label, runs }) => `${label}: ${runs === 1 ? 'one run' : `median of ${runs} runs`}`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-labelledby="title">
<title id="title">Wall time against number of images</title>
${STYLE}
<rect class="page" width="${WIDTH}" height="${HEIGHT}" rx="8"/>
<text class="title" x="${FRAME.left}" y="32">Time to check images for updates</text>
<text class="note" x="${FRAME.left}" y="52">new process, nothing cached, ${latency} ms added to every answer; both scales logarithmic</text>
${grid(x, y, Math.max(...walls) * 1.25)}
${curves.map((curve) => line(curve, x, y)).join('\n')}
${labels(curves, y)}
<text class="note" x="${(FRAME.left + FRAME.right) / 2}" y="${FRAME.bottom + 36}" text-anchor="middle">number of images</text>
<text class="note small" x="${FRAME.left}" y="${HEIGHT - 12}">${how.join(' · ')}</text>
</svg>
`
}

const STYLE = `<style>
.page { fill: #ffffff }
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 17px; font-weight: 600 }
.note { fill: #59636e }
.small { font-size: 11px }
.grid { stroke: #d1d9e0; stroke-width: 1 }
.curve { fill: none; stroke-width: 2.5; stroke-linejoin: round }
.curve { stroke: currentColor }
.point, .name { fill: currentColor }
.name { font-weight: 600 }
.original { color: #6e7781 }
.loop { color: #0969da }
.batch { color: #1a7f37 }
@media (prefers-color-scheme: dark) {
  .page { fill: #0d1117 }
  text { fill: #f0f6fc }
  .name { fill: currentColor }
  .note { fill: #9198a1 }
  .grid { stroke: #30363d }
  .original { color: #9198a1 }
  .loop { color: #4493f8 }
  .batch { color: #3fb950 }
}
</style>`

function grid(x, y, highest) {
  const across = COUNTS.map(
    (count) =>
      `<line class="grid" x1="${x(count)}" x2="${x(count)}" y1="${FRAME.top}" y2="${FRAME.bottom}"/>` +
      `<text class="note" x="${x(count)}" y="${FRAME.bottom + 18}" text-anchor="middle">${count}</text>`,
  )
  const up = []
  for (let wall = y.start; wall <= highest; wall *= 10) {
    up.push(
      `<line class="grid" x1="${FRAME.left}" x2="${FRAME.right}" y1="${y(wall)}" y2="${y(wall)}"/>` +
        `<text class="note" x="${FRAME.left - 8}" y="${y(wall) + 4}" text-anchor="end">${seconds(wall)}</text>`,
    )
  }
  return [...across, ...up].join('\n')
}

function line({ id, points }, x, y) {
  const at = points.map(({ images, wall }) => [x(images), y(wall)])
  const dots = at.map(([cx, cy]) => `<circle class="point" cx="${cx}" cy="${cy}" r="3.5"/>`)
  return `<g class="${id}"><polyline class="curve" points="${at.join(' ')}"/>${dots.join('')}</g>`
}

/** Names each curve at its end. Names that would overlap are moved apart. */
function labels(curves, y) {
  const ends = curves
    .map((curve) => ({ ...curve, wall: curve.points.at(-1).wall }))
    .sort((a, b) => b.wall - a.wall)
  let free = FRAME.top - LABEL_GAP
  return ends
    .map(({ id, label, detail, wall }) => {
      free = Math.max(y(wall), free + LABEL_GAP)
      return (
        `<text class="name ${id}" x="${FRAME.right + 12}" y="${free}">${label}</text>` +
        `<text class="note small" x="${FRAME.right + 12}" y="${free + 15}">${detail}: ${seconds(wall)}</text>`
      )
    })
    .join('\n')
}

/** Maps numbers to positions by their logarithms. */
function scale([from, to], [start, end]) {
  const share = (value) => Math.log(value / from) / Math.log(to / from)
  const place = (value) => Math.round((start + share(value) * (end - start)) * 10) / 10
  return Object.assign(place, { start: from })
}

function decade(value) {
  return 10 ** Math.floor(Math.log10(value))
}

function seconds(milliseconds) {
  const value = milliseconds / 1000
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} s`
}
