import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { has, npm, root, say, stop } from './run.mjs'

const BINARY = `container-registry-service.${process.platform}-${process.arch}`
const BUILT_FROM = ['src', 'Cargo.toml', 'Cargo.lock', 'build.rs']

/** Prepares a checkout, which may be a fresh clone, so that the addon can be loaded. It needs only Node.js and Rust. */
export function ensure() {
  ensurePackages()
  ensureAddon()
}

export function ensurePackages() {
  const installed = modified('node_modules/.package-lock.json')
  if (installed >= modified('package-lock.json')) return
  say('Installing npm packages (npm ci).')
  npm('ci', '--no-audit', '--no-fund', '--loglevel=error')
}

function ensureAddon() {
  const built = Math.max(0, ...binaries().map(modified))
  if (built >= newest(BUILT_FROM)) return
  needCargo()
  say(
    `Building the addon, ${built ? 'its sources have changed' : 'which takes some minutes the first time'}.`,
  )
  npm('run', '--silent', '--loglevel=error', 'build')
}

export function needCargo() {
  if (has('cargo')) return
  stop(
    'The Rust toolchain (cargo 1.88 or later) is missing: install it from https://rustup.rs and try again.',
  )
}

/** On some platforms the name ends in the C library (`linux-x64-gnu`), so only its beginning is compared. */
function binaries() {
  return readdirSync(root).filter((name) => name.startsWith(BINARY) && name.endsWith('.node'))
}

function newest(paths) {
  return Math.max(...paths.flatMap(withContents).map(modified))
}

function withContents(path) {
  if (!statSync(join(root, path)).isDirectory()) return [path]
  return [path, ...readdirSync(join(root, path)).flatMap((name) => withContents(join(path, name)))]
}

/** Returns milliseconds since 1970, and 0 for a file that does not exist. */
function modified(path) {
  return statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0
}
