const MAX_PATH = 200

/**
 * Walks through all mappings of a document, with those that aliases name: yields `{ node, key, path, above, line }`. `key` is
 * the name under which a mapping stands, or under which the list stands that it is in, and `path` has those around it,
 * too. `line` is where the mapping begins, with its key. `above` is what `inherit` returned for the mapping and the one around it. No mapping is given twice.
 */
export function* mappings(file, root, inherit = () => undefined) {
  const seen = new Set()
  const waiting = [{ node: root, key: undefined, path: '', above: undefined, line: file.lineOf(root) }]
  while (waiting.length > 0) {
    const { node, key, path, above, line } = waiting.pop()
    const target = file.resolve(node)
    if (target === undefined || seen.has(target)) continue
    seen.add(target)
    if (file.isSeq(target)) {
      for (const item of file.items(target).reverse())
        waiting.push({ node: item, key, path, above, line: file.lineOf(item) })
      continue
    }
    if (!file.isMap(target)) continue
    const below = inherit(target, above)
    yield { node: target, key, path, above: below, line }
    for (const [name, { key: own, value }] of [...file.fields(target)].reverse())
      waiting.push({
        node: value,
        key: name,
        path: longer(path, name),
        above: below,
        line: file.lineOf(own),
      })
  }
}

function longer(path, name) {
  return path.length > MAX_PATH ? path : `${path}${path && '.'}${name}`
}
