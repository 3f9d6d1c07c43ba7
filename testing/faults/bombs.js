'use strict'

const { brotliCompressSync, gzipSync } = require('node:zlib')

/** Unpacked bytes of each bomb. They are blanks, which JSON allows anywhere. */
const UNPACKED = 9 * 1024 * 1024

const BLANKS = Buffer.alloc(UNPACKED, ' ')
/** Most bytes that one block of Zstandard may unpack to (RFC 8878, section 3.1.1.2.4). */
const ZSTD_BLOCK = 128 * 1024

const gzipBomb = () => gzipSync(BLANKS)

const brotliBomb = () => brotliCompressSync(BLANKS)

/** Builds a Zstandard frame by hand, of blocks that each repeat one byte (RFC 8878, section 3.1.1). */
function zstdBomb() {
  const count = UNPACKED / ZSTD_BLOCK
  // The header states a window of 128 KiB, and neither length nor checksum.
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 7 << 3])
  const blocks = Array.from({ length: count }, (_, index) => {
    const isLast = index === count - 1
    const block = Buffer.alloc(4, ' ')
    block.writeUIntLE((ZSTD_BLOCK << 3) | (1 << 1) | Number(isLast), 0, 3)
    return block
  })
  return Buffer.concat([head, ...blocks])
}

module.exports = { UNPACKED, brotliBomb, gzipBomb, zstdBomb }
