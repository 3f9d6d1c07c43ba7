import { pathsOf } from './rust-paths'

/** A folder of the crate, or a file at its top. */
export interface Room {
  /** Rooms whose modules may be named. */
  uses: string[]
  /** What may not be touched, as the beginning or the end of a path outside the crate. */
  never: RegExp
}

const NODE = 'napi(_\\w+)?(::|$)'
const HTTP = 'reqwest(::|$)'
const SOCKETS = 'tokio::net(::|$)|tokio::time::(sleep|interval)|std::net::(Tcp|Udp)|std::thread(::|$)'
const CLOCK = '(Instant|SystemTime)::now$'

const never = (...what: string[]) => new RegExp(what.map((path) => `^(?:${path})|::(?:${path})`).join('|'))

const PURE = never(NODE, HTTP, CLOCK, 'tokio(::|$)')
const QUIET = never(NODE, HTTP, SOCKETS)
const BELOW_SERVICE = [
  'error',
  'secret',
  'observe',
  'image',
  'support',
  'version',
  'options',
  'cache',
  'http',
]

/** `binding → service, check → registry, source → http → error`, with the pure rooms, options and cache beside them. */
export const ROOMS: Record<string, Room> = {
  error: { uses: [], never: PURE },
  secret: { uses: [], never: PURE },
  observe: { uses: [], never: PURE },
  image: { uses: ['error'], never: PURE },
  support: { uses: ['error'], never: PURE },
  version: { uses: ['error', 'support'], never: PURE },
  http: { uses: ['error', 'observe'], never: never(NODE) },
  cache: { uses: ['error', 'secret'], never: never(NODE, HTTP) },
  options: { uses: ['error', 'secret', 'image', 'support', 'http'], never: QUIET },
  registry: { uses: ['error', 'secret', 'image', 'options', 'cache', 'http'], never: QUIET },
  source: { uses: ['error', 'secret', 'support', 'version', 'options', 'http'], never: QUIET },
  service: { uses: [...BELOW_SERVICE, 'registry', 'source'], never: QUIET },
  check: { uses: [...BELOW_SERVICE, 'registry', 'source', 'service'], never: QUIET },
  fuzzing: { uses: [...BELOW_SERVICE, 'registry', 'source', 'check'], never: PURE },
  binding: {
    uses: ['error', 'image', 'support', 'version', 'observe', 'options', 'service', 'check'],
    never: never(HTTP, SOCKETS, 'url(::|$)'),
  },
}

/** What a source file names that its room must not; `file` is its path below `src`. */
export function violations(file: string, source: string): string[] {
  const module = moduleOf(file)
  const here = roomOf(module)
  // The root of the crate only lists the modules.
  if (module.length === 0) return []
  if (!here) return [`${file}: no room for this file`]
  const rules = ROOMS[here]
  const found = pathsOf(source).flatMap((path) => {
    const inside = withinCrate(module, path)
    const name = path.join('::')
    if (!inside) return rules?.never.test(name) ? [`${file}: ${here} must not touch ${name}`] : []
    const there = roomOf(inside)
    const isAllowed = there === here || (there && rules?.uses.includes(there))
    return isAllowed ? [] : [`${file}: ${here} must not use ${there ?? 'the root'} (${name})`]
  })
  return [...new Set(found)]
}

/** The arrows that a source file draws from its room to others. */
export function arrows(file: string, source: string): string[] {
  const module = moduleOf(file)
  const rooms = pathsOf(source).flatMap((path) => roomOf(withinCrate(module, path) ?? []) ?? [])
  return [...new Set(rooms)]
    .filter((room) => room !== roomOf(module))
    .map((room) => `${roomOf(module)} → ${room}`)
}

function moduleOf(file: string): string[] {
  const path = file.replace(/\.rs$/, '').split('/')
  return ['mod', 'lib'].includes(path.at(-1) ?? '') ? path.slice(0, -1) : path
}

/** Where in the crate a path leads that `module` names; undefined for one that leads out of it. */
function withinCrate(module: string[], path: string[]): string[] | undefined {
  if (path[0] === 'crate') return path.slice(1)
  if (path[0] === 'self') return [...module, ...path.slice(1)]
  const climbs = path.findIndex((name) => name !== 'super')
  return climbs > 0 ? [...module.slice(0, -climbs), ...path.slice(climbs)] : undefined
}

function roomOf([room]: string[]): string | undefined {
  return room !== undefined && room in ROOMS ? room : undefined
}
