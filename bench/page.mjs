import { readFile, writeFile } from 'node:fs/promises'

/** Replaces the text between the marks of this name in a Markdown file. */
export async function place(path, name, text) {
  const [opening, closing] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const page = await readFile(path, 'utf8')
  const [start, end] = [page.indexOf(opening), page.indexOf(closing)]
  if (start < 0 || end < start) throw new Error(`${path} has no ${opening} … ${closing} for the results`)
  await writeFile(path, `${page.slice(0, start + opening.length)}\n${text}\n${page.slice(end)}`)
}
