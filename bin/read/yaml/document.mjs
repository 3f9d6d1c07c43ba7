import { isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, visit } from 'yaml'
import { Fault } from '../../fault.mjs'
import { excess } from './bounds.mjs'

/** Nodes that a document may have once its aliases are followed. */
const MAX_NODES = 1_000_000

/**
 * A YAML file whose nodes are read where they stand. Nothing is expanded: aliases are followed one by one, so that a
 * file of aliases of aliases costs no more than its length.
 */
export class YamlFile {
  /** The documents: `{ root, line }`, without empty ones. */
  documents = []
  /** What is wrong in the file: `{ message, line }`. What could be read all the same is among the documents. */
  faults = []
  #lines = new LineCounter()
  #targets = new Map()
  #fields = new WeakMap()

  /** `path` is the name that is shown, and `text` is what the file holds. */
  constructor(path, text) {
    this.path = path
    this.text = text
    const beyond = excess(text)
    if (beyond !== undefined) {
      this.faults.push({ message: beyond, line: 1 })
      return
    }
    const parsed = parseAllDocuments(text, {
      uniqueKeys: false,
      logLevel: 'silent',
      lineCounter: this.#lines,
    })
    for (const document of [].concat(parsed)) {
      const { contents, errors } = document
      if (errors.length > 0) this.#fault(firstLine(errors[0]), errors[0].pos[0])
      if (contents === null || (isScalar(contents) && contents.value === null)) continue
      try {
        this.#measure(contents)
        this.documents.push({ root: contents, line: this.lineOf(contents) })
      } catch (error) {
        this.#fault(
          error instanceof RangeError ? 'it is nested too deeply' : error.message,
          contents.range[0],
        )
      }
    }
  }

  /** The line of a node, from 1. */
  lineOf(node) {
    return this.#lines.linePos(node?.range?.[0] ?? 0).line
  }

  /** Where a line begins in the text; the end of the text for one behind the last. */
  offsetOf(line) {
    return this.#lines.lineStarts[line - 1] ?? this.text.length
  }

  /** Follows an alias to what it names; `undefined` for nothing, and for an empty value. */
  resolve(node) {
    const target = isAlias(node) ? this.#targets.get(node) : node
    return target === null || (isScalar(target) && target.value === null) ? undefined : target
  }

  /** The fields of a mapping with those that `<<` merges in: a Map of `{ key, value }`. Empty for anything else. */
  fields(node) {
    const map = this.resolve(node)
    if (!isMap(map)) return new Map()
    const known = this.#fields.get(map)
    if (known) return known
    const fields = new Map()
    this.#fields.set(map, fields)
    const merged = []
    for (const { key, value } of map.items) {
      const name = this.textOf(key)
      if (name === '<<') merged.push(value)
      else if (name !== undefined) fields.set(name, { key, value })
    }
    for (const other of merged.flatMap((value) => this.#merged(value)))
      for (const [name, field] of this.fields(other)) if (!fields.has(name)) fields.set(name, field)
    return fields
  }

  /** Keys that stand twice in a mapping: `{ name, key }`. */
  duplicates(node) {
    const seen = new Set()
    const map = this.resolve(node)
    return (isMap(map) ? map.items : []).flatMap(({ key }) => {
      const name = this.textOf(key)
      if (name === undefined || name === '<<' || !seen.has(name)) {
        seen.add(name)
        return []
      }
      return [{ name, key }]
    })
  }

  /** The value of a field, followed to what it names. */
  field(node, name) {
    return this.resolve(this.fields(node).get(name)?.value)
  }

  /** The items of a sequence, followed to what they name. Empty for anything else. */
  items(node) {
    const sequence = this.resolve(node)
    return isSeq(sequence) ? sequence.items.map((item) => this.resolve(item)) : []
  }

  /** How many fields or items a node has. */
  sizeOf(node) {
    const target = this.resolve(node)
    return isMap(target) ? this.fields(target).size : isSeq(target) ? target.items.length : 0
  }

  isMap(node) {
    return isMap(this.resolve(node))
  }

  isSeq(node) {
    return isSeq(this.resolve(node))
  }

  isText(node) {
    return isScalar(this.resolve(node))
  }

  /** The text of a scalar as it is written, so that the number 1.10 keeps its zero; `undefined` for anything else. */
  textOf(node) {
    const scalar = this.resolve(node)
    if (!isScalar(scalar)) return undefined
    return typeof scalar.value === 'string' ? scalar.value : (scalar.source ?? String(scalar.value))
  }

  #merged(value) {
    const target = this.resolve(value)
    return isSeq(target) ? target.items : [target]
  }

  #fault(message, offset) {
    this.faults.push({ message, line: this.#lines.linePos(offset).line })
  }

  /** Finds what each alias names, and counts the nodes that there would be without aliases. */
  #measure(root) {
    const anchors = new Map()
    visit(root, (_, node) => {
      if (isAlias(node)) {
        if (!anchors.has(node.source)) this.#fault(`no anchor ${node.source} is set`, node.range[0])
        this.#targets.set(node, anchors.get(node.source))
      } else if (node?.anchor) anchors.set(node.anchor, node)
    })
    const sizes = new Map()
    const size = (node) => {
      if (isAlias(node)) return this.#targets.has(node) ? size(this.#targets.get(node)) : 1
      if (!isMap(node) && !isSeq(node)) return 1
      const known = sizes.get(node)
      if (known === 0) throw new Fault(`the anchor ${node.anchor ?? ''} stands within itself`)
      if (known !== undefined) return known
      sizes.set(node, 0)
      let sum = 1
      for (const item of node.items) sum += isMap(node) ? size(item.key) + size(item.value) : size(item)
      if (sum > MAX_NODES) throw new Fault(`its aliases stand for more than ${MAX_NODES} nodes`)
      sizes.set(node, sum)
      return sum
    }
    size(root)
  }
}

/** The others draw the place of the fault. */
function firstLine({ message }) {
  return message.split('\n')[0].replace(/(?: at line \d+, column \d+)?:?$/, '')
}
