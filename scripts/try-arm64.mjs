import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { arm64Node, fromNpm } from './arm64/machine.mjs'
import { npm } from './package/assemble.mjs'
import { root, say, stop, stopwatch } from './run.mjs'

const USAGE = `node scripts/try-arm64.mjs [TEST]...

Installs the tarball of \`npm run package\` and runs it under Node.js for arm64, then a part of the Jest suite: on a machine of
another kind, emulated by qemu.`

const NAME = 'container-registry-service'
const NODE = '22'
/**
 * Suites that run on arm64, by what their paths begin with. Suites that start programs of their own cannot, because qemu runs
 * only the program that it is given.
 */
const SUITES = [
  'abort',
  'changes/changes',
  'docker-info',
  'drop-in',
  'face',
  'filter',
  'reference',
  'releases/notes',
  'reports/floating',
  'reports/inspect',
  'thrift/tag-lists',
]
const FOLDER = join(root, 'target/arm64')
const USED = `
  const { ContainerRegistryService } = require('${NAME}')
  const service = new ContainerRegistryService()
  const { fullName } = service.parseImageReference('nginx:1.27')
  service.listTags(service.parseImageReference('127.0.0.1:1/team/app')).then(
    () => { throw new Error('a list of tags from nowhere') },
    ({ code }) => console.log(process.arch, fullName, code),
  )`

const require = createRequire(import.meta.url)
const tests = process.argv.slice(2)
if (tests.some((test) => test.startsWith('-'))) stop(USAGE)
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const tarball = join(root, 'artifacts', `${NAME}-${version}.tgz`)
if (!existsSync(tarball)) stop(`There is no ${tarball} yet: npm run package`)
const seconds = stopwatch()
const node = arm64Node(NODE)
useInstalled()
runTests()

function useInstalled() {
  const app = join(FOLDER, 'app')
  rmSync(app, { recursive: true, force: true })
  mkdirSync(app, { recursive: true })
  npm(app, 'install', '--no-audit', '--no-fund', '--no-save', '--prefix', app, tarball)
  const said = node(['-e', USED], { cwd: app }).trim()
  if (said !== 'arm64 library/nginx NETWORK') throw new Error(`The package said: ${said}`)
  say(`Installed from the tarball and used on arm64 (${seconds()}).`)
}

/**
 * Runs the suites in a checkout whose tests are compiled to JavaScript already, so that the compiler does not run
 * emulated.
 */
function runTests() {
  const checkout = join(FOLDER, 'checkout')
  rmSync(checkout, { recursive: true, force: true })
  const installed = join(FOLDER, 'app/node_modules', NAME)
  for (const file of readdirSync(installed))
    cpSync(join(installed, file), join(checkout, file), { recursive: true })
  // The package lacks the fakes that only its own tests use.
  cpSync(join(root, 'testing'), join(checkout, 'testing'), { recursive: true })
  cpSync(join(root, '__test__'), join(checkout, '__test__'), {
    recursive: true,
    filter: (path) => !path.endsWith('.ts'),
  })
  const paths = readdirSync(join(root, '__test__'), { recursive: true })
  for (const path of paths) if (path.endsWith('.ts')) compile(join('__test__', path), checkout)
  const gone = SUITES.filter(
    (name) => !paths.some((path) => path.startsWith(name) && path.endsWith('.test.ts')),
  )
  if (gone.length > 0) stop(`There are no such suites: ${gone.join(', ')}`)
  symlinkSync(join(root, 'node_modules'), join(checkout, 'node_modules'))
  const { roots, testMatch, transform, ...config } = require(join(root, 'jest.config.js'))
  const jest = {
    ...config,
    testMatch: ['**/__test__/**/*.test.js'],
    transform: {},
    testTimeout: 120_000,
    rootDir: checkout,
  }
  writeFileSync(join(checkout, 'jest.config.json'), JSON.stringify(jest))
  const names = tests.length > 0 ? tests : SUITES.map((name) => `/__test__/${name}`)
  const args = [
    join(root, 'node_modules/jest/bin/jest.js'),
    '--runInBand',
    '--config',
    'jest.config.json',
    ...names,
  ]
  node(args, { cwd: checkout, env: { ...process.env, NAPI_RS_NATIVE_LIBRARY_PATH: resolver() } })
  say(`The suites pass on arm64 (${seconds()}): ${names.join(' ')}`)
}

function compile(path, checkout) {
  const { transformSync } = require('@swc/core')
  const [[, { sourceMaps, ...options }]] = Object.values(require(join(root, 'jest.config.js')).transform)
  const { code } = transformSync(readFileSync(join(root, path), 'utf8'), {
    ...options,
    filename: path,
    swcrc: false,
  })
  const to = join(checkout, path.replace(/ts$/, 'js'))
  mkdirSync(dirname(to), { recursive: true })
  writeFileSync(to, code)
}

/** Jest's module resolver has a native part of its own. */
function resolver() {
  const { version: wanted } = require('unrs-resolver/package.json')
  const name = '@unrs/resolver-binding-linux-arm64-gnu'
  const folder = join(FOLDER, 'jest')
  const binary = join(folder, 'node_modules', name, 'resolver.linux-arm64-gnu.node')
  if (!existsSync(binary)) fromNpm(folder, `${name}@${wanted}`)
  return binary
}
