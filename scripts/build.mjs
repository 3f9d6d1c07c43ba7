import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { generateTypeDef, parseTriple, readNapiConfig } from '@napi-rs/cli'
import { output, root, run, stop } from './run.mjs'
import { ensureZig } from './toolchain/zig.mjs'

const USAGE = `node scripts/build.mjs [--debug] [--target TARGET]

Builds the addon for this machine, or the binary that is published for a platform, and writes index.d.ts. With --target,
binaries for Linux are linked by zig, which is installed in target/zig where the machine has none; the Rust toolchain
needs the target, too (rustup target add TARGET).`

// Declarations that have no counterpart in Rust, in the order in which they stand in index.d.ts.
const DECLARATIONS = 'src/binding/declarations'
const PARTS = [
  'options',
  'calls',
  'policies',
  'reports',
  'changes',
  'answers',
  'errors',
  'events',
  'docker',
  'face',
]
// The oldest glibc that a published binary supports.
const GLIBC = '2.28'

const config = await readNapiConfig(join(root, 'package.json'))
const { debug, target } = readArguments()
const { triple, platform, abi, platformArchABI } = parseTriple(target ?? host())
const isZig = target !== undefined && platform === 'linux'
const folder = process.env.CARGO_TARGET_DIR ?? join(root, 'target')
const typeDefinitions = join(folder, 'type-definitions', triple, debug ? 'debug' : 'release')

compile()
const built = join(folder, triple, debug ? 'debug' : 'release', library())
put(built, `${config.binaryName}.${platformArchABI}.node`)
await declare()

function readArguments() {
  try {
    const { values } = parseArgs({ options: { debug: { type: 'boolean' }, target: { type: 'string' } } })
    const known = config.targets.map(({ triple }) => triple)
    if (values.target && !known.includes(values.target))
      throw new Error(`TARGET is one of ${known.join(', ')}`)
    return values
  } catch (error) {
    stop(`${error.message}\n\n${USAGE}`)
  }
}

function host() {
  const [, triple] = /^host: (.+)$/m.exec(output('rustc', ['-vV'])) ?? []
  return triple
}

/**
 * Compiles the crate as a cdylib only. Cargo.toml also names a Rust library for the tests, and cargo leaves link-time
 * optimisation out for a crate that is built as both.
 */
function compile() {
  // The macros of napi-rs write the exports there whenever the crate is compiled.
  process.env.NAPI_TYPE_DEF_TMP_FOLDER = typeDefinitions
  const isDeclared = existsSync(join(typeDefinitions, config.packageName))
  if (!isDeclared) process.env.NAPI_FORCE_BUILD_CONTAINER_REGISTRY_SERVICE = String(Date.now())
  mkdirSync(typeDefinitions, { recursive: true })
  // A library in Node.js shares the C library of the process. On Windows no C runtime is sure to be installed, so it is
  // linked statically.
  const linkage = abi === 'musl' ? '-crt-static' : platform === 'win32' ? '+crt-static' : undefined
  const flags = linkage ? [`-Ctarget-feature=${linkage}`] : []
  if (!debug) flags.push(...remaps())
  if (flags.length > 0) addFlags(flags)
  if (isZig) ensureZig()
  const program = isZig ? 'cargo-zigbuild' : 'cargo'
  const linked = isZig && abi === 'gnu' ? `${triple}.${GLIBC}` : triple
  const profile = debug ? [] : ['--release', '--locked']
  run(program, ['rustc', '--lib', '--crate-type', 'cdylib', ...profile, '--target', linked])
}

/** Removes the folders of this machine from the binary, so that the same sources make the same bytes elsewhere. */
function remaps() {
  const cargo = process.env.CARGO_HOME ?? join(homedir(), '.cargo')
  return [`--remap-path-prefix=${root}=.`, `--remap-path-prefix=${cargo}=cargo`]
}

/** Adds flags for rustc, which may contain blanks. */
function addFlags(flags) {
  const { CARGO_ENCODED_RUSTFLAGS: encoded, RUSTFLAGS: plain = '' } = process.env
  const given = encoded?.split('\x1f') ?? plain.split(' ')
  process.env.CARGO_ENCODED_RUSTFLAGS = [...given.filter(Boolean), ...flags].join('\x1f')
}

function library() {
  const name = 'container_registry_service'
  if (platform === 'win32') return `${name}.dll`
  return platform === 'darwin' ? `lib${name}.dylib` : `lib${name}.so`
}

/** Replaces a file by renaming, so that a process that has loaded the old one keeps it. */
function put(from, name) {
  const [path, fresh] = [join(root, name), join(root, `${name}.new`)]
  rmSync(fresh, { force: true })
  copyFileSync(from, fresh)
  renameSync(fresh, path)
}

async function declare() {
  const written = `/* Written by \`npm run build\` from ${DECLARATIONS} and the doc comments in src/binding. Edit those. */`
  const parts = PARTS.map((name) => readFileSync(join(root, DECLARATIONS, `${name}.d.ts`), 'utf8'))
  const { dts } = await generateTypeDef({
    typeDefDir: typeDefinitions,
    cwd: root,
    dtsHeader: [`${written}\n`, ...parts].join('\n'),
  })
  writeFileSync(join(root, 'index.d.ts'), dts)
}
