import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { say, stop } from '../run.mjs'
import { npmTag } from './stated.mjs'

const USAGE = `node scripts/release/publish.mjs FOLDER [NPM-OPTION]...

Publishes what scripts/assemble.mjs laid out in FOLDER: the packages of the platforms first, then the package that names
them. A version that is published already is left as it is, so that a release that ended half way can be finished.`

// npm is a script on Windows, and only a shell starts it.
const shell = process.platform === 'win32'

const [folder, ...options] = process.argv.slice(2)
if (!folder || folder.startsWith('-')) stop(USAGE)
for (const one of packagesIn(resolve(folder))) publish(one)

function packagesIn(out) {
  const platforms = join(out, 'npm')
  if (!existsSync(platforms)) stop(`${out} has no folder npm with the packages of the platforms.`)
  return [...readdirSync(platforms).map((name) => join(platforms, name)), out]
}

function publish(cwd) {
  const { name, version } = JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8'))
  if (isPublished(name, version)) return say(`${name}@${version} is published already.`)
  const tag = npmTag(version)
  const { status, error } = spawnSync('npm', ['publish', '--tag', tag, ...options], {
    cwd,
    stdio: 'inherit',
    shell,
  })
  if (error) stop(`npm could not be started: ${error.message}`)
  if (status !== 0) stop(`${name}@${version} could not be published: npm publish ended with ${status}.`)
  say(`${name}@${version} is published with the tag ${tag}.`)
}

/** Only npm's own "not found" shows that a version is not published. Any other failure ends the release. */
function isPublished(name, version) {
  const asked = ['view', `${name}@${version}`, 'version', '--json', '--prefer-online']
  const { status, error, stdout, stderr } = spawnSync('npm', asked, { encoding: 'utf8', shell })
  if (error) stop(`npm could not be started: ${error.message}`)
  if (status === 0) return stdout.trim() !== ''
  if (/"code": "E404"/.test(stdout)) return false
  stop(`Whether ${name}@${version} is published could not be found out:\n${stdout}${stderr}`)
}
