import { rows } from './rows.mjs'

const MIB = 1024 * 1024
const NONE = '–'
const HEADS = [
  'work',
  'original ms',
  'addon ms',
  'ratio',
  'bound',
  'holds',
  'requests',
  'manifest GETs',
  'at once',
  'depth',
  'main thread held ms',
  'peak memory MiB',
  'over an empty process',
]
const AFAR_HEADS = [
  'work',
  'original ms',
  'addon ms',
  'ratio',
  'bound',
  'holds',
  'requests',
  'depth',
  'round trips',
  'limit',
  'connections',
]
/** Columns that hold texts. */
export const TEXTS = [0, 4, 5]

/** Returns the data of every row of the table, or of `only` some of them. */
export function results(measures, only) {
  const shown = rows.filter(({ id }) => !only || only.includes(id))
  return shown.map((row) => {
    const { id, title, ratio: most, bounds, beside } = row
    const original = measures.of(beside ?? id, 'original')
    const addon = measures.of(id, 'addon')
    const ratio = original && addon.wall / original.wall
    const checks = bounds.map(({ text, holds }) => ({ text, holds: known(holds(addon, original)) }))
    if (most !== undefined) checks.unshift({ text: `≤ ${most.toFixed(2)}`, holds: ratio && ratio <= most })
    return { id, title, beside, original, addon, ratio, bounds: checks }
  })
}

/** Returns the data of every row that is measured through a wire, or of `only` some of them. */
export function resultsAfar(measures, roundTrip, only) {
  const shown = rows.filter(({ id, afar }) => afar && (!only || only.includes(id)))
  return shown.map(({ id, title, beside, afar }) => {
    const original = measures.of(beside ?? id, 'original')
    const addon = measures.of(id, 'addon')
    const ratio = original && addon.wall / original.wall
    const bound = { text: `≤ ${afar.ratio}`, holds: ratio && ratio <= afar.ratio }
    return {
      id,
      title,
      beside,
      original,
      addon,
      ratio,
      bounds: afar.ratio ? [bound] : [],
      roundTrips: [original, addon].map((side) => side && side.wall / roundTrip),
      limits: [original, addon].map((side) => side && side.depth + afar.handshakes),
    }
  })
}

/** Writes the results through a wire as lines of cells. The original's number stands before the addon's. */
export function linesAfar(results) {
  const cellsOf = ({ title, original, addon, ratio, bounds, roundTrips, limits }) => {
    const both = (numbers, show) => numbers.map((it) => (it === undefined ? NONE : show(it))).join(' / ')
    const count = (key) => both([original?.[key], addon[key]], String)
    return [
      ...timesAndBounds({ title, original, addon, ratio, bounds }, 3),
      count('requests'),
      count('depth'),
      both(roundTrips, (it) => it.toFixed(1)),
      both(limits, String),
      count('connections'),
    ]
  }
  return [AFAR_HEADS, ...results.map(cellsOf)]
}

/** Writes the results as lines of cells. The original's number stands before the addon's. */
export function lines(results) {
  return [HEADS, ...results.map(cells)]
}

function cells({ title, original, addon, ratio, bounds }) {
  const both = (show) => [original, addon].map((side) => (side ? show(side) : NONE)).join(' / ')
  const isNetwork = addon.requests > 0
  const count = (key) => (isNetwork ? both((side) => String(side[key])) : NONE)
  return [
    ...timesAndBounds({ title, original, addon, ratio, bounds }, 2),
    count('requests'),
    count('manifestGets'),
    count('mostAtOnce'),
    count('depth'),
    both(({ hold }) => milliseconds(hold)),
    both(({ peak }) => (peak / MIB).toFixed(0)),
    both(({ growth }) => (growth / MIB).toFixed(1)),
  ]
}

function timesAndBounds({ title, original, addon, ratio, bounds }, digits) {
  return [
    title,
    original ? milliseconds(original.wall) : NONE,
    milliseconds(addon.wall),
    ratio ? ratio.toFixed(digits) : NONE,
    bounds.map(({ text }) => text).join('; ') || NONE,
    verdict(bounds),
  ]
}

function verdict(bounds) {
  if (bounds.length === 0) return NONE
  const broken = bounds.filter(({ holds }) => holds === false)
  if (broken.length > 0)
    return bounds.length === 1 ? 'no' : `no: ${broken.map(({ text }) => text).join('; ')}`
  return bounds.every(({ holds }) => holds) ? 'yes' : 'open'
}

/** Without the original's number, a bound stays open. */
function known(holds) {
  return typeof holds === 'boolean' ? holds : undefined
}

function milliseconds(value) {
  if (value < 10) return value.toFixed(1)
  return Math.round(value).toLocaleString('en')
}
