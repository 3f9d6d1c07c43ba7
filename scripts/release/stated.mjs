import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Returns the npm tag of a version. An install without a version must not get a prerelease. */
export function npmTag(version) {
  return isPrerelease(version) ? 'next' : 'latest'
}

export function isPrerelease(version) {
  const [withoutBuild] = version.split('+')
  return withoutBuild.includes('-')
}

/**
 * Returns every place that states the version of the package, with its text; `undefined` if it states none.
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
 * Returns the changelog's text about a version; `undefined` if there is none.
 *
 * @param {string} root the top level of a checkout
 */
export function notes(root, version) {
  const sections = readFileSync(join(root, 'CHANGELOG.md'), 'utf8').split(/^## /m)
  const section = sections.find((text) => text.split(/\s/, 1)[0] === version)
  return section?.slice(section.indexOf('\n')).trim() || undefined
}
