import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { output, root } from '../run.mjs'

const FOLDER = join(root, 'target/debian')
const LISTS = join(FOLDER, 'lists')

/**
 * Unpacks packages of Debian or Ubuntu, of any architecture, into a folder. Nothing is installed, no rights are needed,
 * and the machine's own apt stays as it is.
 *
 * @param {string[]} names say `libc6:arm64`
 * @param {string} folder target folder; it is left alone if it has the packages already
 */
export function unpack(names, folder) {
  const done = join(folder, '.unpacked')
  if (existsSync(done) && readFileSync(done, 'utf8') === names.join('\n')) return
  const packages = join(folder, '.packages')
  mkdirSync(packages, { recursive: true })
  refresh()
  apt(['download', ...names], packages)
  for (const name of readdirSync(packages).filter((file) => file.endsWith('.deb'))) {
    output('dpkg', ['-x', join(packages, name), folder])
  }
  writeFileSync(done, names.join('\n'))
}

/**
 * Returns the newest version of a package whose name contains its version.
 *
 * @param {string} beginning the name before the version
 */
export function newestNamed(beginning) {
  refresh()
  const names = apt(['pkgnames', beginning], FOLDER, 'apt-cache')
    .split('\n')
    .filter((name) => /^[\d.]+$/.test(name.slice(beginning.length)))
  const [newest] = names.sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  if (!newest) throw new Error(`No package in the lists is named ${beginning} and a version.`)
  return newest
}

function refresh() {
  if (existsSync(LISTS)) return
  mkdirSync(join(LISTS, 'partial'), { recursive: true })
  apt(['update', '-qq'], FOLDER)
}

function apt(args, cwd, program = 'apt-get') {
  const settings = [
    'APT::Architecture=amd64',
    'APT::Architectures=amd64,arm64',
    'APT::Sandbox::User=root',
    `Dir::State::Lists=${LISTS}`,
    `Dir::Cache=${FOLDER}/cache`,
    ...ubuntu(),
  ]
  mkdirSync(join(FOLDER, 'cache/archives/partial'), { recursive: true })
  return output(program, [...settings.map((setting) => `-o${setting}`), ...args], { cwd })
}

/** Ubuntu has its packages for arm64 on another server than those for amd64. */
function ubuntu() {
  const release = readFileSync('/etc/os-release', 'utf8')
  if (!/^ID=ubuntu$/m.test(release)) return []
  const [, name] = /^VERSION_CODENAME=(\w+)$/m.exec(release) ?? []
  const list = join(FOLDER, 'ubuntu.list')
  const lines = [
    ['amd64', 'http://archive.ubuntu.com/ubuntu'],
    ['arm64', 'http://ports.ubuntu.com/ubuntu-ports'],
  ].map(([arch, url]) => `deb [arch=${arch}] ${url} ${name} main universe`)
  writeFileSync(list, `${lines.join('\n')}\n`)
  return [`Dir::Etc::SourceList=${list}`, `Dir::Etc::SourceParts=${FOLDER}/none`]
}
