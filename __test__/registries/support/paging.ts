import { json, type Reply, refusal } from '../../support/reply'
import type { Received } from './traffic'

/** How a registry lists tags. */
export interface Paging {
  /** Default: lexical, as the specification has it. */
  order?: 'lexical' | 'pushed' | 'scattered'
  /** Tags of a page where the client states no number. Default: all. */
  usual?: number
  /** The most tags of a page. Default: all. */
  most?: number
  /** What is said to a number above `most`; without it the page is as long as it may be. */
  excess?: (most: number) => Reply
  /** A client's number means nothing, and all tags come in one answer. */
  ignoresNumber?: boolean
  /** What the next page is asked for with. Default: `last`, the last tag of this one. */
  cursor?: Cursor
  /** The Link header for a next page. Default: path and query. */
  link?: (next: { path: string; cursor: string; size: number }) => string
  /** Whether a Link stands on the last page, and on an empty one. Default: neither. */
  linkOn?: 'non-empty pages' | 'no page'
  /** Keys of the document beside `name` and `tags`. */
  extra?: object
  contentType?: string
}

export interface Cursor {
  key: string
  /** The position is that of the first tag of the next page. */
  write: (lastTag: string, position: number) => string
  /** The position, or what is said to a cursor that is none. */
  read: (text: string, tags: string[]) => number | Reply
}

/** The last tag of the page before; one that is not in the list stands where it would be. */
export const byLastTag: Cursor = {
  key: 'last',
  write: (lastTag) => lastTag,
  read: (text, tags) => {
    const index = tags.findIndex((tag) => tag > text)
    return tags.includes(text) ? tags.indexOf(text) + 1 : index < 0 ? tags.length : index
  },
}

/** A text that only the registry can read. */
export function opaque(key: string): Cursor {
  return {
    key,
    write: (lastTag, position) => Buffer.from(`${position}/${lastTag}==`).toString('base64'),
    read: (text) => {
      const position = Number.parseInt(Buffer.from(text, 'base64').toString(), 10)
      return Number.isNaN(position) ? refusal(400, 'PAGINATION_TOKEN_INVALID', 'invalid token') : position
    },
  }
}

/** A relative Link with its parameters in this order. */
export function relative(...keys: ['last', 'n'] | ['n', 'last']): NonNullable<Paging['link']> {
  return ({ path, cursor, size }) => {
    const values = { last: encodeURIComponent(cursor), n: size }
    return `<${path}?${keys.map((key) => `${key}=${values[key]}`).join('&')}>; rel="next"`
  }
}

/** The tags as a registry orders them. */
export function ordered(tags: string[], { order = 'lexical' }: Paging): string[] {
  if (order === 'pushed') return tags
  const sorted = [...tags].sort()
  if (order === 'lexical') return sorted
  return [1, 0, 2].flatMap((rest) => sorted.filter((_, index) => index % 3 === rest))
}

/** One page of tags, as a request asks for it. */
export function page(request: Received, name: string, all: string[], paging: Paging): Reply {
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
      ...(next && { Link: link({ path: request.path, cursor: position, size }) }),
      ...(contentType && { 'Content-Type': contentType }),
    },
  )
}
