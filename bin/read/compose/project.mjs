import { dirname, isAbsolute, join, normalize, resolve } from 'node:path'
import { Fault } from '../../fault.mjs'
import { tidy, unread } from '../entry.mjs'
import { readText } from '../file.mjs'
import { YamlFile } from '../yaml/document.mjs'
import { folderOf } from './env.mjs'
import { interpolate } from './interpolate.mjs'
import { isComposeName } from './names.mjs'
import { merged, serviceOf } from './service.mjs'

const MAX_FILES = 1_000
/** Files that include each other in a row, and services that extend each other. */
const MAX_INCLUDES = 16
const MAX_EXTENDS = 100
/** What all files have together, however often one is included. */
const MAX_SERVICES = 100_000
const MAX_INCLUSIONS = 10_000
const REMOTE = /^(?:[a-z][a-z\d+.-]*:\/\/|git@|oci:|github\.com\/)/i

/**
 * Reads the services of Compose files as Compose does: documents and files are laid over each other, `include` and
 * `extends` are followed. What cannot be read becomes an entry with its place, and the rest goes on.
 */
export class Project {
  /** Entries for what could not be read. */
  unread = []
  #io
  #files = new Map()
  #includedPaths
  #known = new Map()
  #services = 0
  #inclusions = 0

  /** `files` are those that are parsed already. `included` gets the whole paths of those that others include. */
  constructor(io, { files = [], included = new Set() }) {
    this.#io = io
    this.#includedPaths = included
    for (const file of files) this.#files.set(keyOf(file.path), file)
  }

  /** The services of files that are laid over each other: a Map by name. */
  async load(paths, variables, chain = []) {
    const services = new Map()
    for (const path of paths) {
      const file = await this.#file(path, chain.at(-1)?.place)
      for (const { root } of file?.documents ?? []) {
        const layer = { file, root, path, variables }
        const own = await this.#servicesOf(layer)
        for (const [name, service] of own) services.set(name, merged(services.get(name), service))
        for (const [name, service] of await this.#included(layer, chain)) {
          if (own.has(name)) this.#conflict(service, own.get(name))
          if (!services.has(name)) services.set(name, service)
        }
      }
    }
    return services
  }

