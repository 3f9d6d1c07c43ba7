import { styleText } from 'node:util'

const CONTEXT = 3
// A tab is laid out, and a carriage return ends its line; all else could steer a terminal.
const CONTROLS = /(?!\t|\r$)[\p{Cc}\p{Cf}]/gu

/**
 * Renders the changes of files as a unified diff. Lines are changed one by one, so that it needs no search for what is
 * alike. `services` of the changes stand in the heads of the hunks.
 */
export function diffOf(files, { colours = false } = {}) {
  const paint = (style, line) => (colours ? styleText(style, line, { validateStream: false }) : line)
  const clean = (line) => line.replace(CONTROLS, '�')
  return files
    .flatMap(({ file, before, after, changes }) => [
      paint('bold', `--- a/${clean(file)}`),
      paint('bold', `+++ b/${clean(file)}`),
      ...hunks(before, after, changes).flatMap(({ head, lines }) => [
        paint('cyan', clean(head)),
        ...lines.map((line) => {
          const style = { '-': 'red', '+': 'green' }[line[0]]
          return style ? paint(style, clean(line)) : clean(line)
        }),
      ]),
    ])
    .map((line) => `${line}\n`)
    .join('')
}

function hunks(before, after, changes) {
  const [old, now] = [before.split('\n'), after.split('\n')]
  const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]))
  const ranges = []
  for (const index of changed) {
    const last = ranges.at(-1)
    if (last && index - last.end <= 2 * CONTEXT) last.end = index
    else ranges.push({ start: index, end: index })
  }
  // What follows the last line end is a line only if it has characters.
  const count = old.at(-1) === '' ? old.length - 1 : old.length
  return ranges.map(({ start, end }) => {
    const [from, to] = [Math.max(0, start - CONTEXT), Math.min(count - 1, end + CONTEXT)]
    const services = changes
      .filter(({ line }) => line > from && line <= to + 1)
      .flatMap(({ services: names }) => names)
    const lines = []
    for (let index = from; index <= to; index += 1) {
      const mark = index === old.length - 1 ? ['\\ No newline at end of file'] : []
      if (old[index] === now[index]) lines.push(` ${old[index]}`, ...mark)
      else lines.push(`-${old[index]}`, ...mark, `+${now[index]}`, ...mark)
    }
    const span = `${from + 1},${to - from + 1}`
    return { head: `@@ -${span} +${span} @@ ${[...new Set(services)].join(', ')}`.trimEnd(), lines }
  })
}
