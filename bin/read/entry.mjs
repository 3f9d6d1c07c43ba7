/**
 * What a reader finds is a list of entries:
 *
 * - `image`: the image, as it is asked for; absent where it could not be read
 * - `place`: where it stands: `{ file?, line?, service?, container?, stage?, profiles? }`
 * - `arch`, `currentDigest`: as the class takes them
 * - `labels`: texts by name that may decide on the image
 * - `problem`: why it could not be read; `local`: why no registry has it; `ignored`: why its owner leaves it out
 * - `written`: where its text stands, for a change: `{ file, text, start, end, raw, literalFrom, origin }`, or
 *   `{ why }` if it cannot be changed there
 */

/** An entry for what could not be read. */
export function unread(place, problem, image) {
  return { ...(image !== undefined && { image }), place: tidy(place), problem }
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
