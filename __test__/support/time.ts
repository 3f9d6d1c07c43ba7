import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Bytes of the mark and the version of the form in front of an entry of a cache's folder, and of the checksum behind it. */
const MARK = 8
const CHECKSUM = 32
/** What stands in the place of a time that never comes. */
const NEVER = 0xffff_ffff_ffff_ffffn

/** Makes everything in the folder of a cache older, as if so many milliseconds had passed. No cache may be using it. */
export function letTimePass(folder: string, milliseconds: number): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!name.endsWith('.entry')) continue
    const path = join(folder, name)
    const content = readFileSync(path).subarray(0, -CHECKSUM)
    for (const at of [MARK, MARK + 8]) {
      const time = content.readBigUInt64BE(at)
      if (time !== NEVER) content.writeBigUInt64BE(time - BigInt(milliseconds), at)
    }
    writeFileSync(path, Buffer.concat([content, createHash('sha256').update(content).digest()]))
  }
}
