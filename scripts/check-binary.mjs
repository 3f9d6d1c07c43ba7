import { readFileSync } from 'node:fs'
import { versionsNeeded } from './elf.mjs'
import { say, stop } from './run.mjs'

// The oldest glibc of a maintained system, which is RHEL 8.
const GLIBC = [2, 28]
const MAX_BYTES = 7 * 1024 * 1024

const files = process.argv.slice(2)
if (files.length === 0)
  stop('node scripts/check-binary.mjs FILE.node...   size, and which C library it needs')
const faults = files.flatMap(faultsOf)
if (faults.length > 0) stop(faults.join('\n'))

function faultsOf(path) {
  const file = readFileSync(path)
  const faults = []
  if (file.length > MAX_BYTES) faults.push(`${path} has ${file.length} bytes, more than ${MAX_BYTES}.`)
  const isGnu = path.includes('-gnu')
  const versions = isGnu ? glibcVersions(file) : []
  const newest = versions.at(-1)
  if (newest && compare(newest, GLIBC) > 0) {
    faults.push(
      `${path} needs glibc ${newest.join('.')}, newer than ${GLIBC.join('.')}: have zig link it by scripts/build.mjs --target.`,
    )
  }
  if (path.includes('-msvc') && /VCRUNTIME\d+\.dll/i.test(file.toString('latin1'))) {
    faults.push(
      `${path} needs Visual C++'s runtime, which Windows does not have by itself: link it with +crt-static.`,
    )
  }
  say(`${path}: ${file.length} bytes${newest ? `, glibc ${newest.join('.')}` : ''}`)
  return faults
}

/** Returns the versions of glibc that the binary's symbols need, oldest first. */
function glibcVersions(file) {
  const names = versionsNeeded(file).flatMap(({ version }) => /^GLIBC_(\d.*)$/.exec(version)?.[1] ?? [])
  return names.map((name) => name.split('.').map(Number)).sort(compare)
}

function compare(a, b) {
  return a[0] - b[0] || a[1] - b[1] || (a[2] ?? 0) - (b[2] ?? 0)
}
