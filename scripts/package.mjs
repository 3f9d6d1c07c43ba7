import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { ensurePackages, needCargo } from './ensure.mjs'
import { fill, layOut, npm, published } from './package/assemble.mjs'
import { root, run, say, stop, stopwatch } from './run.mjs'
import { environmentFor } from './toolchain/target.mjs'

const USAGE = `npm run package [-- --built PLATFORM... | --binaries FOLDER]

Makes artifacts/container-registry-service-<version>.tgz, which apps install from a file: one package with the binaries for
Linux on x64 and arm64 inside (glibc 2.28 or later), and in artifacts/npm the packages as they would be published. With
--built, the binary of a platform (linux-x64-gnu) that \`node scripts/build.mjs --target ...\` has just put here is taken in place
of a new one; with --binaries, those of FOLDER are.`

const NAME = 'container-registry-service'
const TRIPLES = {
  'linux-x64-gnu': 'x86_64-unknown-linux-gnu',
  'linux-arm64-gnu': 'aarch64-unknown-linux-gnu',
}
const OUT = join(root, 'artifacts')

const platforms = Object.keys(TRIPLES)
const { binaries, built } = readArguments()
const passed = stopwatch()
ensurePackages()
if (!binaries) build()
rmSync(OUT, { recursive: true, force: true })
const work = join(root, 'target/package')
rmSync(work, { recursive: true, force: true })
packWhole()
packPublished()
say(`Packed (${passed()}).`)

function readArguments() {
  try {
    const options = {
      binaries: { type: 'string' },
      built: { type: 'string', multiple: true, default: [] },
    }
    const { values } = parseArgs({ options })
    const unknown = values.built.filter((platform) => !platforms.includes(platform))
    if (unknown.length > 0) throw new Error(`PLATFORM is one of ${platforms.join(', ')}`)
    return values
  } catch (error) {
    stop(`${error.message}\n\n${USAGE}`)
  }
}

function build() {
  needCargo()
  for (const [platform, triple] of Object.entries(TRIPLES)) {
    if (built.includes(platform) && !existsSync(join(root, binaryOf(platform))))
      stop(`${binaryOf(platform)} is not there: node scripts/build.mjs --target ${triple}`)
    if (!built.includes(platform)) {
      const env = { ...process.env, ...environmentFor(triple) }
      run(process.execPath, ['scripts/build.mjs', '--target', triple], { env })
      say(`Built for ${platform} (${passed()}).`)
    }
    run(process.execPath, ['scripts/check-binary.mjs', binaryOf(platform)])
  }
}

function binaryOf(platform) {
  return `${NAME}.${platform}.node`
}

/** Packs the package that needs no other: with its binaries, without scripts, and without files for a checkout only. */
function packWhole() {
  const folder = join(work, 'whole')
  mkdirSync(folder, { recursive: true })
  for (const path of published()) {
    mkdirSync(join(folder, path, '..'), { recursive: true })
    copyFileSync(join(root, path), join(folder, path))
  }
  for (const platform of platforms)
    copyFileSync(join(binaries ?? root, binaryOf(platform)), join(folder, binaryOf(platform)))
  const { scripts, devDependencies, napi, ...manifest } = JSON.parse(
    readFileSync(join(root, 'package.json'), 'utf8'),
  )
  manifest.files = [...manifest.files, '*.node']
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  tell(pack(folder, OUT))
}

/** Packs what would be published: the package, and one for each platform whose binary is here. */
function packPublished() {
  const folder = join(work, 'published')
  const artifacts = join(work, 'binaries')
  mkdirSync(artifacts, { recursive: true })
  const folders = layOut(folder)
  // napi requires a binary for every platform. The stand-ins for those that are not built here are not packed.
  for (const one of folders)
    writeFileSync(join(artifacts, JSON.parse(readFileSync(join(one, 'package.json'), 'utf8')).main), '')
  for (const platform of platforms)
    copyFileSync(join(binaries ?? root, binaryOf(platform)), join(artifacts, binaryOf(platform)))
  fill(folder, artifacts)
  const packed = [folder, ...platforms.map((platform) => join(folder, 'npm', platform))]
  for (const one of packed) tell(pack(one, join(OUT, 'npm')))
}

/** Packs a folder. The same files give the same bytes. */
function pack(folder, to) {
  mkdirSync(to, { recursive: true })
  const [{ filename }] = Object.values(
    JSON.parse(npm(folder, 'pack', '--json', '--ignore-scripts', '--pack-destination', to)),
  )
  return join(to, filename)
}

function tell(path) {
  const bytes = readFileSync(path)
  const hash = createHash('sha512').update(bytes).digest('base64')
  say(`${relative(root, path)}: ${bytes.length} bytes, sha512-${hash}`)
}
