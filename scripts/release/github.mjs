import { spawnSync } from 'node:child_process'
import { root, run, stop } from '../run.mjs'
import { isPrerelease, notes } from './stated.mjs'

const USAGE = `node scripts/release/github.mjs TAG FILE...

Makes the release of a tag on GitHub, with what the changelog says and with the files; one that is there already gets the
files again. Needs GitHub's gh.`

const [tag, ...files] = process.argv.slice(2)
if (files.length === 0) stop(USAGE)
const version = tag.replace(/^v/, '')
const { status, error } = spawnSync('gh', ['release', 'view', tag], { cwd: root, stdio: 'ignore' })
if (error) stop(`gh could not be started: ${error.message}`)
if (status !== 0) {
  const kind = isPrerelease(version) ? ['--prerelease'] : []
  run('gh', [
    'release',
    'create',
    tag,
    '--verify-tag',
    '--title',
    tag,
    '--notes',
    notes(root, version) ?? '',
    ...kind,
  ])
}
run('gh', ['release', 'upload', tag, '--clobber', ...files])
