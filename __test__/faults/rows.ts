import { gzipSync } from 'node:zlib'
import type { ErrorCode } from '../..'
import { brotliBomb, type Fault, gzipBomb, none, wire, zstdBomb } from '../../testing/faults'
import type { HandshakeFault, StreamFault } from './support/tls'

/** A fault of everything that a server sends, and what the methods make of it. */
export interface Row {
  fault: string
  /** Where the fault lies; a URL is a server of which nothing is known but that. */
  at:
    | { wire: Fault }
    | { stream: StreamFault }
    | { token: Fault }
    | { manifests: Fault }
    | { handshake: HandshakeFault }
    | { url: string }
    | { tls: 'unknown authority' | 'wrong name' }
  /** The code of those that reject, and whether it is transient; absent if the fault does no harm. */
  code?: ErrorCode
  transient?: boolean
  /** Methods that have their answer all the same. */
  unharmed?: string[]
  /** What single methods make of it, where that is something else. */
  cells?: Record<string, string>
}

const HTML = '<!doctype html><title>Welcome to Hotel Wi-Fi</title><form action="/login">'
const DEEP = `{"x":${'['.repeat(100_000)}`
const goAway: StreamFault = ({ session }) => {
  session?.goaway(2)
  setImmediate(() => session?.destroy())
}
const network = { code: 'NETWORK', transient: true } as const
const late = { code: 'TIMEOUT', transient: true } as const
const odd = { code: 'BAD_RESPONSE', transient: false } as const
const portal = { code: 'BAD_RESPONSE', transient: true } as const
const large = { code: 'TOO_LARGE', transient: false } as const
const failing = { code: 'REGISTRY_ERROR', transient: true } as const
const refused = { code: 'REGISTRY_ERROR', transient: false } as const
/** Architectures that cannot be found out are taken for supported, as ever. */
const lessSure = { cells: { getAvailableUpdates: 'no page' } }
/** Methods that ask GitHub's API only. */
const GITHUB = ['detectReleaseTagPrefix', 'listReleases']
/** HEAD has no body that could be wrong. */
const bodiless = { unharmed: ['getDigest'] }
/** Of GitHub, only the status counts. */
const inBody = { unharmed: ['getDigest', 'detectReleaseTagPrefix'] }

/** Words of an error where there should be an answer. */
const refused200 = (code: string) => JSON.stringify({ errors: [{ code, message: 'so it is' }] })

const onWire = (fault: string, wire: Fault, expected: Omit<Row, 'fault' | 'at'>): Row => ({
  fault,
  at: { wire },
  ...expected,
})

const onManifests = (fault: string, manifests: Fault, expected: Omit<Row, 'fault' | 'at'>): Row => ({
  fault,
  at: { manifests },
  unharmed: ['listTags', ...GITHUB],
  ...expected,
})

const onToken = (fault: string, token: Fault, expected: Omit<Row, 'fault' | 'at'>): Row => ({
  fault,
  at: { token },
  unharmed: GITHUB,
  ...expected,
})

