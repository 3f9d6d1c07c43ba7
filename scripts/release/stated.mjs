import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The tag that a version has in npm: who installs without naming a version gets no prerelease. */
export function npmTag(version) {
  return isPrerelease(version) ? 'next' : 'latest'
}

export function isPrerelease(version) {
  const [withoutBuild] = version.split('+')
  return withoutBuild.includes('-')
}

/**
 * Every place that states the version of the package, with what stands there; `undefined` where nothing does.
 *
 * @param {string} root the top level of a checkout
 */
export function stated(root) {
  const text = (path) => readFileSync(join(root, path), 'utf8')
  const { name, version } = JSON.parse(text('package.json'))
  const lock = JSON.parse(text('package-lock.json'))
  return {
    'package.json': version,
    'package-lock.json': lock.version,
    'package-lock.json (packages)': lock.packages[''].version,
    'Cargo.toml': /^\[package\]$[^[]*?^version = "(.*)"$/m.exec(text('Cargo.toml'))?.[1],
    'Cargo.lock': new RegExp(`^name = "${name}"\nversion = "(.*)"$`, 'm').exec(text('Cargo.lock'))?.[1],
  }
}

/**
 * What the changelog says of a version; `undefined` if it says nothing.
 *
 * @param {string} root the top level of a checkout
 */
export function notes(root, version) {
  const sections = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').split(/^## /m)
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version)
  return section?.slice(section.indexOf('\n')).trim() || undefined
}
