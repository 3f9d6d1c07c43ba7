import { Fault } from '../fault.mjs'
import { unread, withoutPlaceholders } from './entry.mjs'
import { readText, STANDARD_INPUT } from './file.mjs'
import { formatByName, formatByText, otherDocument, otherName, READ } from './formats.mjs'

// Fields of a Compose file, and those that hardly another file begins with.
const TELLING = ['include', 'networks', 'volumes']
const COMPOSE = [...TELLING, 'version', 'name', 'services', 'configs', 'secrets', 'models']
const YAML_FORMATS = ['compose', 'values', 'kustomization', 'yaml']
/** Characters that a Dockerfile or a unit may have. */
const MAX_LENGTH = 1024 * 1024
const TEMPLATE = /\{\{-?\s*[\w.$"(/]|\{%-?\s/

/**
 * Reads the images of one file, whatever kind it is, as entries (see `entry.mjs`). `context` is `{ io, env, envFiles }`.
 * `isAsked` tells that its owner named it: what is no such file is then an entry that says so.
 */
export async function readFile(path, context, isAsked = true) {
  return withoutPlaceholders(await found(path, context, isAsked))
}

async function found(path, context, isAsked) {
  try {
    const byName = path === STANDARD_INPUT ? undefined : formatByName(path)
    if (byName === undefined && path !== STANDARD_INPUT && otherName(path))
      return other(path, otherName(path), isAsked)
    const text = await readText(path, context.io)
    const format = byName ?? formatByText(text)
    if (!YAML_FORMATS.includes(format) && text.length > MAX_LENGTH)
      throw new Fault(`${path} could not be read: it is longer than 1 MiB.`)
    if (format === 'dockerfile') {
      const { dockerfileEntries } = await import('./dockerfile/dockerfile.mjs')
      return named(dockerfileEntries(path, text), path, isAsked)
    }
    if (format === 'quadlet') {
      const { quadletEntries } = await import('./quadlet/quadlet.mjs')
      const readManifest = (target) => manifest(target, context)
      return named(await quadletEntries(path, text, context.io, readManifest), path, isAsked)
    }
    return await yamlEntries(path, text, format, context, isAsked)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [unread({ file: path }, error.message)]
  }
}

/** A file that was asked for and names no image says so. */
function named(entries, path, isAsked) {
  return entries.length > 0 || !isAsked ? entries : [{ place: { file: path }, left: 'it names no image.' }]
}

/** The entries of a file that another one takes as a manifest, whatever its name is. */
async function manifest(path, context) {
  try {
    return await yamlEntries(path, await readText(path, context.io), 'yaml', context, true)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [unread({ file: path }, error.message)]
  }
}

async function yamlEntries(path, text, byName, context, isAsked) {
  // The parser is loaded for YAML only.
  const { YamlFile } = await import('./yaml/document.mjs')
  const file = new YamlFile(path, text)
  if (file.faults.length > 0 && TEMPLATE.test(text)) return template(path, isAsked)
  const { servicesNode } = await import('./compose/project.mjs')
  const { isManifest, manifestEntries } = await import('./kubernetes/manifest.mjs')
  const { chartEntries, valuesEntries } = await import('./kubernetes/values.mjs')
  const { kustomizationEntries } = await import('./kubernetes/kustomize.mjs')
  const isCompose = ({ root }) =>
    !isManifest(file, root) && (file.fields(root).has('services') || isComposeOnly(file, root))
  if (isOfCompose(file, byName, { isCompose, isManifest, isAsked, servicesNode })) {
    const { readCompose } = await import('./compose/compose.mjs')
    return readCompose([path], { ...context, files: [file] })
  }
  const format = byName === 'compose' ? 'yaml' : byName
  const faults = file.faults.map(({ message, line }) =>
    unread({ file: path, line }, `It could not be read as YAML: ${message}.`),
  )
  const isWorthWhile =
    isAsked || format !== 'yaml' || file.documents.some(({ root }) => isManifest(file, root))
  const first = file.documents[0]?.root
  const another =
    format === 'yaml' && first && !isManifest(file, first) ? otherDocument(file, first) : undefined
  if (another) {
    const charts = file.documents.flatMap(({ root }) => chartEntries(file, root))
    return charts.length > 0 ? charts : other(path, another, isAsked)
  }
  const entries = file.documents.flatMap(({ root }) => {
    if (isManifest(file, root)) return manifestEntries(file, root)
    if (format === 'kustomization') return kustomizationEntries(file, root)
    return isWorthWhile ? valuesEntries(file, root) : []
  })
  if (entries.length === 0 && file.documents.length > 0 && !isKnown(file, format, isManifest))
    return [...faults.filter(() => isAsked), ...other(path, 'another kind of file', isAsked)]
  if (entries.length > 0 && entries.every(({ image }) => image?.includes('{{')))
    return template(path, isAsked)
  if (file.documents.length === 0 && faults.length === 0 && isAsked) return other(path, 'empty', true)
  return isWorthWhile ? [...entries, ...faults] : entries
}

/** A name is a hint, and what stands in the file decides. */
function isOfCompose(file, format, { isCompose, isManifest, isAsked, servicesNode }) {
  if (format === 'yaml') return file.documents.some(isCompose)
  if (format !== 'compose') return false
  const { path, documents } = file
  const isSure = documents.some((one) => isCompose(one) || servicesNode({ file, path, ...one }) !== undefined)
  const isOther = ({ root }) => isManifest(file, root) || (file.isMap(root) && otherDocument(file, root))
  return isSure || (isAsked && !documents.some(isOther))
}

/** Whether a file without services has nothing but what Compose files have. */
function isComposeOnly(file, root) {
  const names = [...file.fields(root).keys()]
  return (
    names.some((name) => TELLING.includes(name)) &&
    names.every((name) => COMPOSE.includes(name) || name.startsWith('x-'))
  )
}

function isKnown(file, format, isManifest) {
  return format !== 'yaml' || file.documents.some(({ root }) => isManifest(file, root))
}

function other(path, what, isAsked) {
  return isAsked ? [unread({ file: path }, `It is ${what}. What is read: ${READ}.`)] : []
}

function template(path, isAsked) {
  return isAsked
    ? [
        unread(
          { file: path },
          'It is a template: check what it renders to, as in `helm template … | … check --file -`.',
        ),
      ]
    : []
}
