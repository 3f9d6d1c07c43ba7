/**
 * What a reader finds is a list of entries:
 *
 * - `image`: the image, as it is asked for; absent where it could not be read
 * - `place`: where it stands: `{ file?, line?, service?, container?, stage?, profiles? }`
 * - `arch`, `currentDigest`: as the class takes them
 * - `labels`: texts by name that may decide on the image
 * - `problem`: why it could not be read; `local`: why no registry has it; `ignored`: why its owner leaves it out
 * - `lines`: those in which a comment may decide on the image, if they are others than that of its place
 * - `written`: where its text stands, for a change: `{ file, text, start, end, raw, literalFrom, origin }`, or
 *   `{ why }` if it cannot be changed there
 */

/** An entry for what could not be read. */
export function unread(place, problem, image) {
  return { ...(image !== undefined && { image }), place: tidy(place), problem }
}

/** An image that is filled in elsewhere (a template, or a variable of another program) is a row that says so. */
export function withoutPlaceholders(entries) {
  return entries.map((entry) => {
    const { image, place, problem, local, ignored } = entry
    const why = [problem, local, ignored].every((said) => said === undefined) && placeholder(image)
    return why ? unread(place, why, image) : entry
  })
}

function placeholder(image = '') {
  if (/\{\{|\{%|<%/.test(image)) return 'A template fills it in: check what it renders to.'
  return image.includes('$') ? 'A variable is filled in elsewhere, so it is not known here.' : undefined
}

/** A place without the fields that are not known. */
export function tidy(place) {
  return Object.fromEntries(Object.entries(place).filter(([, value]) => value !== undefined))
}

/** Names a place in words: `compose.yml:3 web`. */
export function placeName({ file, line, service, container, stage, profiles }) {
  const at = [file, line].filter((part) => part !== undefined).join(':')
  const of = [service, container, stage].filter(Boolean).join(' ')
  const marks = profiles?.length > 0 ? `(profile ${profiles.join(', ')})` : undefined
  return [at, of, marks].filter(Boolean).join(' ')
}
