import { UsageFault } from '../fault.mjs'
import { json } from '../render/json.mjs'
import { plain } from '../render/plain.mjs'
import { rowOf } from '../render/row.mjs'
import { post } from './post.mjs'
import { State } from './state.mjs'

const NTFY = 'ntfy+'

/** Reads the address of `--notify`. @throws UsageFault for one that is none. */
export function addressOf(text) {
  const isNtfy = text.startsWith(NTFY)
  const spelled = isNtfy ? text.slice(NTFY.length) : text
  const url = URL.canParse(spelled) ? new URL(spelled) : undefined
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageFault(
      '--notify wants an address: http(s)://… for a webhook, ntfy+http(s)://… for a topic of ntfy.',
    )
  return { url, isNtfy }
}

/**
 * Posts what is new since the last time to a webhook or a topic of ntfy. Nothing is posted where nothing is new. The state
 * advances only when the post has succeeded.
 *
 * @throws Fault if the server does not take it, or the state cannot be read or written.
 */
export async function notify(reports, { address, statePath, io, options }) {
  const { url, isNtfy } = address
  const state = await State.read(statePath, io)
  const news = state.news(reports)
  if (news.length > 0) {
    const message = isNtfy ? topic(url, news) : webhook(url, news)
    await post(message.url, { ...message, options, env: io.env })
  }
  await state.advance(reports)
}

function webhook(url, news) {
  const body = json({ ...words(news), updates: news.map(updateOf) })
  return { ...withCredentials(url, { 'Content-Type': 'application/json' }), body }
}

function topic(url, news) {
  const { title, text } = words(news)
  return {
    ...withCredentials(url, { 'Content-Type': 'text/plain; charset=utf-8', Title: title }),
    body: text,
  }
}

/** `text` and `content` are what chats read from a webhook. */
function words(news) {
  const title = `${news.length} container ${news.length === 1 ? 'update' : 'updates'}`
  const text = news.map((report) => lineOf(rowOf(report))).join('\n')
  return { title, text, content: text.slice(0, 1_900) }
}

function lineOf({ name, current, newest, notes }) {
  return plain([`${name} ${current} → ${newest}`, notes].filter(Boolean).join(' '))
}

function updateOf(report) {
  const { name, current, newest, notes, where } = rowOf(report)
  const shown = { image: report.image, name, current, newest, releaseUrl: notes, where }
  const clean = Object.entries(shown).map(([field, text]) => [field, plain(text)])
  return { ...Object.fromEntries(clean), places: report.places }
}

/** User and password of an address go into a header, and a token without a user as that of a bearer. */
function withCredentials(url, headers) {
  const [user, password] = [url.username, url.password].map(decodeURIComponent)
  if (user === '' && password === '') return { url, headers }
  const bare = new URL(url)
  bare.username = ''
  bare.password = ''
  const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return { url: bare, headers: { ...headers, Authorization: user === '' ? `Bearer ${password}` : basic } }
}
