'use strict'

const { closeSync, existsSync, openSync, readSync } = require('node:fs')
const { join } = require('node:path')

const NAME = 'container-registry-service'

/** The platforms that packages are published for, in napi-rs's words, which name both the binary and its package. */
const PUBLISHED = [
  'linux-x64-gnu',
  'linux-x64-musl',
  'linux-arm64-gnu',
  'linux-arm64-musl',
  'darwin-x64',
  'darwin-arm64',
  'win32-x64-msvc',
]

/** The platform of this process in those words. */
function platform() {
  const { platform, arch } = process
  if (platform === 'win32') return `win32-${arch}-msvc`
  if (platform !== 'linux') return `${platform}-${arch}`
  return `linux-${arch}-${isMusl() ? 'musl' : 'gnu'}`
}

/**
 * Which C library Node.js runs on: its binary begins with the name of the dynamic linker. Where it does not, Node.js
 * is asked for the version of glibc, which takes longer than all else here.
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
    // A program that may be run but not read. The other way remains.
    return ''
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** The native part: the binary built in this folder, or else the one from the package for this platform. */
function load() {
  const here = platform()
  const built = join(__dirname, '..', `${NAME}.${here}.node`)
  const carrier = `${NAME}-${here}`
  const from = existsSync(built) ? built : carrier
  try {
    return require(from)
  } catch (cause) {
    const error = new Error(explained(cause, { here, carrier, from }), { cause })
    throw Object.assign(error, { code: cause.code })
  }
}

/** In one sentence, what is wrong and what to do: a package that is not there is another matter than one that does not load. */
function explained(cause, { here, carrier, from }) {
  if (!PUBLISHED.includes(here) && from === carrier) {
    return `${NAME} has no binary for ${here}, only for ${PUBLISHED.join(', ')}: build one with \`npm run build\` in a checkout.`
  }
  if (cause.code === 'MODULE_NOT_FOUND' && cause.message.includes(`'${carrier}'`)) {
    return (
      `The package ${carrier} with the binary of ${NAME} for ${here} is not installed: install on this machine, ` +
      'without --omit=optional, and with a package-lock.json that names it, or add it by its name.'
    )
  }
  return `The binary of ${NAME} for ${here} is there but does not load from ${from}: ${reason(cause)} ${remedy(cause)}`
}

/** The loader's own words, which may go on for lines and end without a full stop. */
function reason({ message }) {
  const [line] = message.split('\n')
  return /[.!?]$/.test(line) ? line : `${line}.`
}

function remedy({ message }) {
  if (/GLIBC_|GLIBCXX_/.test(message)) return 'It needs a system with glibc 2.28 or later.'
  if (/libc\.musl|libc\.so\.6|ld-linux|ld-musl/.test(message)) return 'It is for another C library.'
  return 'Install the package again.'
}

module.exports = load()
