const HEAD = Buffer.from('\x7fELF\x02\x01', 'latin1')
const SECTION_VERSIONS_NEEDED = 0x6ffffffe

/**
 * Returns the versions of symbols that a shared library needs of others, say `{ library: 'libc.so.6', version:
 * 'GLIBC_2.17' }`.
 *
 * They stand in the section `.gnu.version_r` (System V ABI and Linux Standard Base, "Symbol Versioning"): a chain of
 * entries by library, each with a chain of versions. Names stand in the section that `sh_link` names.
 *
 * @param {Buffer} file the library
 * @throws Error for a file that is not ELF, 64-bit and little-endian
 */
export function versionsNeeded(file) {
  if (!file.subarray(0, 6).equals(HEAD)) throw new Error('no 64-bit little-endian ELF file')
  const sections = sectionsOf(file)
  const needed = sections.find(({ type }) => type === SECTION_VERSIONS_NEEDED)
  if (!needed) return []
  const name = (offset) => textAt(file, sections[needed.link].offset + offset)
  return chain(file, needed.offset, 12).flatMap((library) => {
    const versions = chain(file, library + file.readUInt32LE(library + 8), 12)
    return versions.map((version) => ({
      library: name(file.readUInt32LE(library + 4)),
      version: name(file.readUInt32LE(version + 8)),
    }))
  })
}

function sectionsOf(file) {
  const start = Number(file.readBigUInt64LE(40))
  const size = file.readUInt16LE(58)
  return Array.from({ length: file.readUInt16LE(60) }, (_, index) => {
    const header = start + index * size
    return {
      type: file.readUInt32LE(header + 4),
      offset: Number(file.readBigUInt64LE(header + 24)),
      link: file.readUInt32LE(header + 40),
    }
  })
}

/** Returns the offsets of a chain's entries. Each states at `next` the distance to the next one; 0 ends the chain. */
function chain(file, first, next) {
  const offsets = []
  for (let offset = first, step = -1; step !== 0; offset += step) {
    offsets.push(offset)
    step = file.readUInt32LE(offset + next)
  }
  return offsets
}

function textAt(file, offset) {
  return file.toString('latin1', offset, file.indexOf(0, offset))
}
