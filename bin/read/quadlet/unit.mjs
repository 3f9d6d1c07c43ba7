const MAX_VALUE = 64 * 1024

/**
 * Reads a unit of systemd: a list of `{ section, name, value, line, start }`. `start` is where the value begins in the
 * file; a value that goes on in other lines has none.
 */
export function unitEntries(text) {
  const entries = []
  let section = ''
  let offset = 0
  const lines = text.split('\n')
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index].replace(/\r$/, '')
    const start = offset
    offset += lines[index].length + 1
    const head = /^\s*\[(.*)\]\s*$/.exec(line)
    if (head) section = head[1]
    const [, before, name, between] = /^(\s*)([A-Za-z\d-]+)(\s*=\s*)/.exec(line) ?? []
    if (head || name === undefined) continue
    const at = before.length + name.length + between.length
    let value = line.slice(at).trimEnd()
    const entry = { section, name, line: index + 1, start: start + at }
    const parts = [value]
    let length = value.length
    while (parts.at(-1).endsWith('\\') && length < MAX_VALUE && index + 1 < lines.length) {
      index += 1
      const next = lines[index].replace(/\r$/, '').trim()
      offset += lines[index].length + 1
      entry.start = undefined
      // A comment among the lines of a value is passed over.
      if (/^[#;]/.test(next)) continue
      parts[parts.length - 1] = parts.at(-1).slice(0, -1)
      parts.push(next)
      length += next.length + 1
    }
    value = parts.join(' ')
    entries.push({ ...entry, value: value.trim() })
  }
  return entries
}

/** Splits a value into words; quotes keep blanks. */
export function wordsOf(value) {
  return [...value.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''))
}
