const HEREDOC = /(?<!<)<<-?\s*(["']?)([A-Za-z_]\w*)\1/g
const TAKES_HEREDOC = /^(?:RUN|COPY|ADD)\b/i
const DIRECTIVE = /^\s*#\s*(\w+)\s*=(.*)$/

/**
 * Splits a Dockerfile into instructions: `{ words: { text, start }[], line }`. `start` is where a word begins in the
 * file. The texts of here-documents are passed over.
 */
export function* instructions(text) {
  const lines = [...linesOf(text)]
  const continues = escapeOf(lines)
  const last = new Map(lines.map(({ text: line }, index) => [line.trim(), index]))
  for (let index = 0; index < lines.length; index += 1) {
    if (isEmpty(lines[index].text)) continue
    const first = index
    const parts = []
    for (; index < lines.length; index += 1) {
      const { text: line, start } = lines[index]
      if (parts.length > 0 && isEmpty(line)) continue
      const isContinued = line.trimEnd().endsWith(continues)
      parts.push({ text: isContinued ? line.trimEnd().slice(0, -1) : line, start })
      if (!isContinued) break
    }
    yield { words: parts.flatMap(wordsOf), line: first + 1 }
    const whole = parts.map((part) => part.text).join(' ')
    if (!TAKES_HEREDOC.test(whole.trimStart())) continue
    for (const [, , end] of [...whole.matchAll(HEREDOC)].slice(0, 16)) {
      if (!(last.get(end) > index)) break
      while (lines[++index].text.trim() !== end);
    }
  }
}

function* linesOf(text) {
  let start = text.startsWith('\ufeff') ? 1 : 0
  while (start <= text.length) {
    const end = text.indexOf('\n', start)
    const stop = end < 0 ? text.length : end
    yield { text: text.slice(start, stop).replace(/\r$/, ''), start }
    start = stop + 1
  }
}

/** The character that continues a line: a backslash unless a directive says otherwise. */
function escapeOf(lines) {
  for (const { text } of lines) {
    const [, name, value] = DIRECTIVE.exec(text) ?? []
    if (name === undefined) return '\\'
    if (name.toLowerCase() === 'escape') return value.trim() === '`' ? '`' : '\\'
  }
  return '\\'
}

function isEmpty(line) {
  return /^\s*(?:#|$)/.test(line)
}

function wordsOf({ text, start }) {
  return [...text.matchAll(/\S+/g)].map((found) => ({ text: found[0], start: start + found.index }))
}
