import { Fault } from '../fault.mjs'
import { unread } from './entry.mjs'
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
      return dockerfileEntries(path, text)
    }
    if (format === 'quadlet') {
      const { quadletEntries } = await import('./quadlet/quadlet.mjs')
      return await quadletEntries(path, text, context.io, (target) => manifest(target, context))
    }
    return await yamlEntries(path, text, format, context, isAsked)
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [unread({ file: path }, error.message)]
  }
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

async function yamlEntries(path, text, format, context, isAsked) {
  // The parser is loaded for YAML only.
  const { YamlFile } = await import('./yaml/document.mjs')
  const file = new YamlFile(path, text)
  if (file.faults.length > 0 && TEMPLATE.test(text)) return template(path, isAsked)
  const { isManifest, manifestEntries } = await import('./kubernetes/manifest.mjs')
  const { chartEntries, valuesEntries } = await import('./kubernetes/values.mjs')
  const { kustomizationEntries } = await import('./kubernetes/kustomize.mjs')
  const isCompose = ({ root }) =>
    !isManifest(file, root) && (file.fields(root).has('services') || isComposeOnly(file, root))
  if (format === 'compose' || (format === 'yaml' && file.documents.some(isCompose))) {
    const { readCompose } = await import('./compose/compose.mjs')
    return readCompose([path], { ...context, files: [file] })
  }
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
  if (entries.some(({ image }) => image?.includes('{{'))) return template(path, isAsked)
  if (file.documents.length === 0 && faults.length === 0 && isAsked) return other(path, 'empty', true)
  return isWorthWhile ? [...entries, ...faults] : entries
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
