import { readdir } from 'node:fs/promises'
import { isAbsolute, join, normalize, sep } from 'node:path'
import { UsageFault } from '../fault.mjs'

const MAX_FILES = 10_000
const MAX_FOLDERS = 10_000

/** Whether a text is a pattern: `*`, `?`, or `{a,b}`, none of which a name of an image has. */
export function isGlob(text) {
  return /[*?]|\{[^}]*,[^}]*\}/.test(text)
}

/** The files that match a pattern, in order. `*` and `?` stay within a name, `**` goes through folders. */
export async function expanded(pattern, folder) {
  const found = new Set()
  for (const one of alternatives(pattern)) {
    const parts = one.split(/[\\/]/)
    const root = isAbsolute(one) ? parts.shift() + sep : ''
    const steps = parts.filter((part) => part !== '' && part !== '.')
    await matched(root, steps.at(-1) === '**' ? [...steps, '*'] : steps, folder, found)
  }
  return [...found].sort()
}

async function matched(start, parts, folder, found) {
  let budget = MAX_FOLDERS
  const waiting = [{ at: start, index: 0 }]
  while (waiting.length > 0) {
    const { at, index } = waiting.pop()
    const part = parts[index]
    if (part === '..') {
      waiting.push({ at: join(at, '..'), index: index + 1 })
      continue
    }
    if (--budget < 0) throw new UsageFault(`The pattern leads through more than ${MAX_FOLDERS} folders.`)
    const absolute = isAbsolute(at) ? at : join(folder, at)
    const entries = await readdir(absolute, { withFileTypes: true }).catch(() => [])
    const isLast = index === parts.length - 1
    if (part === '**') waiting.push({ at, index: index + 1 })
    for (const entry of entries) {
      const path = join(at, entry.name)
      const isHidden = entry.name.startsWith('.') && !part.startsWith('.')
      if (part === '**' && entry.isDirectory() && !isHidden && entry.name !== 'node_modules')
        waiting.push({ at: path, index })
      else if (part !== '**' && !isHidden && matches(entry.name, part)) {
        if (!isLast) waiting.push({ at: path, index: index + 1 })
        else if (!entry.isDirectory()) found.add(normalize(path))
      }
    }
    if (found.size > MAX_FILES) throw new UsageFault(`More than ${MAX_FILES} files match the pattern.`)
  }
}

/** Whether a name matches a pattern of `*` and `?`. It takes no more steps than both have characters, multiplied. */
export function matches(name, pattern) {
  let [at, step, star, mark] = [0, 0, -1, 0]
  while (at < name.length) {
    if (pattern[step] === '*') [star, mark, step] = [step, at, step + 1]
    else if (step < pattern.length && (pattern[step] === '?' || pattern[step] === name[at]))
      [at, step] = [at + 1, step + 1]
    else if (star >= 0) [step, mark, at] = [star + 1, mark + 1, mark + 1]
    else return false
  }
  while (pattern[step] === '*') step += 1
  return step === pattern.length
}

/** `a{b,c}` is `ab` and `ac`. */
function alternatives(pattern) {
  const open = pattern.indexOf('{')
  const close = pattern.indexOf('}', open)
  if (open < 0 || close < 0) return [pattern]
  const heads = pattern
    .slice(open + 1, close)
    .split(',')
    .map((part) => pattern.slice(0, open) + part)
  const tails = alternatives(pattern.slice(close + 1))
  if (heads.length * tails.length > 1_000) throw new UsageFault('The pattern has too many alternatives.')
  return heads.flatMap((head) => tails.map((tail) => head + tail))
}
