'use strict'

const { closeSync, existsSync, openSync, readSync } = require('node:fs')
const { join } = require('node:path')
const { withFields } = require('./errors.js')

const NAME = 'container-registry-service'

/** Platforms that packages are published for. The names are napi-rs's, and name both the binary and its package. */
const PUBLISHED = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
]

/** Platforms whose binaries are in the package's own tarball. */
const TARBALL = ['linux-x64-gnu', 'linux-arm64-gnu']

/** Returns the name of this process's platform. */
function platform() {
  const { platform, arch } = process
  if (platform === 'win32') return `win32-${arch}-msvc`
  if (platform !== 'linux') return `${platform}-${arch}`
  return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`
}

/**
 * Whether Node.js runs on musl. The beginning of its binary names the dynamic linker. If it does not, Node.js is asked
 * for the version of glibc, which takes longer than all the rest.
 */
function isMusl() {
  const [, linker] = /\/ld-(linux|musl)-/.exec(beginning(process.execPath)) ?? []
  return linker ? linker === 'musl' : !process.report.getReport().header.glibcVersionRuntime
}

function beginning(path) {
  let file
  try {
    file = openSync(path)
    const bytes = Buffer.alloc(4096)
    return bytes.latin1Slice(0, readSync(file, bytes))
  } catch {
    // A program may be executable but not readable. The other way remains.
    return ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

let loaded

/**
 * Loads the native part: the binary in this folder, or else that of the package for this platform. The first call that
 * needs it loads it, so that a program starts without it.
 *
 * @throws `NO_BINARY`, each time, if none can be loaded
 */
function native() {
  loaded ??= load()
  return loaded
}

/** Whether the native part can be loaded. If it can, it is loaded. */
function hasBinary() {
  try {
    return native() !== undefined
  } catch {
    return false
  }
}

function load() {
  const here = platform()
  const built = join(__dirname, '..', `${NAME}.${here}.node`)
  const carrier = `${NAME}-${here}`
  const from = existsSync(built) ? built : carrier
  try {
    return require(from)
  } catch (cause) {
    const error = new Error(explained(cause, { here, built, carrier, from }), { cause })
    throw withFields(error, { name: 'ContainerRegistryError', code: 'NO_BINARY', transient: false })
  }
}

/**
 * Says what was looked for and where, what is wrong, and what to do. A missing binary is told from one that does not
 * load.
 */
function explained(cause, { here, built, carrier, from }) {
  const isAbsent = cause.code === 'MODULE_NOT_FOUND' && cause.message.includes(`'${carrier}'`)
  if (!isAbsent) {
    return `The binary of ${NAME} for ${here} is there but does not load from ${from}: ${reason(cause)} ${remedy(cause)}`
  }
  const missing = `${NAME} has no binary for ${here} here: there is neither the file ${built} nor, in any node_modules above it, the folder ${carrier}.`
  if (!PUBLISHED.includes(here))
    return `${missing} Only for ${PUBLISHED.join(', ')} is one made: build your own with \`npm run build\` in a checkout.`
  const inTarball = TARBALL.includes(here)
    ? `install the tarball that \`npm run package\` makes in a checkout, which has it inside, or `
    : ''
  return `${missing} To have it, ${inTarball}build it with \`npm run build\` in a checkout on such a machine and copy it there.`
}

/** Shortens the loader's message, which may have several lines and no full stop. */
function reason({ message }) {
  const [line] = message.split('\n')
  return /[.!?]$/.test(line) ? line : `${line}.`
}

function remedy({ message }) {
  if (/GLIBC_|GLIBCXX_/.test(message)) return 'It needs a system with glibc 2.28 or later.'
  if (/libc\.musl|libc\.so\.6|ld-linux|ld-musl/.test(message)) return 'It is for another C library.'
  return 'Put it there again.'
}

module.exports = { hasBinary, native }
