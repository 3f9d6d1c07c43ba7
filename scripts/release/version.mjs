import { resolve } from 'node:path'
import { root, say, stop } from '../run.mjs'
import { notes, stated } from './stated.mjs'

const USAGE = `node scripts/release/version.mjs TAG [CHECKOUT]

Says whether a tag such as v1.2.3 may be released: every file that states the version of the package states that one, and
the changelog has a section for it.`

const SEMVER = /^\d+\.\d+\.\d+(-[\dA-Za-z.-]+)?$/

const [tag, checkout = root] = process.argv.slice(2)
if (!tag) stop(USAGE)
const version = tag.replace(/^v/, '')
const faults = faultsOf(resolve(checkout))
if (faults.length > 0)
  stop(`The tag ${tag} cannot be released:\n${faults.map((fault) => `- ${fault}`).join('\n')}`)
say(`The tag ${tag} is the version that is stated everywhere.`)

function faultsOf(folder) {
  if (!tag.startsWith('v') || !SEMVER.test(version))
    return ['It is no v followed by a version such as 1.2.3 or 1.2.3-rc.1.']
  const others = Object.entries(stated(folder)).filter(([, found]) => found !== version)
  const faults = others.map(([path, found]) => `${path} states ${found ?? 'no version'}.`)
  if (!notes(folder, version)) faults.push(`CHANGELOG.md has no text under a heading "## ${version}".`)
  return faults
}