export const ROWS: Row[] = [
  onWire('none', none, {}),
  { fault: 'no server', at: { url: 'http://127.0.0.1:1' }, ...network },
  { fault: 'unknown name', at: { url: 'https://nowhere.invalid' }, ...network },
  onWire('reset before the answer', wire.reset, network),
  onWire('reset at any byte', wire.resetAnywhere, network),
  onWire('end at any byte', wire.closeAnywhere, network),
  onWire('silence', wire.silence, late),
  onWire('last byte missing', wire.stall, late),
  onWire('slow drip', wire.drip, late),
  onWire('endless body', wire.endlessBody, { ...large, ...bodiless }),
  onWire('endless header', wire.endlessHeader, large),
  onWire('endless interim answers', wire.endlessPatience, late),
  onWire(
    '300 header fields',
    wire.header(Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`X-${index}`, 'x']))),
    large,
  ),
  onWire('header of 100 KB', wire.header({ 'X-Large': 'x'.repeat(100_000) }), large),
  onWire('stated length too long', wire.header({ 'Content-Length': '100000' }), { ...network, ...bodiless }),
  onWire('stated length too short', wire.header({ 'Content-Length': '20' }), { ...portal, ...inBody }),
  onWire('two stated lengths', wire.header({ 'Content-Length': ['20', '21'] }), { ...network, ...bodiless }),
  onWire('stated length that is no number', wire.header({ 'Content-Length': '-1' }), {
    ...network,
    ...bodiless,
  }),
  onWire(
    'chunks of no size',
    wire.says('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx'),
    network,
  ),
  onWire('another protocol', wire.says('SSH-2.0-OpenSSH_9.2p1\r\n'), network),
  onWire(
    'body that is not gzip',
    wire.coded('gzip', (body) => body),
    { ...portal, ...bodiless },
  ),
  onWire(
    'gzip without its end',
    wire.coded('gzip', (body) => gzipSync(body).subarray(0, -12)),
    { ...portal, ...bodiless },
  ),
  onWire(
    'unknown coding',
    wire.coded('rot13', (body) => Buffer.from(body.toString('base64'))),
    { ...portal, ...inBody },
  ),
  onWire('gzip bomb', wire.coded('gzip', gzipBomb), { ...large, ...bodiless }),
  onWire('brotli bomb', wire.coded('br', brotliBomb), { ...portal, ...inBody }),
  onWire('zstd bomb', wire.coded('zstd', zstdBomb), { ...portal, ...inBody }),
  onWire('storm of 429', wire.status(429, { 'Retry-After': '0' }), { code: 'RATE_LIMITED', transient: true }),
  onWire('429 for a day', wire.status(429, { 'Retry-After': '86400' }), {
    code: 'RATE_LIMITED',
    transient: true,
  }),
  ...[500, 502, 503, 504].map((code) => onWire(`storm of ${code}`, wire.status(code), failing)),
  onWire('401 without a challenge', wire.status(401), { code: 'AUTH_FAILED', transient: false }),
  onWire('404 for everything', wire.status(404), {
    code: 'NOT_FOUND',
    transient: false,
    cells: { inspectUpdate: '[false,null]' },
  }),
  onWire('204 for everything', wire.status(204), { ...portal, unharmed: ['detectReleaseTagPrefix'] }),
  onWire('304 unasked', wire.status(304), refused),
  onWire(
    'redirect to itself',
    wire.redirect((origin) => `${origin}/x`),
    large,
  ),
  onWire(
    'redirect to what is no URL',
    wire.redirect(() => 'http://['),
    portal,
  ),
  onWire(
    'redirect to another protocol',
    wire.redirect(() => 'ftp://127.0.0.1/'),
    portal,
  ),
  onWire(
    'redirect to a metadata service',
    wire.redirect(() => 'http://169.254.169.254/latest'),
    portal,
  ),
  onWire('captive portal', wire.text(HTML, 'text/html'), portal),
  onWire('captive portal by 511', wire.status(511, { 'Content-Type': 'text/html' }, HTML), failing),
  onWire('other bytes than the digest says', wire.otherBytes, {
    ...portal,
    unharmed: ['listTags', 'getDigest', 'getPlatforms', 'checkArchSupport', ...GITHUB],
    cells: { getAvailableUpdates: 'no page' },
  }),
  onToken('token service: silence', wire.silence, late),
  onToken('token service: storm of 503', wire.status(503), failing),
  onToken('token service: captive portal', wire.text(HTML, 'text/html'), portal),
  onToken('token service: no token', wire.text('{}'), { code: 'AUTH_FAILED', transient: false }),
  onToken('token service: a token that is no text', wire.text('{"token":{}}'), odd),
  onToken('token service: a token with a line break', wire.text('{"token":"a\\r\\nb: c"}'), {
    code: 'AUTH_FAILED',
    transient: false,
  }),
  onToken('token service: endless body', wire.endlessBody, large),
  onManifests('manifests: reset', wire.reset, { ...network, ...lessSure }),
  onManifests('manifests: storm of 503', wire.status(503), { ...failing, ...lessSure }),
  onManifests('manifests: captive portal', wire.text(HTML, 'text/html'), { ...portal, ...lessSure }),
  onManifests('manifests: not found', wire.status(404), {
    code: 'NOT_FOUND',
    transient: false,
    // A tag without a manifest is none to move to.
    cells: {
      ...lessSure.cells,
      checkImage: 'nothing',
      checkImages: 'nothing',
      inspectUpdate: '[false,null]',
    },
  }),
  onWire('JSON object of another shape', wire.text('{"status":"ok"}'), {
    ...odd,
    unharmed: ['detectReleaseTagPrefix'],
  }),
  onWire('error document with status 200', wire.text(refused200('DENIED')), {
    ...odd,
    unharmed: ['detectReleaseTagPrefix'],
  }),
  onWire('rate limit with status 200', wire.text(refused200('TOOMANYREQUESTS')), {
    code: 'RATE_LIMITED',
    transient: true,
    unharmed: ['detectReleaseTagPrefix'],
  }),
  onWire('JSON of another shape', wire.text('[1, 2]'), { ...odd, unharmed: ['detectReleaseTagPrefix'] }),
  onWire('JSON that is nested too deeply', wire.text(DEEP), {
    ...portal,
    unharmed: ['detectReleaseTagPrefix'],
    cells: { listReleases: 'BAD_RESPONSE, final' },
  }),
  { fault: 'unknown authority', at: { tls: 'unknown authority' }, ...network },
  { fault: 'wrong name in the certificate', at: { tls: 'wrong name' }, ...network },
  { fault: 'reset in the handshake', at: { handshake: (socket) => socket.resetAndDestroy() }, ...network },
  { fault: 'silence in the handshake', at: { handshake: () => {} }, ...late },
  {
    fault: 'plain text on the TLS port',
    at: { handshake: (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') },
    ...network,
  },
  { fault: 'HTTP/2 without a fault', at: { stream: (_, answer) => answer() } },
  { fault: 'GOAWAY', at: { stream: goAway }, ...network },
  { fault: 'RST_STREAM', at: { stream: (stream) => stream.close(2) }, ...network },
  {
    fault: 'RST_STREAM in the body',
    at: {
      stream: (stream) => {
        stream.respond({ ':status': 200 })
        stream.write('{', () => stream.destroy(new Error('RST_STREAM')))
      },
    },
    ...network,
  },
]
