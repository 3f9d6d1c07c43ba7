import { code } from '../render/markdown.mjs'
import { plain } from '../render/plain.mjs'

const NOTHING = 'no release notes were found'

/** Renders notes for people, those of the newest version first. */
export function notesText(told) {
  const { releases } = told
  if (releases.length === 0) return `${plain(titleOf(told))}: ${silence(told)}\n`
  return [`${plain(titleOf(told))}\n`, ...releases.map(releaseText)].join('\n')
}

function releaseText({ version, name, publishedAt, url, notes, breaking, security }) {
  const head = [version, ...(isTold(name, version) ? [name] : []), ...dayOf(publishedAt)].map(plain)
  return [
    head.join('  '),
    plain(url),
    ...(security.length > 0 ? [`names ${security.map(plain).join(', ')}`] : []),
    ...breaking.flatMap((quote) => linesOf(quote).map((line) => `! ${line}`.trimEnd())),
    ...linesOf(notes).map((line) => `  ${line}`.trimEnd()),
    '',
  ].join('\n')
}

/**
 * Renders notes as GitHub-flavoured Markdown. What is of their authors stands in code, so that nothing in it is rendered,
 * loaded or mentions anybody.
 */
export function notesMarkdown(told) {
  const { image, to, releases } = told
  const title = `### ${code(plain(image))}${to === undefined ? '' : ` → ${code(plain(to))}`}\n`
  if (releases.length === 0) return `${title}\n${silence(told)}\n`
  return [title, ...releases.map(releaseMarkdown)].join('\n')
}

function releaseMarkdown({ version, name, publishedAt, url, notes, breaking, security }) {
  const named = isTold(name, version) ? [code(plain(name))] : []
  return [
    `#### ${[code(plain(version)), ...named, ...dayOf(publishedAt).map(plain)].join(', ')}`,
    '',
    ...(/^https?:\/\/[\x21-\x7e]+$/.test(url)
      ? [`<${url.replace(/[<>`|\\]/g, encodeURIComponent)}>`, '']
      : []),
    ...(security.length > 0
      ? [`It names ${security.map((number) => code(plain(number))).join(', ')}.`, '']
      : []),
    ...(breaking.length > 0 ? ['What may break:', '', ...breaking.flatMap(fenced)] : []),
    ...(notes === '' ? [] : fenced(notes)),
  ].join('\n')
}

/** A block of code whose fence is longer than any in the text (CommonMark, section 4.5). */
function fenced(text) {
  const lines = linesOf(text)
  const longest = Math.max(2, ...(lines.join('\n').match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  return [fence, ...lines, fence, '']
}

function linesOf(text) {
  return text === '' ? [] : text.replaceAll('\t', '    ').split('\n').map(plain)
}

function titleOf({ image, to }) {
  return to === undefined ? image : `${image} → ${to}`
}

function silence({ to }) {
  return to === undefined ? 'nothing newer is offered' : NOTHING
}

/** Whether a title says more than the version. */
function isTold(name, version) {
  return name !== '' && name.replace(/^v/, '') !== version
}

/** The day of a time, if it is one. */
function dayOf(time = '') {
  const [day] = /^\d{4}-\d{2}-\d{2}/.exec(time) ?? []
  return day === undefined ? [] : [day]
}
