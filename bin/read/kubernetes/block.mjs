import { tidy } from '../entry.mjs'
import { YamlFile } from '../yaml/document.mjs'
import { Excerpt } from '../yaml/excerpt.mjs'

// In a template that is no YAML, an image is what stands behind its name in a line.
const IN_LINE = /^(?!\s*#).*?(?:^|[\s{,-])["']?image["']?\s*:\s*(?:"([^"{}]*)"|'([^'{}]*)'|([^\s"'{}#,]+))/i
// An item of a list, each in a line of its own.
const ITEM = /^\s*(?:-\s+)?(["']?)([^\s"'#]+)\1\s*(?:#.*)?$/
const MAX_LINE = 1_000

/** Whether a scalar is a text of several lines that may name an image. `name` is that of its field. */
export function mayHaveImages(file, name, scalar) {
  const text = file.textOf(scalar)
  return text?.includes('\n') && (/images$/i.test(name) || /image|repository/i.test(text))
}

/**
 * The entries of a YAML text that stands in a block of another file, as values of Helm, containers that are rendered later
 * and lists of images do. `read` takes a file and a root, and returns the entries of such a text; `isImage` judges one that
 * stands in a template.
 */
export function blockEntries(file, scalar, { path, read, isImage }) {
  const excerpt = new Excerpt(file, scalar)
  const inner = new YamlFile(file.path, excerpt.text)
  const isList = /images$/i.test(path)
  const found =
    inner.faults.length > 0 || inner.documents.every(({ root }) => isOfTexts(inner, root))
      ? inLines(excerpt, isImage, isList)
      : inner.documents
          .flatMap(({ root }) => read(inner, root))
          .map((entry) => ({
            ...entry,
            line: entry.place.line,
            ...(entry.written && { written: excerpt.moved(entry.written) }),
          }))
  return found.map(({ line, lines = [line], place, ...entry }) => {
    const service = [path, place?.service].filter(Boolean).join('.')
    return {
      ...entry,
      lines: lines.map((one) => excerpt.lineOf(one)),
      place: tidy({ file: file.path, line: excerpt.lineOf(line), service: service || undefined }),
    }
  })
}

function isOfTexts(file, root) {
  return file.isSeq(root) ? file.items(root).every((item) => file.isText(item)) : !file.isMap(root)
}

function inLines(excerpt, isImage, isList) {
  return excerpt.text.split('\n').flatMap((text, index) => {
    if (text.length > MAX_LINE) return []
    const [, double, single, plain] = IN_LINE.exec(text) ?? []
    const image = (double ?? single ?? plain)?.trim() ?? (isList ? ITEM.exec(text)?.[2] : undefined)
    if (!image || !isImage(image)) return []
    return [{ image, line: index + 1, written: excerpt.written(index + 1, image) }]
  })
}
