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

/** Writes the results as lines of cells. The original's number stands before the addon's. */
export function lines(results) {
  return [HEADS, ...results.map(cells)]
}

function cells({ title, original, addon, ratio, bounds }) {
  const both = (show) => [original, addon].map((side) => (side ? show(side) : NONE)).join(' / ')
  const isNetwork = addon.requests > 0
  const count = (key) => (isNetwork ? both((side) => String(side[key])) : NONE)
  return [
    title,
    original ? milliseconds(original.wall) : NONE,
    milliseconds(addon.wall),
    ratio ? ratio.toFixed(2) : NONE,
    bounds.map(({ text }) => text).join('; ') || NONE,
    verdict(bounds),
    count('requests'),
    count('manifestGets'),
    count('mostAtOnce'),
    count('depth'),
    both(({ hold }) => milliseconds(hold)),
    both(({ peak }) => (peak / MIB).toFixed(0)),
    both(({ growth }) => (growth / MIB).toFixed(1)),
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
