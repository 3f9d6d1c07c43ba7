import { TWENTY } from './sessions.mjs'

/** Default of the addon's `concurrency`. */
const HOST_LIMIT = 16
const MIB = 1024 * 1024

const noManifestGets = { text: 'no manifest GET', holds: (addon) => addon.manifestGets === 0 }
const noGithub = { text: 'no GitHub request', holds: (addon) => addon.github === 0 }
const oneGithubEach = {
  text: 'at most one GitHub request an image',
  holds: (addon) => addon.github <= TWENTY,
}
const withinLimit = {
  text: `at most ${HOST_LIMIT} at once at a host`,
  holds: (addon) => addon.mostAtOnce <= HOST_LIMIT,
}
const twoManifestGets = { text: 'at most 2 manifest GETs', holds: (addon) => addon.manifestGets <= 2 }
const depth = (most) => ({ text: `depth ${most}`, holds: (addon) => addon.depth <= most })

/**
 * Rows of the table. Each has the most that its wall time may be, as a ratio to the original's (`ratio`), further
 * bounds (`bounds`), and the row of the original that it is compared with if not its own (`beside`). `answersApart`
 * marks a row whose answers differ from that row's. `afar` has what holds through a wire: the most that the ratio may be
 * there, and the round trips of handshakes that nothing can hide (TCP and TLS with the first host of a call).
 */
export const rows = [
  {
    id: 'cold',
    title: 'one image, cold, new process',
    afar: { ratio: 0.4, handshakes: 2 },
    ratio: 0.4,
    bounds: [
      {
        text: 'no more requests than the original',
        holds: (addon, original) => original && addon.requests <= original.requests,
      },
      depth(6),
    ],
  },
  {
    id: 'again',
    title: 'the same instance again',
    afar: { ratio: 0.08, handshakes: 0 },
    ratio: 0.15,
    bounds: [noManifestGets, depth(1)],
  },
  {
    id: 'loop',
    title: 'twenty images in a loop of `getAvailableUpdates`',
    afar: { ratio: 0.36, handshakes: 4 },
    ratio: 0.42,
    bounds: [oneGithubEach],
  },
  {
    id: 'fallback',
    title: 'the same with `fallbackSourceRepo`',
    afar: { handshakes: 4 },
    ratio: 0.36,
    bounds: [oneGithubEach],
  },
  {
    id: 'jobs',
    title: 'the same loop again with a new instance (scope `process`)',
    afar: { handshakes: 0 },
    ratio: 0.15,
    bounds: [noManifestGets, { text: 'no token', holds: (addon) => addon.tokens === 0 }, noGithub],
  },
  {
    id: 'reports',
    title: 'twenty images by `checkImages`, reports by the default policy',
    afar: { handshakes: 2 },
    beside: 'loop',
    answersApart: true,
    ratio: 0.07,
    bounds: [withinLimit],
  },
  {
    id: 'batch',
    title: "the same by the original's policy",
    afar: { ratio: 0.038, handshakes: 2 },
    beside: 'loop',
    ratio: 0.07,
    bounds: [withinLimit],
  },
  {
    id: 'hub',
    title: 'a first check at Docker Hub',
    afar: { handshakes: 2 },
    bounds: [twoManifestGets],
  },
  {
    id: 'hub-report',
    title: 'the same as a report by the default policy',
    afar: { handshakes: 2 },
    beside: 'hub',
    answersApart: true,
    bounds: [twoManifestGets],
  },
  {
    id: 'disk',
    title: 'a new process with the disk cache warm',
    afar: { ratio: 0.18, handshakes: 2 },
    beside: 'cold',
    ratio: 0.25,
    bounds: [noManifestGets, { text: 'no blob GET', holds: (addon) => addon.blobGets === 0 }],
  },
  {
    id: 'vast',
    title: '`getAvailableUpdates` on 100,000 tags in 100 pages',
    afar: { handshakes: 2 },
    ratio: 1.1,
    bounds: [
      { text: 'main thread held 20 ms at most', holds: (addon) => addon.hold <= 20 },
      {
        text: "half of the original's growth",
        holds: (addon, original) => original && addon.growth <= original.growth / 2,
      },
    ],
  },
  { id: 'filter', title: '`filterCompatibleUpdates`, 10,000 tags', ratio: 0.4, bounds: [] },
  {
    id: 'load',
    title: '`require` of the package',
    bounds: [
      { text: 'under 15 ms', holds: (addon) => addon.wall < 15 },
      { text: 'under 12 MiB', holds: (addon) => addon.growth < 12 * MIB },
    ],
  },
]
