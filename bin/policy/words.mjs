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
export function wordsOn({ labels, written, place }) {
  const words = { policy: {}, warnings: [] }
  for (const [name, value] of labels ?? []) label(words, name, String(value).trim())
  // A comment stands nearer than a label.
  for (const [name, value] of comment(written?.text, place?.line)) own(words, name, value, `crs: ${name}`)
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

/** The assignments of a comment in a line of a text, or in the lines of comments above it. */
function comment(text, line) {
  if (text === undefined || line === undefined || !text.includes('crs:')) return []
  if (!LINES.has(text)) LINES.set(text, text.split('\n'))
  const lines = LINES.get(text)
  const found = []
  for (let at = line - 2; at >= 0 && /^\s*[#;]/.test(lines[at]); at -= 1) found.unshift(lines[at])
  return [...found, lines[line - 1] ?? ''].flatMap((one) => assignments(COMMENT.exec(one)?.[1]))
}

function assignments(text = '') {
  return [...text.matchAll(/([\w-]+)(?:=("[^"]*"|[^\s,]*))?/g)].map(([, name, value = '']) => [
    name,
    value.replace(/^"|"$/g, ''),
  ])
}
