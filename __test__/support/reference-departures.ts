import { isIPv6 } from 'node:net'
import type { ParsedImageReference } from '../..'

/**
 * Where the package answers otherwise than the class it replaces, and what it answers there. Everything is derived from
 * the written rules, so that a vector can be held against them without a look at the implementation.
 */

export const INVALID = 'INVALID_REFERENCE'

export interface ReferenceDeparture {
  rows: string[]
  expected: ParsedImageReference | typeof INVALID
}

const HUB = 'registry-1.docker.io'
const HUB_NAMES = ['docker.io', 'index.docker.io']

// The grammar of the OCI distribution specification and of Docker's references.
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
const HOST = new RegExp(
  `^(?:(?<name>${LABEL}(?:\\.${LABEL})*)|\\[(?<address>[^%]+)\\])(?::(?<port>[0-9]+))?$`,
)
const HIGHEST_PORT = 65_535
const COMPONENT = '[a-z0-9]+(?:(?:\\.|__?|-+)[a-z0-9]+)*'
const TAG = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
const OTHER_DIGEST = '(?!sha256:|sha512:)[a-z0-9]+(?:[+._-][a-z0-9]+)*:[A-Za-z0-9=_-]{32,512}'
const DIGEST = `sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|${OTHER_DIGEST}`
const REPOSITORY = new RegExp(
  `^(?<path>${COMPONENT}(?:/${COMPONENT})*)(?::(?<tag>${TAG}))?(?:@(?<digest>${DIGEST}))?$`,
)
const LONGEST_PATH = 255

/** The rows of the table of departures that a reference falls under; undefined where it must be read as it was. */
export function referenceDeparture(text: string): ReferenceDeparture | undefined {
  const parts = dissect(text)
  if (!parts) return { rows: ['text that is no image reference'], expected: INVALID }
  const { first, path, tag, digest } = parts
  const rows = [
    ...(HUB_NAMES.includes(first) ? ['docker.io/…, index.docker.io/…'] : []),
    ...(first === 'localhost' ? ['localhost/x'] : []),
    ...(first === '' && path.split('/').length > 2 ? ['a/b/c without a dot in the first part'] : []),
    ...(digest ? ['name@sha256:…, name:tag@sha256:…'] : []),
  ]
  if (rows.length === 0) return undefined
  const registry = first === '' || HUB_NAMES.includes(first) ? HUB : first
  const isOfficial = registry === HUB && first !== HUB && !path.includes('/')
  const fullName = isOfficial ? `library/${path}` : path
  const namespace = fullName.split('/').slice(0, -1).join('/')
  const repo = fullName.split('/').at(-1) ?? ''
  return { rows, expected: { registry, namespace, repo, tag, fullName, ...(digest && { digest }) } }
}

/** The parts of a reference; `first` is the registry that is written out, if one is. */
function dissect(text: string) {
  const [head = '', ...rest] = text.split('/')
  const first = rest.length > 0 && (/[.:]/.test(head) || head === 'localhost') ? head : ''
  const repository = REPOSITORY.exec(first ? rest.join('/') : text)?.groups
  if (!repository || (first && !isHost(first))) return undefined
  const { path = '', tag = 'latest', digest = '' } = repository
  const isOfficial = !path.includes('/') && (first === '' || HUB_NAMES.includes(first))
  const isLong = path.length > LONGEST_PATH - (isOfficial ? 'library/'.length : 0)
  return isLong ? undefined : { first, path, tag, digest }
}

/** A registry has to be one that could be connected to. */
function isHost(text: string): boolean {
  const { name, address = '', port = '1' } = HOST.exec(text)?.groups ?? {}
  return (name !== undefined || isIPv6(address)) && Number(port) > 0 && Number(port) <= HIGHEST_PORT
}
