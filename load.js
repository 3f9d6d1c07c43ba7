'use strict'

const { existsSync } = require('node:fs')
const { join } = require('node:path')

const NAME = 'container-registry-service'

/** The platform in napi-rs's words, which name both the binary and the package that carries it. */
function platform() {
  const { platform, arch } = process
  if (platform === 'win32') return `win32-${arch}-msvc`
  if (platform !== 'linux') return `${platform}-${arch}`
  const { glibcVersionRuntime } = process.report.getReport().header
  return `linux-${arch}-${glibcVersionRuntime ? 'gnu' : 'musl'}`
}

/** The native part: the binary built in this folder, or else the one from the package for this platform. */
function load() {
  const here = platform()
  const built = join(__dirname, `${NAME}.${here}.node`)
  if (existsSync(built)) return require(built)
  const carrier = `${NAME}-${here}`
  try {
    return require(carrier)
  } catch (cause) {
    const isMissing = cause.code === 'MODULE_NOT_FOUND' && cause.message.includes(carrier)
    const why = isMissing
      ? `${NAME} has no binary for ${here}: install the package ${carrier}, or build it with \`npm run build\` in a checkout.`
      : `${NAME} could not load its binary for ${here} from ${carrier}: ${cause.message}`
    throw new Error(why, { cause })
  }
}

module.exports = load()
