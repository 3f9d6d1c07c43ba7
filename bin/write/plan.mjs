import { editsFor } from './edits.mjs'

/**
 * Plans what `update` writes. `answers` are those of `answersTo`: `{ answer, entries }`.
 *
 * Returns `{ changes, kept }`. A change is `{ file, text, line, image, from, to, services, edits, releaseUrl?, note? }`,
 * one for each place in a file, however many services it touches. `kept` tells what is not written, and why:
 * `{ image, place, to, why }`.
 */
export function planOf(answers, { pin = false } = {}) {
  const changes = new Map()
  const kept = []
  for (const { answer, entries } of answers) {
    const to = targetOf(answer)
    if (to === undefined) continue
    for (const entry of entries) {
      const keep = (why) => kept.push({ image: answer.image, place: entry.place, to: to.tag, why })
      const why = to.why ?? entry.heldBack
      if (why) {
        keep(why)
        continue
      }
      const found = editsFor(entry.written, to, pin)
      if (found.why) keep(found.why)
      else if (found.edits.length > 0) add(changes, { answer, entry, to, ...found })
    }
  }
  return { changes: withoutConflicts([...changes.values()], kept), kept }
}

function add(changes, { answer, entry, to, edits, note }) {
  const { file, text } = entry.written
  const { line, service, container, stage } = entry.place
  const key = JSON.stringify([file, edits])
  const known = changes.get(key)
  const name = service ?? container ?? stage
  if (known) {
    if (name && !known.services.includes(name)) known.services.push(name)
    return
  }
  const from = answer.reference?.split('@')[0].split(':').at(-1)
  changes.set(key, {
    file,
    text,
    line,
    image: answer.image,
    from,
    to: to.tag,
    services: name ? [name] : [],
    edits,
    ...(to.releaseUrl && { releaseUrl: to.releaseUrl }),
    ...(note && { note }),
  })
}

/** What a report offers and was looked at, or why it is not taken. */
function targetOf({ status, updates, latest, digest, stale, reference }) {
  if (status !== 'update-available') return undefined
  const [{ tag, releaseUrl }] = updates
  if (stale) return { tag, why: 'it was found earlier, and could not be looked at now' }
  const found = Object.values(latest).find((one) => one?.tag === tag)
  const current = reference?.split('@')[0].split(':').at(-1)
  const known = found?.digest ?? (current === tag ? digest?.available : undefined)
  if (known === undefined) return { tag, why: 'it was not looked at, so it is not known to run' }
  return { tag, digest: known, releaseUrl }
}

/** A text that two policies want to be different stays as it is. */
function withoutConflicts(changes, kept) {
  const wanted = new Map()
  for (const change of changes)
    for (const { start } of change.edits) {
      const key = `${change.file}\n${start}`
      wanted.set(key, [...(wanted.get(key) ?? []), change])
    }
  const disputed = new Set([...wanted.values()].filter((claims) => claims.length > 1).flat())
  for (const { image, file, line, services, to } of disputed) {
    const place = { file, line, service: services.join(', ') }
    kept.push({ image, place, to, why: 'services that share this text want different versions' })
  }
  return changes.filter((change) => !disputed.has(change))
}

/** Puts the changes of each file together: `{ file, before, after, changes }`. */
export function filesOf(changes) {
  const files = new Map()
  for (const change of changes) {
    if (!files.has(change.file))
      files.set(change.file, { file: change.file, before: change.text, changes: [] })
    files.get(change.file).changes.push(change)
  }
  return [...files.values()].map((file) => ({ ...file, after: edited(file.before, file.changes) }))
}

function edited(text, changes) {
  const edits = changes.flatMap((change) => change.edits).sort((a, b) => a.start - b.start)
  let [after, position] = ['', 0]
  for (const { start, end, text: inserted } of edits) {
    after += text.slice(position, start) + inserted
    position = end
  }
  return after + text.slice(position)
}
