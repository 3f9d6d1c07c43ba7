import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, run, stop } from './run.mjs'

// The oldest glibc that the binary may meet, by zig; with the others, the linker of the system is what is wanted.
const GLIBC = '2.28'

/** Targets, by their names in Rust, with those that napi-rs gives to binaries. */
const PLATFORMS = {
  'x86_64-unknown-linux-gnu': 'linux-x64-gnu',
  'x86_64-unknown-linux-musl': 'linux-x64-musl',
  'aarch64-unknown-linux-gnu': 'linux-arm64-gnu',
  'aarch64-unknown-linux-musl': 'linux-arm64-musl',
  'x86_64-apple-darwin': 'darwin-x64',
  'aarch64-apple-darwin': 'darwin-arm64',
  'x86_64-pc-windows-msvc': 'win32-x64-msvc',
}

const [target] = process.argv.slice(2)
const platform = PLATFORMS[target]
if (!platform) {
  stop(`node scripts/build-target.mjs TARGET   one of ${Object.keys(PLATFORMS).join(', ')}

Builds the binary that is published for a platform. For Linux it needs zig and cargo-zigbuild (on PyPI: ziglang,
cargo-zigbuild) and the target of the Rust toolchain (rustup target add TARGET).`)
}
// A library that is loaded into Node.js shares its C library.
if (platform.endsWith('-musl')) process.env.RUSTFLAGS = '-Ctarget-feature=-crt-static'
const isLinux = platform.startsWith('linux')
const linked = platform.endsWith('-gnu') ? `${target}.${GLIBC}` : target
run('cargo', [isLinux ? 'zigbuild' : 'build', '--lib', '--release', '--locked', '--target', linked])
copyFileSync(
  join(process.env.CARGO_TARGET_DIR ?? join(root, 'target'), target, 'release', library()),
  join(root, `container-registry-service.${platform}.node`),
)

function library() {
  const name = 'container_registry_service'
  if (platform.startsWith('win32')) return `${name}.dll`
  return platform.startsWith('darwin') ? `lib${name}.dylib` : `lib${name}.so`
}
