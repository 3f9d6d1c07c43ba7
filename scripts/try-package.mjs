import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { fill, layOut } from './package/assemble.mjs'
import { nodeFromNpm } from './package/node.mjs'
import { serveNpm } from './package/npm-registry.mjs'
import { output, root, say, stop } from './run.mjs'

const USAGE = `node scripts/try-package.mjs [--node MAJOR]...

Installs the package as users do, from tarballs into empty projects, and runs it: with the binary that is built here, under
this Node.js and under others that are got from npm.`

// This runs on the installed package, where nothing of the checkout is at hand.
const REQUIRES = `
  const { ContainerRegistryService } = require('container-registry-service')
  const service = new ContainerRegistryService()
  const { fullName } = service.parseImageReference('nginx:1.27')
  service.listTags(service.parseImageReference('127.0.0.1:1/team/app')).then(
    () => { throw new Error('a list of tags from nowhere') },
    ({ code }) => console.log(process.version, fullName, code),
  )`
const IMPORTS = `
  import { ContainerRegistryService } from 'container-registry-service'
  import { ContainerRegistryService as OfAnApp } from 'container-registry-service/adonis'
  import { FakeContainerRegistryService } from 'container-registry-service/testing'
  const services = [ContainerRegistryService, OfAnApp, FakeContainerRegistryService].map((Service) => new Service())
  console.log(process.version, ...services.map((service) => service.parseImageReference('redis').fullName))`

const NAME = 'container-registry-service'
const CODE = { 'run.cjs': REQUIRES, 'run.mjs': IMPORTS }

const { node: majors } = readArguments()
const work = mkdtempSync(join(tmpdir(), 'try-package-'))
const registry = await serveNpm([...packages(), join(root, 'node_modules/yaml')], join(work, 'tarballs'))
try {
  const here = project('here')
  await npmIn(here, 'install', NAME)
  for (const node of [process.execPath, ...majors.map(fromNpm)]) tryUnder(node, here)

  const [os, cpu] = process.platform === 'darwin' ? ['linux', 'x64'] : ['darwin', 'arm64']
  const elsewhere = project('elsewhere')
  await npmIn(elsewhere, 'install', NAME, '--package-lock-only', `--os=${os}`, `--cpu=${cpu}`)
  await npmIn(elsewhere, 'ci', '--ignore-scripts', '--omit=dev')
  tryUnder(process.execPath, elsewhere)
  say(`A lock file that was made for ${os}-${cpu} installs here.`)
} finally {
  registry.close()
  rmSync(work, { recursive: true })
}

function readArguments() {
  try {
    return parseArgs({ options: { node: { type: 'string', multiple: true, default: [] } } }).values
  } catch (error) {
    stop(`${error.message}\n\n${USAGE}`)
  }
}

/** Packs what would be published. For other platforms, an empty file stands in for the binary. */
function packages() {
  const out = join(work, 'packages')
  const artifacts = join(work, 'artifacts')
  mkdirSync(artifacts)
  const built = readdirSync(root).filter((file) => file.startsWith(`${NAME}.`) && file.endsWith('.node'))
  if (built.length === 0) stop('There is no binary yet: npm run build')
  for (const file of built) cpSync(join(root, file), join(artifacts, file))
  const platforms = layOut(out)
  for (const folder of platforms) {
    const binary = join(artifacts, JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).main)
    if (!existsSync(binary)) writeFileSync(binary, '')
  }
  fill(out, artifacts)
  return [...platforms, out]
}

/** Makes an empty project that installs from the local registry only. */
function project(name) {
  const folder = join(work, name)
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name, private: true }))
  writeFileSync(
    join(folder, '.npmrc'),
    `registry=${registry.url}\naudit=false\nfund=false\nupdate-notifier=false\n`,
  )
  for (const [file, code] of Object.entries(CODE)) writeFileSync(join(folder, file), code)
  return folder
}

/** Installs another Node.js in a folder of its own. */
function fromNpm(major) {
  const folder = join(work, `node-${major}`)
  mkdirSync(folder)
  return nodeFromNpm(major, folder)
}

/** Runs npm while the registry in this process answers it. */
async function npmIn(folder, ...args) {
  const options = { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'], shell: process.platform === 'win32' }
  const [status] = await once(spawn('npm', [...args, '--loglevel=error'], options), 'exit')
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}`)
}

/** Requires and imports the package, and runs its command. */
function tryUnder(node, folder) {
  const command = join('node_modules', NAME, 'bin', `${NAME}.mjs`)
  const said = [['run.cjs'], ['run.mjs'], [command, '--version']].map((args) =>
    output(node, args, { cwd: folder }).trim(),
  )
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const [, major] = /^(v\d+)\./.exec(said[0]) ?? []
  const expected = [/^v\S+ library\/nginx NETWORK$/, /^v\S+( library\/redis){3}$/, new RegExp(`^${version}$`)]
  const wrong = said.filter((line, index) => !expected[index].test(line))
  if (wrong.length > 0) throw new Error(`Under ${node}, the package said: ${wrong.join('; ')}`)
  say(`Node.js ${major}: required, imported and run as a command.`)
}
