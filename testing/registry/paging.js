'use strict'

const { json, refusal } = require('./reply.js')

/** The cursor is the last tag of the page before. A tag that is not listed stands where it would be. */
const byLastTag = {
  key: 'last',
  write: (lastTag) => lastTag,
  read(text, tags) {
    const index = tags.indexOf(text)
    if (index >= 0) return index + 1
    const next = tags.findIndex((tag) => tag > text)
    return next < 0 ? tags.length : next
  },
}

/** The cursor is the number of tags on the pages before. */
function byPosition(key) {
  return { key, write: (_lastTag, position) => String(position), read: (text) => Number(text) }
}

/** The cursor is a text that only the registry can read. */
function opaque(key) {
  return {
    key,
    write: (lastTag, position) => Buffer.from(`${position}/${lastTag}==`).toString('base64'),
    read(text) {
      const position = Number.parseInt(Buffer.from(text, 'base64').toString(), 10)
      return Number.isNaN(position) ? refusal(400, 'PAGINATION_TOKEN_INVALID', 'invalid token') : position
    },
  }
}

/** Makes a relative Link with its parameters in this order. */
function relative(...keys) {
  return ({ path, cursor, size }) => {
    const values = { last: encodeURIComponent(cursor), n: size }
    return `<${path}?${keys.map((key) => `${key}=${values[key]}`).join('&')}>; rel="next"`
  }
}

/** Returns the tags in the order of a registry. */
function ordered(tags, { order = 'lexical' } = {}) {
  if (order === 'pushed') return tags
  const sorted = [...tags].sort()
  if (order === 'lexical') return sorted
  return [1, 0, 2].flatMap((rest) => sorted.filter((_, index) => index % 3 === rest))
}

/** Returns the page of tags that a request asks for. */
function page(request, name, all, paging) {
  const { cursor = byLastTag, link = relative('last', 'n'), linkOn, extra, contentType } = paging
  const { most = all.length, usual = all.length, excess } = paging
  const tags = ordered(all, paging)
  const asked = paging.ignoresNumber ? tags.length : Number(request.query.get('n') ?? usual)
  if (asked > most && excess) return excess(most)

  const from = request.query.get(cursor.key)
  const start = from === null || paging.ignoresNumber ? 0 : cursor.read(from, tags)
  if (typeof start !== 'number') return start
  const size = Math.min(asked, most)
  const shown = tags.slice(start, start + size)
  const hasLink = start + size < tags.length ? linkOn !== 'no page' : linkOn === 'non-empty pages'
  const last = shown.at(-1)
  const next = hasLink && last !== undefined && size > 0
  const position = cursor.write(last ?? '', start + size)
  return json(
    { name, tags: shown, ...extra },
    {
      ...(next && { Link: link({ path: request.path, origin: request.origin, cursor: position, size }) }),
      ...(contentType && { 'Content-Type': contentType }),
    },
  )
}

module.exports = { byLastTag, byPosition, opaque, ordered, page, relative }
