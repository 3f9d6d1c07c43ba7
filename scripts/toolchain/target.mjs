import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { has, output, root, say, stop } from '../run.mjs'
import { newestNamed, unpack } from './debian.mjs'

const FOLDER = join(root, 'target/debian/rust')

/**
 * Returns the environment variables with which the Rust toolchain compiles for a target. There are none if rustup has
 * the target's standard library or can get it. If rustup's server is out of reach, Debian's Rust is used, which has a
 * standard library for arm64.
 *
 * @param {string} triple say `aarch64-unknown-linux-gnu`
 */
export function environmentFor(triple) {
  if (isInstalled(triple)) return {}
  say(`Getting Rust's standard library for ${triple}.`)
  if (has('rustup')) {
    const { status } = spawnSync('rustup', ['target', 'add', triple], { stdio: 'ignore' })
    if (status === 0 && isInstalled(triple)) return {}
  }
  try {
    return ofDebian(triple)
  } catch (error) {
    stop(
      `Neither rustup nor Debian has Rust's standard library for ${triple}: rustup target add ${triple}\n${error.message}`,
    )
  }
}

function isInstalled(triple) {
  const { status, stdout } = spawnSync('rustc', ['--print', 'target-libdir', '--target', triple], {
    encoding: 'utf8',
  })
  return status === 0 && existsSync(stdout.trim())
}

/** Debian has a current Rust for its browsers. It is unpacked, and runs from there. */
function ofDebian(triple) {
  if (triple !== 'aarch64-unknown-linux-gnu')
    throw new Error(`Debian's Rust is tried for arm64 only, not for ${triple}.`)
  const std = newestNamed('libstd-rust-web-')
  const llvm = newestNamed('libllvm')
  const both = ['amd64', 'arm64'].flatMap((arch) => [`${std}:${arch}`, `libstd-rust-web-dev:${arch}`])
  unpack(
    ['rustc-web:amd64', ...both, `${llvm}:amd64`, 'libz3-4:amd64', 'libedit2:amd64', 'libxml2:amd64'],
    FOLDER,
  )
  const environment = {
    RUSTC: join(FOLDER, 'usr/bin/rustc'),
    LD_LIBRARY_PATH: join(FOLDER, 'usr/lib/x86_64-linux-gnu'),
  }
  say(output(environment.RUSTC, ['--version'], { env: { ...process.env, ...environment } }).trim())
  return environment
}
