const COMMENT = /(?:^|[\s;#])(?:#|;)\s*crs:(.*)$/
const OWN = 'container-registry-service.'
const HOURS = { h: 1, d: 24, w: 7 * 24 }
const OFF = /^(?:false|0|no|off)$/i
const ON = /^(?:true|1|yes|on|)$/i

/**
 * Reads what the owner of an image has written beside it: labels, annotations, and a comment `# crs: …` in the line or
 * above it. Returns `{ policy, ignored?, heldBack?, warnings }`: `policy` has those fields of a policy that are set,
 * `ignored` is why the image is left out, and `heldBack` is why `update` may not write it.
 */
export function wordsOn({ labels, written, place, lines = [place?.line] }) {
  const words = { policy: {}, warnings: [] }
  for (const [name, value] of labels ?? []) label(words, name, String(value).trim())
  // A comment stands nearer than a label.
  for (const [name, value] of comment(written?.text, lines)) own(words, name, value, `crs: ${name}`)
  return words
}

function label(words, name, value) {
  if (name.startsWith(OWN)) return own(words, name.slice(OWN.length), value, name)
  if (name === 'wud.watch' && OFF.test(value)) words.ignored ??= 'its label wud.watch is false'
  if (name === 'wud.tag.include' && value) words.policy.include ??= value
  if (name === 'wud.tag.exclude' && value) words.policy.exclude ??= value
  if (name === 'com.centurylinklabs.watchtower.enable' && OFF.test(value))
    words.heldBack = `its label ${name} is false`
  if (name === 'com.centurylinklabs.watchtower.monitor-only' && ON.test(value) && value)
    words.heldBack = `its label ${name} is true`
}

function own(words, name, value, spelled) {
  switch (name) {
    case 'track':
    case 'include':
    case 'exclude':
      words.policy[name] = value
      return
    case 'min-age': {
      const [, number, unit = 'h'] = /^(\d{1,6})\s*([hdw]?)$/.exec(value) ?? []
      if (number === undefined)
        words.warnings.push(`${spelled} is ${value}; it is hours, as 48h, or days, as 7d`)
      else words.policy.minAgeHours = Number(number) * HOURS[unit || 'h']
      return
    }
    case 'ignore':
      if (OFF.test(value)) words.ignored = undefined
      else words.ignored = ON.test(value) ? `its owner says so (${spelled})` : value
      return
    default:
      words.warnings.push(`${spelled} is unknown; there are track, include, exclude, min-age and ignore`)
  }
}

const LINES = new Map()

/** The assignments of comments in lines of a text, and in the lines of comments above each. The last goes before. */
function comment(text, numbers) {
  if (text === undefined || !text.includes('crs:')) return []
  if (!LINES.has(text)) LINES.set(text, text.split('\n'))
  const lines = LINES.get(text)
  const found = new Set()
  for (const number of numbers.filter((one) => one !== undefined)) {
    found.add(number - 1)
    for (let at = number - 2; at >= 0 && /^\s*[#;]/.test(lines[at]); at -= 1) found.add(at)
  }
  return [...found]
    .sort((a, b) => a - b)
    .flatMap((index) => assignments(COMMENT.exec(lines[index] ?? '')?.[1]))
}

// A comma separates assignments only where another one follows, because expressions have commas.
const ASSIGNMENT = /([\w-]+)(?:=("[^"]*"|'[^']*'|(?:(?!,(?:\s|$|[\w-]+=))\S)*))?/g

function assignments(text = '') {
  return [...text.matchAll(ASSIGNMENT)].map(([, name, value = '']) => [
    name,
    value.replace(/^(["'])(.*)\1$/, '$2'),
  ])
}
