import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { has, output, root, say, stop } from '../run.mjs'

const PACKAGES = ['ziglang==0.15.2', 'cargo-zigbuild==0.24.0']
const FOLDER = join(root, 'target/zig')

/** Has zig on the PATH, which links against the oldest glibc that is supported: the machine's own, or one in target/zig. */
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

/** Both are needed: the one that calls cargo, and zig itself, as a program or as a module of Python. */
function isThere() {
  return (
    has('cargo-zigbuild') && (succeeds('zig', 'version') || succeeds('python3', '-m', 'ziglang', 'version'))
  )
}

function succeeds(program, ...args) {
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0
}
