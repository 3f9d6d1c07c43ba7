import { readFile, writeFile } from 'node:fs/promises'

const START = '<!-- bench -->'
const END = '<!-- /bench -->'

/** Replaces the text between the marks of a Markdown file. */
export async function place(path, text) {
  const page = await readFile(path, 'utf8')
  const [start, end] = [page.indexOf(START), page.indexOf(END)]
  if (start < 0 || end < start) throw new Error(`${path} has no ${START} … ${END} for the results`)
  await writeFile(path, `${page.slice(0, start + START.length)}\n${text}\n${page.slice(end)}`)
}
