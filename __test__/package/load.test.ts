import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pkg from '../../package.json'

const ROOT = join(__dirname, '../..')
const FACE = ['index.js', 'js', 'package.json']

let project: string
beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'loading-'))
  for (const file of FACE) cpSync(join(ROOT, file), installed(pkg.name, file), { recursive: true })
})
afterEach(() => rmSync(project, { recursive: true }))

function installed(name: string, file: string): string {
  return join(project, 'node_modules', name, file)
}

/** Puts a file into the package that carries the binary for a platform. */
function carry(platform: string, file: string, content: string) {
  const path = installed(`${pkg.name}-${platform}`, file)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  return path
}

/** What a process says that loads the package on a platform: the error, or that there is none. */
function load(platform: { platform: string; arch: string; linker?: 'linux' | 'musl' }) {
  const node = join(project, 'node')
  // Loaders look into the binary of Node.js for the C library that it runs on.
  writeFileSync(node, `\u007fELF /lib/ld-${platform.linker}-x86-64.so.2 `)
  const program = `
    for (const name of ['platform', 'arch']) Object.defineProperty(process, name, { value: ${JSON.stringify(platform)}[name] })
    process.execPath = ${JSON.stringify(node)}
    const { hasBinary, withTag } = require(${JSON.stringify(pkg.name)})
    let told = { loaded: hasBinary() }
    try { withTag('nginx', '1') }
    catch ({ name, message, code, cause }) { told = { ...told, name, message, code, cause: cause?.message } }
    console.log(JSON.stringify(told))`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program], { cwd: project, encoding: 'utf8' })
  expect(stderr).toBe('')
  return JSON.parse(stdout)
}

const LINUX = { platform: 'linux', arch: 'x64', linker: 'linux' } as const

test.each([
  [LINUX, 'linux-x64-gnu'],
  [{ platform: 'linux', arch: 'arm64', linker: 'musl' } as const, 'linux-arm64-musl'],
  [{ platform: 'darwin', arch: 'arm64' }, 'darwin-arm64'],
  [{ platform: 'win32', arch: 'x64' }, 'win32-x64-msvc'],
])('%j has its own binary, which is told where it is missing', (platform, suffix) => {
  const carrier = `${pkg.name}-${suffix}`
  const { loaded, name, message, code, cause } = load(platform)
  expect([loaded, name, code]).toEqual([false, 'ContainerRegistryError', 'NO_BINARY'])
  expect(message).toContain(
    `${pkg.name} has no binary for ${suffix} here: there is neither the file ` +
      `${installed(pkg.name, `${pkg.name}.${suffix}.node`)} nor, in any node_modules above it, the folder ${carrier}. ` +
      'To have it, ',
  )
  expect(message).toMatch(
    /build it with `npm run build` in a checkout on such a machine and copy it there\.$/,
  )
  // The tarball has two of them inside.
  expect(message.includes('npm run package')).toBe(suffix === 'linux-x64-gnu')
  expect(cause).toContain(carrier)
  carry(suffix, 'index.js', 'exports.withTag = (image, tag) => image + tag')
  expect(load(platform)).toEqual({ loaded: true })
})

test('a platform that nothing is published for is told which there are, and how to build', () => {
  const { message } = load({ platform: 'freebsd', arch: 'riscv64' })
  expect(message).toMatch(/^container-registry-service has no binary for freebsd-riscv64 here: /)
  expect(message.match(/Only for (.*) is one made:/)?.[1].split(', ')).toHaveLength(pkg.napi.targets.length)
  expect(message).toMatch(/: build your own with `npm run build` in a checkout\.$/)
})

describe('a package that is there but does not load', () => {
  const carrier = `${pkg.name}-linux-x64-gnu`
  const said = `The binary of ${pkg.name} for linux-x64-gnu is there but does not load from ${carrier}: `

  test.each([
    [
      "/lib/libc.so.6: version `GLIBC_2.34' not found (required by x.node)",
      "/lib/libc.so.6: version `GLIBC_2.34' not found (required by x.node). It needs a system with glibc 2.28 or later.",
    ],
    [
      'libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory',
      'libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory. It is for another C library.',
    ],
    ['x.node: file too short\nand more', 'x.node: file too short. Put it there again.'],
  ])('%s', (thrown, told) => {
    const error = `Object.assign(new Error(${JSON.stringify(thrown)}), { code: 'ERR_DLOPEN_FAILED' })`
    carry('linux-x64-gnu', 'index.js', `throw ${error}`)
    expect(load(LINUX)).toEqual({
      loaded: false,
      name: 'ContainerRegistryError',
      code: 'NO_BINARY',
      message: said + told,
      cause: thrown,
    })
  })

  test('because its file is damaged', () => {
    carry('linux-x64-gnu', 'package.json', '{"main": "binary.node"}')
    carry('linux-x64-gnu', 'binary.node', 'no binary')
    const { message, code } = load(LINUX)
    expect(message).toMatch(
      /is there but does not load from container-registry-service-linux-x64-gnu: .*binary\.node/,
    )
    expect(message).toMatch(/ Put it there again\.$/)
    expect(code).toBe('NO_BINARY')
  })

  test('because its file is gone', () => {
    carry('linux-x64-gnu', 'package.json', '{"main": "binary.node"}')
    const { message } = load(LINUX)
    expect(message).toContain(said)
    expect(message).toMatch(/ Put it there again\.$/)
  })
})

test('a binary that was built in the folder goes first', () => {
  const path = installed(pkg.name, `${pkg.name}.linux-x64-gnu.node`)
  writeFileSync(path, 'no binary')
  expect(load(LINUX).message).toContain(`does not load from ${path}: `)
})

test('an unreadable Node.js tells its C library itself', () => {
  const program = `
    process.execPath = '/nowhere/node'
    process.report.getReport = () => ({ header: {} })
    Object.defineProperty(process, 'platform', { value: 'linux' })
    try { require(${JSON.stringify(pkg.name)}).withTag('nginx', '1') } catch ({ message }) { console.log(message) }`
  const { stdout } = spawnSync(process.execPath, ['-e', program], { cwd: project, encoding: 'utf8' })
  expect(stdout).toContain(`has no binary for linux-${process.arch}-musl here`)
})
