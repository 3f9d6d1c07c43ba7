import edge from 'edge.js'

/** Bytes as people read them. */
edge.global('megabytes', (bytes: number) => `${Math.max(1, Math.round(bytes / 1_000_000))} MB`)
