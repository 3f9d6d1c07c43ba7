import { pathsOf } from './rust-paths'

/** A folder of the crate, or a file at its top. */
export interface Room {
  /** Rooms whose modules may be named. */
  uses: string[]
  /** What may not be touched, as the beginning or the end of a path outside the crate. */
  never: RegExp
}

/** From the top to the bottom: a room names those below it, and of its own level only itself. */
const LEVELS = [
  ['binding'],
  ['service'],
  ['check'],
  ['options'],
  ['registry', 'source'],
  ['http', 'cache'],
  ['image', 'version'],
  ['lifecycle', 'advisory', 'observe', 'cool_down'],
  ['error'],
  ['text'],
]
/** What a room does not name though it stands below. */
const NOT_FOR: Record<string, string[]> = {
  binding: ['registry', 'source', 'http', 'cache', 'text'],
  http: ['image', 'version', 'lifecycle', 'advisory'],
  cache: ['image', 'version', 'lifecycle', 'advisory'],
  registry: ['version', 'lifecycle', 'advisory'],
}

const NODE = 'napi(_\\w+)?(::|$)'
const HTTP = 'reqwest(::|$)'
const SOCKETS = 'tokio::net(::|$)|tokio::time::(sleep|interval)|std::net::(Tcp|Udp)'
const THREADS = 'std::thread(::|$)'
const CLOCK = '(Instant|SystemTime)::now$'

const never = (...what: string[]) => new RegExp(what.map((path) => `^(?:${path})|::(?:${path})`).join('|'))

const NEVER: Record<string, RegExp> = {
  // The runtime with its threads is the binding's.
  binding: never(HTTP, SOCKETS, 'url(::|$)'),
  http: never(NODE),
  cache: never(NODE, HTTP),
  ...Object.fromEntries(
    ['error', 'text', 'observe', 'image', 'version', 'lifecycle', 'advisory'].map((room) => [
      room,
      never(NODE, HTTP, CLOCK, 'tokio(::|$)'),
    ]),
  ),
}

export const ROOMS: Record<string, Room> = Object.fromEntries(
  LEVELS.flatMap((rooms, level) =>
    rooms.map((room) => {
      const below = LEVELS.slice(level + 1).flat()
      const uses = below.filter((other) => !NOT_FOR[room]?.includes(other))
      return [room, { uses, never: NEVER[room] ?? never(NODE, HTTP, SOCKETS, THREADS) }]
    }),
  ),
)

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