  #say(layer, node, message, more = {}) {
    const place = { file: layer.file.path, line: layer.file.lineOf(node), ...more }
    this.unread.push(unread(tidy(place), message))
  }

  #conflict({ name, layer, node }, own) {
    const where = own.layer.file.path
    const message = `The service ${name} stands in ${where}, too, which includes this file: Compose refuses that.`
    this.#say(layer, node, message, { service: name })
  }

  async #file(path, from) {
    const key = keyOf(path)
    if (!this.#files.has(key)) {
      if (this.#files.size >= MAX_FILES) throw new Fault(`More than ${MAX_FILES} files belong together.`)
      this.#files.set(key, await this.#parsed(path, from))
    }
    const file = this.#files.get(key)
    for (const { message, line } of file?.faults.splice(0) ?? [])
      this.unread.push(unread({ file: path, line }, `It could not be read as YAML: ${message}.`))
    return file
  }

  async #parsed(path, from) {
    try {
      return new YamlFile(path, await readText(path, this.#io))
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      this.unread.push(unread(from ?? { file: path }, error.message))
      return undefined
    }
  }

  async #servicesOf(layer) {
    const { file, root } = layer
    const node = servicesNode(layer)
    const services = new Map()
    if (node === undefined || !file.isMap(node)) {
      if (file.field(root, 'include') === undefined || node !== undefined)
        this.#say(layer, node ?? root, 'It has no services: is it a Compose file?')
      return services
    }
    for (const { name, key } of file.duplicates(node))
      this.#say(layer, key, `The service ${name} stands twice, which Compose refuses.`, { service: name })
    const fields = file.fields(node)
    this.#services += fields.size
    if (this.#services > MAX_SERVICES)
      throw new Fault(
        `More than ${MAX_SERVICES} services belong together, which files that include others multiply.`,
      )
    for (const [name, { value, key }] of fields) {
      if (name.startsWith('x-') && node === root) continue
      const service = await this.#service(name, value ?? key, layer)
      if (service) services.set(name, service)
      for (const { name: field, key: twice } of file.duplicates(value))
        this.#say(layer, twice, `${field} stands twice in ${name}, which Compose refuses.`, { service: name })
    }
    return services
  }

  /**
   * A service laid over those that it extends. They are followed one by one and remembered, so that a chain costs no more
   * than its length, however many services go on from the same one.
   */
  async #service(name, node, layer) {
    const links = []
    const seen = new Set()
    const known = this.#knownWith(layer.variables)
    let next = { name, node, layer }
    while (next !== undefined && !known.has(next.node)) {
      if (seen.has(next.node)) {
        const loop = links.slice(links.findIndex(({ node }) => node === next.node))
        for (const link of loop) this.#failed(link, `What it extends leads back to ${link.name}.`)
        break
      }
      seen.add(next.node)
      links.push(next)
      next = await this.#extended(next)
    }
    let base = known.get(next?.node)
    for (const link of links.reverse()) {
      base = this.#laid(base, link)
      known.set(link.node, base)
    }
    return base
  }

  /** Services by the nodes in which they stand, with these variables. */
  #knownWith(variables) {
    if (!this.#known.has(variables)) this.#known.set(variables, new Map())
    return this.#known.get(variables)
  }

  #failed({ name, node, layer }, message) {
    this.#say(layer, layer.file.field(node, 'extends') ?? node, message, { service: name })
  }

  #laid(base, link) {
    const { name, node, layer } = link
    const { file } = layer
    if (!file.isMap(node) && file.resolve(node) !== undefined && file.textOf(node) !== name)
      this.#say(layer, node, 'A service is a mapping, and this is none.', { service: name })
    const own = serviceOf(name, layer, node)
    if (base === undefined) return own
    const depth = (base.depth ?? 0) + 1
    if (depth > MAX_EXTENDS) {
      this.#failed(link, `It extends more than ${MAX_EXTENDS} services in a row.`)
      return { ...own, depth }
    }
    return { ...merged(base, own), depth }
  }

  /** The service that another one extends: `{ name, node, layer }`, or `undefined`. */
  async #extended(link) {
    const { layer } = link
    const { file, path, variables } = layer
    const node = file.field(link.node, 'extends')
    if (node === undefined) return undefined
    const fail = (message) => void this.#failed(link, message)
    try {
      const spelled = file.textOf(node) ?? file.textOf(file.field(node, 'service'))
      const name = spelled && interpolate(spelled, (one) => variables.get(one))
      if (!name) return fail('What it extends has no name.')
      const where = this.#path(file.textOf(file.field(node, 'file')), layer)
      if (where !== undefined && REMOTE.test(where))
        return fail(`It extends ${where}, which is remote: only files are read.`)
      const target = where === undefined ? path : where
      const place = tidy({ file: file.path, line: file.lineOf(node), service: link.name })
      const base = where === undefined ? file : await this.#file(target, place)
      for (const { root } of base ? [...base.documents].reverse() : []) {
        const found = base.fields(servicesNode({ file: base, root, path: target })).get(name)
        if (found)
          return {
            name,
            node: found.value ?? found.key,
            layer: { file: base, root, path: target, variables },
          }
      }
      return base && fail(`There is no service ${name} to extend in ${base.path}.`)
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return fail(error.message)
    }
  }

  async #included(layer, chain) {
    const { file, root } = layer
    const services = new Map()
    const node = file.field(root, 'include')
    for (const item of node === undefined ? [] : file.isSeq(node) ? file.items(node) : [node]) {
      if (this.#inclusions >= MAX_INCLUSIONS) {
        this.#say(layer, item, `More than ${MAX_INCLUSIONS} inclusions belong together.`)
        break
      }
      this.#inclusions += 1
      for (const [name, service] of await this.#include(item, layer, chain))
        if (!services.has(name)) services.set(name, service)
    }
    return services
  }

  async #include(node, layer, chain) {
    const { file } = layer
    const none = (message) => {
      this.#say(layer, node, message)
      return []
    }
    try {
      const listed = (name) => this.#texts(file.field(node, name), layer)
      const paths = file.isMap(node) ? listed('path') : this.#texts(node, layer)
      if (paths.length === 0) return none('What is included has no path.')
      const remote = paths.find((path) => REMOTE.test(path))
      if (remote !== undefined) return none(`It includes ${remote}, which is remote: only files are read.`)
      const step = paths.map((path) => resolve(path)).join('\n')
      if (chain.some((earlier) => earlier.step === step))
        return none(`What it includes leads back to ${paths[0]}.`)
      if (chain.length >= MAX_INCLUDES)
        return none(`More than ${MAX_INCLUDES} files include each other in a row.`)
      const variables = layer.variables.copy()
      const envFiles = file.isMap(node) ? listed('env_file') : []
      for (const envFile of envFiles) if (envFile !== '/dev/null') await variables.add(envFile, this.#io)
      const [folder = folderOf(paths[0])] = file.isMap(node) ? listed('project_directory') : []
      if (envFiles.length === 0) await variables.addOf(folder, this.#io)
      const place = { file: file.path, line: file.lineOf(node) }
      for (const path of paths) this.#includedPaths.add(resolve(path))
      return await this.load(paths, variables, [...chain, { step, place }])
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      return none(error.message)
    }
  }

  /** Paths that stand as a text or a list of texts, relative to the file's folder. */
  #texts(node, layer) {
    const { file } = layer
    const nodes = file.isSeq(node) ? file.items(node) : [node]
    return nodes.map((item) => this.#path(file.textOf(item), layer)).filter(Boolean)
  }

  #path(text, { path, variables }) {
    if (text === undefined) return undefined
    const filled = interpolate(text, (name) => variables.get(name))
    if (REMOTE.test(filled) || isAbsolute(filled)) return filled
    return normalize(join(path === '-' ? '.' : dirname(path), filled))
  }
}

function keyOf(path) {
  return path === '-' ? path : resolve(path)
}

/** The mapping of services: in the first version of the format, which has no name for it, the file itself. */
export function servicesNode({ file, root, path }) {
  const node = file.field(root, 'services')
  const hasKey = file.fields(root).has('services')
  if (node !== undefined || hasKey || !isComposeName(path))
    return hasKey ? (node ?? file.fields(root).get('services').key) : undefined
  const isFirst = [...file.fields(root).values()].some(({ value }) => {
    const fields = file.fields(value)
    return fields.has('image') || fields.has('build')
  })
  return isFirst ? root : undefined
}
