import { cellsOf, HEADS, trimmed } from './cells.mjs'
import { plain } from './plain.mjs'
import { summary, warningsOf } from './row.mjs'

/** Renders rows as a table of GitHub-flavoured Markdown, with a line that counts them. */
export function markdown(rows) {
  const body = rows.map((row) => {
    const [image, current, newest, download, beyond, supported, weak, beside, where, notes] =
      cellsOf(row).map(plain)
    return [
      code(image),
      code(current),
      row.newest && newest !== 'rebuilt' ? code(newest) : escaped(newest),
      escaped(download),
      code(beyond),
      escaped(supported),
      escaped(weak),
      escaped(beside),
      escaped(where),
      link(notes),
    ]
  })
  const line = (cells) => `| ${cells.join(' | ')} |`
  const rule = HEADS.map((head) => (head === 'download' ? '---:' : '---'))
  const [heads, ruled, ...lines] = trimmed([HEADS, rule, ...body], 2)
  const warnings = warningsOf(rows).map(
    ([name, warning]) => `- ${code(plain(name))}: ${escaped(plain(warning))}\n`,
  )
  return `${[heads, ruled, ...lines].map(line).join('\n')}\n\n${summary(rows)}\n${warnings.length > 0 ? `\n${warnings.join('')}` : ''}`
}

/** A code span (CommonMark, section 6.1): its fence is longer than any run of backticks in it. A table's cell ends at any `|`. */
export function code(text) {
  if (text === '') return ''
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))
  const fence = '`'.repeat(longest + 1)
  const pad = longest > 0 ? ' ' : ''
  return `${fence}${pad}${text.replace(/\|/g, '\\|')}${pad}${fence}`
}

/** A text in which nothing is markup. Within a word an underscore is none. */
export function escaped(text) {
  return text.replace(/[\\`*{}[\]<>()#!|&~]|(?<![a-z\d])_|_(?![a-z\d])/gi, '\\$&')
}

/** A web address as a link, and anything else as a text. */
function link(text) {
  const isAddress = URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
  return isAddress ? `<${new URL(text).href.replace(/[<>|`\\]/g, encodeURIComponent)}>` : escaped(text)
}
