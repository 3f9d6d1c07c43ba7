import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { has, output, root, say, stop } from '../run.mjs'

const PACKAGES = ['ziglang==0.15.2', 'cargo-zigbuild==0.24.0']
const FOLDER = join(root, 'target/zig')

/** Puts zig on the PATH, the machine's own or one in target/zig. It links against the oldest supported glibc. */
export function ensureZig() {
  if (isThere()) return
  const programs = join(FOLDER, process.platform === 'win32' ? 'Scripts' : 'bin')
  process.env.PATH = `${programs}${delimiter}${process.env.PATH}`
  if (isThere()) return
  say('Installing zig, which links against the oldest glibc that is supported, in target/zig.')
  try {
    if (!existsSync(programs)) output('python3', ['-m', 'venv', FOLDER])
    output(join(programs, 'pip'), ['install', '--quiet', '--disable-pip-version-check', ...PACKAGES])
  } catch (error) {
    stop(
      `${error.message}\nPython with venv is needed (Debian: apt-get install python3-venv), or cargo-zigbuild on the PATH.`,
    )
  }
}

/** Both are needed: cargo-zigbuild, and zig itself as a program or as a Python module. */
function isThere() {
  return (
    has('cargo-zigbuild') && (succeeds('zig', 'version') || succeeds('python3', '-m', 'ziglang', 'version'))
  )
}

function succeeds(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}
