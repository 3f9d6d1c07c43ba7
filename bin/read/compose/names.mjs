import { existsSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** File names of Compose, in the order in which it looks for them. */
export const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const OVERRIDES = [
  'compose.override.yml',
  'compose.override.yaml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
]
const NAME = /^(?:docker-|podman-)?(?:compose|stack)(?:[.\-_].*)?\.ya?ml$|[.\-_]compose\.ya?ml$/i

/** Whether a file's name says that it is a Compose file. */
export function isComposeName(path) {
  return NAME.test(basename(path))
}

/** Whether a file is one of those that Compose reads together with a default file. */
export function isOverride(path) {
  return OVERRIDES.includes(basename(path))
}

/** The default file of a folder with its override file, or an empty list. */
export function defaultFiles(folder) {
  const first = (names) => names.map((name) => join(folder, name)).find((path) => existsSync(path))
  const found = first(COMPOSE_FILES)
  return found === undefined ? [] : [found, first(OVERRIDES)].filter(Boolean)
}

/** The default files of a folder, or of the nearest parent that has some. */
export function nearestFiles(folder) {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = defaultFiles(at)
    if (found.length > 0 || at === dirname(at)) return found
  }
}
