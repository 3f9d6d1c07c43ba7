/**
 * Finds which characters of a file have to change for another tag: `{ edits: { start, end, text }[], note? }`, or
 * `{ why }` if nothing may change there.
 *
 * - `written`: where the image stands (see `read/entry.mjs`)
 * - `to`: `{ tag, digest }`; the digest is written where one stood, and with `pin`
 */
export function editsFor(written, to, pin) {
  if (written === undefined) return { why: 'it stands in no file' }
  if (written.why) return { why: written.why }
  const found = written.isPart ? partEdits(written, to, pin) : referenceEdits(written, to, pin)
  if (found.why || !written.isPart || !written.isPlain) return found
  return changesType(to.tag)
    ? { why: `${to.tag} would be a number there; put the tag into quotes first` }
    : found
}

/** The edits of an image in one text: `name:tag@digest`. */
function referenceEdits(written, to, pin) {
  const { raw, start, literalFrom, origin } = written
  const { tagAt, tagEnd, digestAt } = partsOf(raw)
  const at = (from, end, text) => ({ start: start + from, end: start + end, text })
  if (tagAt === undefined && digestAt === undefined) return { why: noTag(literalFrom, origin) }
  if ((tagAt ?? digestAt) < literalFrom)
    return { why: `${origin || 'a variable is set elsewhere'}, where it is to be changed` }
  const edits = tagAt === undefined ? [] : [at(tagAt, tagEnd, to.tag)]
  if (digestAt !== undefined) edits.push(at(digestAt, raw.length, to.digest))
  else if (pin) edits.push(at(tagEnd, tagEnd, `@${to.digest}`))
  return { edits: edits.filter((edit) => edit.text !== written.text.slice(edit.start, edit.end)) }
}

/** The edits of an image whose tag and digest stand by themselves. */
function partEdits(written, to, pin) {
  const { digest } = written
  if (digest?.why) return { why: digest.why }
  const own = referenceEdits({ ...written, raw: `:${written.raw}`, start: written.start - 1 }, to, false)
  if (own.why) return own
  const edits = [...own.edits]
  if (digest !== undefined) {
    const text = written.isBare ? to.digest.replace(/^sha256:/, '') : to.digest
    edits.push({ start: digest.start, end: digest.start + digest.raw.length, text })
  }
  const note =
    pin && digest === undefined ? 'no digest stands beside the tag, so it is not pinned' : undefined
  return { edits, ...(note && { note }) }
}

/** Where the tag and the digest of a reference stand in it. */
export function partsOf(raw) {
  const mark = raw.indexOf('@')
  const name = mark < 0 ? raw : raw.slice(0, mark)
  const colon = name.lastIndexOf(':')
  const hasTag = colon > name.lastIndexOf('/') && colon < name.length - 1
  return {
    tagAt: hasTag ? colon + 1 : undefined,
    tagEnd: name.length,
    digestAt: mark < 0 ? undefined : mark + 1,
  }
}

function noTag(literalFrom, origin) {
  return literalFrom > 0 ? `${origin}, where it is to be changed` : 'no tag stands there'
}

/** Whether a tag without quotes would lose characters as a number: `1.30` is read as `1.3`. */
function changesType(tag) {
  return /^[-+]?[\d_]*\.?[\d_]+(?:e[-+]?\d+)?$/i.test(tag) && String(Number(tag)) !== tag
}
