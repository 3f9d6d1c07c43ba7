/**
 * One registry of each hostile kind, or a good one if that is asked for, in a process of its own: what they cost themselves
 * is not measured.
 */

import { gzipSync } from 'node:zlib'
import faults from '../../testing/faults/index.js'
import registry from '../../testing/registry/index.js'

const { FaultServer, gzipBomb, healthy, LABELS, none, wire } = faults
const MIB = 1 << 20

const error = (code) => JSON.stringify({ errors: [{ code, message: 'so it is' }] })
/** A list of one-character tags that is followed by another one, for as long as it is asked for. */
const list = gzipSync(`{"tags":[${'"a",'.repeat(MIB)}"a"]}`)
const index = gzipSync(`{"schemaVersion":2,"manifests":[${'{},'.repeat(MIB)}{}]}`)

const endlessList = (socket, { answer, url }) => {
  const next = `${new URL(url, 'http://x').pathname}?last=${Math.random()}`
  const headers = {
    'Content-Type': 'application/json',
    'Content-Encoding': 'gzip',
    Link: `<${next}>; rel="next"`,
  }
  socket.write(answer.with({ status: 200, headers, body: list }).bytes())
}
const packed =
  (body) =>
  (socket, { answer }) => {
    const headers = { 'Content-Type': registry.MEDIA_TYPES.index, 'Content-Encoding': 'gzip' }
    socket.write(answer.with({ status: 200, headers, body }).bytes())
  }

/** What comes of every request to a hostile registry. */
const KINDS = {
  silence: () => wire.silence,
  'slow drip': () => wire.drip,
  reset: () => wire.reset,
  'end at any byte': () => wire.closeAnywhere,
  'endless body': () => wire.endlessBody,
  'endless header': () => wire.endlessHeader,
  'endless interim answers': () => wire.endlessPatience,
  'gzip bomb': () => wire.coded('gzip', gzipBomb),
  'redirect to itself': () => wire.redirect((origin, url) => origin + url),
  'web page': () => wire.text('<title>Log in</title>', 'text/html'),
  'JSON of another shape': () => wire.text('{"status":"ok"}'),
  'error with status 200': () => wire.text(error('DENIED')),
  'rate limit with status 200': () => wire.text(error('TOOMANYREQUESTS')),
  'storm of 503': () => wire.status(503),
  'endless list': (url) => (url.includes('/tags/') ? endlessList : wire.reset),
  'a million empty entries': () => packed(index),
}

const image = registry.singlePlatformImage({ labels: LABELS })
const served = process.argv[2] === 'good' ? { good: () => none } : KINDS
const origins = {}
for (const [kind, fault] of Object.entries(served)) {
  origins[kind] = (await FaultServer.start(fault, healthy(image))).origin
}
process.on('disconnect', () => process.exit())
process.send(origins)
