import { gzipSync } from 'node:zlib'
import faults from '../../testing/faults/index.js'
import registry from '../../testing/registry/index.js'

const { healthy } = faults
const { MEDIA_TYPES, multiPlatformImage, reply } = registry
const MIB = 1 << 20

const gzip = (text, type = 'application/json', headers = {}) =>
  reply(200, gzipSync(text), { 'Content-Type': type, 'Content-Encoding': 'gzip', ...headers })
const repeated = (text, bytes) => text.repeat(Math.floor(bytes / text.length))
const asked = (kind) => (request) => request.path.includes(`/${kind}/`)

/** Answers requests that `isMeant` selects with a shape, and all others as a registry without a fault. */
const shaped = (isMeant, answer) => {
  const site = healthy()
  return (request) => (isMeant(request) ? answer(request) : site(request))
}

const tag = (number) => `1.${number}.0-${'x'.repeat(100)}`
/** Sends pages of long tags, each with a next one. */
function endlessPages() {
  const page = gzipSync(JSON.stringify({ tags: Array.from({ length: 16_000 }, (_, number) => tag(number)) }))
  let number = 0
  return ({ path }) => {
    number += 1
    const Link = `<${path}?last=${number}>; rel="next"`
    return reply(200, page, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip', Link })
  }
}

const index = (entries) => `{"schemaVersion":2,"mediaType":"${MEDIA_TYPES.index}","manifests":[${entries}{}]}`
const manifest = (fields) =>
  `{"schemaVersion":2,"mediaType":"${MEDIA_TYPES.manifest}","config":{"digest":"sha256:${'0'.repeat(64)}","size":2},"layers":[]${fields}}`
const annotations = `,"annotations":{${repeated('"k":"v",', 4 * MIB - 1000)}"z":"z"}`
const image = multiPlatformImage({ platforms: ['linux/amd64'] })
const entry = JSON.stringify(JSON.parse(image.root.body).manifests[0])
const manifests = (text, type = MEDIA_TYPES.index) => shaped(asked('manifests'), () => gzip(text, type))

/** Shapes that cost memory in the check of one image. `isList` marks shapes whose tag list counts too. */
export const SHAPES = {
  'nothing special': { site: () => healthy() },
  'endless pages of long tags': { site: () => shaped(asked('tags'), endlessPages()), isList: true },
  'one page of 15 million tags of one character': {
    site: () => shaped(asked('tags'), () => gzip(`{"tags":[${repeated('"1",', 60 * MIB)}"1"]}`)),
    isList: true,
  },
  'one page of 60,000 versions': {
    site: () => {
      const tags = Array.from({ length: 60_000 }, (_, number) => tag(number))
      return shaped(asked('tags'), () => gzip(JSON.stringify({ name: 'team/app', tags })))
    },
    isList: true,
  },
  'a page nested 30 million deep': {
    site: () => shaped(asked('tags'), () => gzip(`{"tags":${'['.repeat(30 * MIB)}`)),
  },
  'an index of 4 MiB of empty entries': { site: () => manifests(index(repeated('{},', 4 * MIB - 1000))) },
  'an index of 4 MiB of real entries': {
    site: () => manifests(index(repeated(`${entry},`, 4 * MIB - 1000))),
  },
  'a manifest of 4 MiB of empty layers': {
    site: () =>
      manifests(
        manifest('').replace('"layers":[]', `"layers":[${repeated('{},', 4 * MIB - 1000)}{}]`),
        MEDIA_TYPES.manifest,
      ),
  },
  'a manifest of 4 MiB of annotations': {
    site: () => manifests(manifest(annotations), MEDIA_TYPES.manifest),
  },
  'a config of 8 MiB of labels': {
    site: () =>
      shaped(asked('blobs'), () =>
        gzip(`{"config":{"Labels":{${repeated('"k":"v",', 8 * MIB - 1000)}"z":"z"}}}`),
      ),
  },
  'a token service of 60 MiB': {
    site: () =>
      shaped(
        ({ path, headers }) => path === '/token' || headers.authorization === undefined,
        ({ path }) =>
          path === '/token'
            ? gzip(`{"token":"${repeated('x', 60 * MIB)}"}`)
            : reply(401, '', { 'WWW-Authenticate': 'Bearer realm="/token"' }),
      ),
  },
  'an error of 60 MiB of words': {
    site: () =>
      shaped(asked('tags'), () => ({
        ...gzip(`{"errors":[{"code":"X","message":"${repeated('x', 60 * MIB)}"}]}`),
        status: 500,
      })),
  },
}
