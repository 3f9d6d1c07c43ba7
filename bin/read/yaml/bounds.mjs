/** Lines and marks that a file may have. A bundle of large manifests has a tenth of them. */
const MAX_MARKS = 300_000
/** Brackets that may be open at once, in texts too. */
const MAX_OPEN = 1_000
const MARKS = new Set('\n,[]{}&*"\'?:'.split('').map((mark) => mark.charCodeAt(0)))
const [OPEN, CLOSE] = ['[{', ']}'].map((pair) => new Set(pair.split('').map((mark) => mark.charCodeAt(0))))
// Lists of lists in one line.
const DEEP = /(?:[-?:] +){100}/

/**
 * Says why a text is not given to the parser, which takes time and memory for every mark of YAML, and more for what is
 * nested; `undefined` if it may be.
 */
export function excess(text) {
  let [marks, open, blank] = [0, 0, 0]
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at)
    if (MARKS.has(code)) marks += 1
    if (OPEN.has(code)) open += 1
    else if (CLOSE.has(code) && open > 0) open -= 1
    // A bracket in a text need not be closed, but a paragraph ends it.
    blank = code === 10 ? blank + 1 : 0
    if (blank > 1) open = 0
    if (open > MAX_OPEN) return 'it is nested too deeply'
  }
  if (marks > MAX_MARKS) return `it has more than ${MAX_MARKS} lines and marks`
  return DEEP.test(text) ? 'it is nested too deeply' : undefined
}
