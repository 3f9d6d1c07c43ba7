import { pathsOf } from './rust-paths'

/** A part of the crate: the modules below these paths, unless another room names a longer one. */
export interface Room {
  modules: string[]
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
const PURE_ROOMS = ['error', 'image', 'version', 'pages']

/** `binding → service, check → registry, release → http → error`, with the pure rooms, options and cache beside them. */
export const ROOMS: Record<string, Room> = {
  error: { modules: ['error'], uses: [], never: PURE },
  secret: { modules: ['secret'], uses: [], never: PURE },
  observe: { modules: ['observe'], uses: [], never: PURE },
  image: { modules: ['image'], uses: ['error'], never: PURE },
  version: { modules: ['version'], uses: ['error'], never: PURE },
  pages: { modules: ['release::page'], uses: ['error'], never: PURE },
  'headers of registries': {
    modules: ['registry::link', 'registry::challenge'],
    uses: ['error'],
    never: PURE,
  },
  'decisions of http': {
    modules: ['http::redact', 'http::redirect', 'http::retry'],
    uses: ['error'],
    never: PURE,
  },
  http: { modules: ['http'], uses: ['error', 'observe', 'decisions of http'], never: never(NODE) },
  cache: { modules: ['cache'], uses: ['error', 'secret'], never: never(NODE, HTTP) },
  options: {
    modules: ['options'],
    uses: [...PURE_ROOMS, 'secret', 'http', 'decisions of http'],
    never: QUIET,
  },
  registry: {
    modules: ['registry'],
    uses: [
      'error',
      'secret',
      'image',
      'options',
      'cache',
      'http',
      'decisions of http',
      'headers of registries',
    ],
    never: QUIET,
  },
  release: {
    modules: ['release'],
    uses: [...PURE_ROOMS, 'options', 'cache', 'http', 'decisions of http'],
    never: QUIET,
  },
  service: {
    modules: ['service'],
    uses: [...PURE_ROOMS, 'options', 'cache', 'http', 'decisions of http', 'registry', 'release'],
    never: QUIET,
  },
  check: {
    modules: ['check'],
    uses: [
      ...PURE_ROOMS,
      'observe',
      'options',
      'cache',
      'http',
      'decisions of http',
      'registry',
      'release',
      'service',
    ],
    never: QUIET,
  },
  fuzzing: {
    modules: ['fuzzing'],
    uses: [
      ...PURE_ROOMS,
      'decisions of http',
      'headers of registries',
      'registry',
      'release',
      'cache',
      'check',
    ],
    never: PURE,
  },
  binding: {
    modules: ['binding'],
    uses: [...PURE_ROOMS, 'observe', 'options', 'service', 'check'],
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

function roomOf(module: string[]): string | undefined {
  const path = `${module.join('::')}::`
  const matches = Object.entries(ROOMS).flatMap(([room, { modules }]) =>
    modules.filter((prefix) => path.startsWith(`${prefix}::`)).map((prefix) => ({ room, prefix })),
  )
  return matches.sort((a, b) => b.prefix.length - a.prefix.length)[0]?.room
}
