import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { npm } from './package/assemble.mjs'
import { serveNpm } from './package/npm-registry.mjs'
import { output, root, say, stop, stopwatch } from './run.mjs'

const USAGE = `node scripts/try-tarball.mjs [--npm MAJOR]...

Installs the tarball of \`npm run package\` as an app does that keeps it in vendor/: npm install, npm install of something else,
and npm ci in an empty folder, where no Rust is at hand. With this machine's npm, or with others that are got from npm.`

const NAME = 'container-registry-service'
const OTHER = 'reflect-metadata'
const USED = `
  const { ContainerRegistryService, hasBinary } = require('${NAME}')
  const service = new ContainerRegistryService()
  const { fullName } = service.parseImageReference('nginx:1.27')
  service.listTags(service.parseImageReference('127.0.0.1:1/team/app')).then(
    () => { throw new Error('a list of tags from nowhere') },
    ({ code }) => console.log(hasBinary(), fullName, code),
  )`

const { npm: majors } = readArguments()
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const tarball = join(root, 'artifacts', `${NAME}-${version}.tgz`)
if (!existsSync(tarball)) stop(`There is no ${tarball} yet: npm run package`)
const vendored = `./vendor/${basename(tarball)}`
const passed = stopwatch()
const work = mkdtempSync(join(tmpdir(), 'try-tarball-'))
const registry = await serveNpm(
  ['yaml', OTHER].map((name) => join(root, 'node_modules', name)),
  join(work, 'tarballs'),
)
try {
  for (const major of majors.length > 0 ? majors : [undefined]) await tryWith(major)
} finally {
  registry.close()
  rmSync(work, { recursive: true })
}

function readArguments() {
  try {
    return parseArgs({ options: { npm: { type: 'string', multiple: true, default: [] } } }).values
  } catch (error) {
    stop(`${error.message}\n\n${USAGE}`)
  }
}

async function tryWith(major) {
  const program = major ? npmFromNpm(major) : undefined
  const app = project(`app-${major}`)
  await run(program, app, 'install', vendored)
  await run(program, app, 'install', OTHER)
  check(app)

  const copy = join(work, `copy-${major}`)
  for (const part of ['package.json', 'package-lock.json', '.npmrc', 'vendor'])
    cpSync(join(app, part), join(copy, part), { recursive: true })
  await run(program, copy, 'ci', '--ignore-scripts')
  check(copy)

  // Another tarball under the same name, such as one of another compiler, is refused until the lock file has its hash.
  writeFileSync(join(copy, vendored), another(app))
  rmSync(`${copy}-cache`, { recursive: true })
  const refused = await run(program, copy, 'ci', '--ignore-scripts').then(
    () => 'accepted',
    ({ message }) => message,
  )
  if (!refused.includes('EINTEGRITY'))
    throw new Error(`npm ci took another tarball than the one it knows: ${refused}`)
  await run(program, copy, 'uninstall', NAME)
  await run(program, copy, 'install', vendored)
  await run(program, copy, 'ci', '--ignore-scripts')
  say(
    `npm ${await run(program, app, '--version')}: the tarball installs, and npm ci keeps it with its binary (${passed()}).`,
  )
}

function npmFromNpm(major) {
  const folder = join(work, `npm-${major}`)
  mkdirSync(folder)
  npm(folder, 'install', '--no-audit', '--no-fund', '--prefix', folder, `npm@${major}`)
  return join(folder, 'node_modules/npm/bin/npm-cli.js')
}

function project(name) {
  const folder = join(work, name)
  mkdirSync(join(folder, 'vendor'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, private: true }))
  writeFileSync(
    join(folder, '.npmrc'),
    `registry=${registry.url}\naudit=false\nfund=false\nupdate-notifier=false\n`,
  )
  cpSync(tarball, join(folder, vendored))
  return folder
}

/**
 * Runs npm without Rust on the PATH, while the registry in this process answers it. Each folder has a cache of its own,
 * as another machine has, because npm takes a package from the cache by its hash.
 */
async function run(program, cwd, ...args) {
  const env = {
    ...process.env,
    npm_config_cache: `${cwd}-cache`,
    PATH: [dirname(process.execPath), '/usr/bin', '/bin'].join(delimiter),
  }
  const [command, first] = program ? [process.execPath, [program]] : ['npm', []]
  const child = spawn(command, [...first, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [said, complained, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}:\n${said}${complained}`)
  return said.trim()
}

/** Checks that the package is a folder with its binaries, that it runs, and that the lock file names it. */
function check(folder) {
  const installed = join(folder, 'node_modules', NAME)
  if (!lstatSync(installed).isDirectory()) throw new Error(`${installed} is no folder`)
  for (const platform of ['linux-x64-gnu', 'linux-arm64-gnu'])
    lstatSync(join(installed, `${NAME}.${platform}.node`))
  const { scripts, optionalDependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))
  if (scripts || optionalDependencies) throw new Error('The package has scripts, or packages beside it.')
  const said = output(process.execPath, ['-e', USED], { cwd: folder }).trim()
  if (said !== 'true library/nginx NETWORK') throw new Error(`The package said: ${said}`)
}

/** Makes a package of the same name and version with other content. */
function another(app) {
  const folder = join(work, 'another')
  rmSync(folder, { recursive: true, force: true })
  cpSync(join(app, 'node_modules', NAME), folder, { recursive: true })
  writeFileSync(join(folder, 'index.js'), `${readFileSync(join(folder, 'index.js'), 'utf8')}\n// Another.\n`)
  npm(folder, 'pack', '--ignore-scripts', '--pack-destination', work)
  return readFileSync(join(work, basename(tarball)))
}
