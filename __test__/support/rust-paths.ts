/** Which paths a Rust source names: what it imports, and what it calls by its full path. */

// In this order: a quote in a comment opens no string, and two slashes in a string open no comment.
const NOT_CODE =
  /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bb?r(#*)"[\s\S]*?"\1|"(?:\\[\s\S]|[^"\\])*"|'(?:\\[^']+|[^\\'])'/g

/** The paths in the code of a source, each as its segments; tests are left aside. */
export function pathsOf(source: string): string[][] {
  const code = withoutTests(source.replace(NOT_CODE, ' '))
  const imports = [...code.matchAll(/\buse\s+([^;]+);/g)].flatMap(([, tree = '']) => expand(tree))
  const rest = code.replace(/\buse\s+[^;]+;/g, ' ')
  const inline = [...rest.matchAll(/\b[A-Za-z_]\w*(?:\s*::\s*[A-Za-z_]\w*)+/g)].map(([path]) =>
    segments(path),
  )
  return [...imports, ...inline]
}

/** Cuts out every item that is compiled for tests only: up to its semicolon, or to the brace that closes it. */
function withoutTests(code: string): string {
  const start = code.search(/#\[cfg\(test\)\]/)
  if (start < 0) return code
  let depth = 0
  for (let index = start; index < code.length; index += 1) {
    const character = code[index]
    if (character === '{') depth += 1
    if (character === '}') depth -= 1
    if (depth === 0 && (character === ';' || character === '}')) {
      return withoutTests(code.slice(0, start) + code.slice(index + 1))
    }
  }
  throw new Error(`no end of the tests at: ${code.slice(start, start + 80)}`)
}

/** `a::{b, c::{self, d as e}}` as `a::b`, `a::c` and `a::c::d`. */
function expand(tree: string): string[][] {
  const open = tree.indexOf('{')
  if (open < 0)
    return [segments(tree.replace(/\bas\s+\w+/, '')).filter((name, index) => !(index && name === 'self'))]
  const prefix = segments(tree.slice(0, open))
  const inside = tree.slice(open + 1, tree.lastIndexOf('}'))
  return branches(inside).flatMap((branch) =>
    expand(branch).map((path) => [...prefix, ...path.filter((name, index) => index > 0 || name !== 'self')]),
  )
}

/** Splits at the commas that stand in no braces of their own. */
function branches(list: string): string[] {
  const found = ['']
  let depth = 0
  for (const character of list) {
    if (character === '{') depth += 1
    if (character === '}') depth -= 1
    if (character === ',' && depth === 0) found.push('')
    else found[found.length - 1] += character
  }
  return found.filter((branch) => branch.trim() !== '')
}

function segments(path: string): string[] {
  return path
    .split('::')
    .map((segment) => segment.trim())
    .filter(Boolean)
}
