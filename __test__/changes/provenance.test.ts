import type { InspectOptions, UpdatePolicy } from '../..'
import {
  type BuiltImage,
  content,
  descriptor,
  json,
  MEDIA_TYPES,
  multiPlatformImage,
  type Repository,
  reply,
  singlePlatformImage,
} from '../../testing/registry'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const IMAGE = `${HOST}/${NAME}`
const INDEX = MEDIA_TYPES.index as string
const MANIFEST = MEDIA_TYPES.manifest as string
const BUNDLE = 'application/vnd.dev.sigstore.bundle.v0.3+json'
const SLSA = 'https://slsa.dev/provenance/v1'
const SPDX = 'https://spdx.dev/Document'

const image = (salt: string, attestations = false) =>
  multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], salt, attestations, labels: { salt } })
const tagOf = ({ root }: BuiltImage, suffix = '') => root.digest.replace(':', '-') + suffix

/** A manifest of something beside an image. */
const beside = (artifactType: string, annotations = {}) =>
  content(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, artifactType, annotations, layers: [] })
const entry = (artifactType: string, annotations?: object) => ({
  ...descriptor(beside(artifactType, annotations)),
  artifactType,
  ...(annotations && { annotations }),
})
const list = (...manifests: object[]) => ({ schemaVersion: 2, mediaType: INDEX, manifests })

/** A manifest of cosign's whose layers state these predicates. */
function attestation(name: string, ...predicates: string[]) {
  const layers = predicates.map((predicate) => ({
    mediaType: 'application/vnd.dsse.envelope.v1+json',
    digest: `sha256:${'1'.repeat(64)}`,
    size: 1,
    annotations: { [name]: predicate },
  }))
  const config = { mediaType: MEDIA_TYPES.config, digest: `sha256:${'2'.repeat(64)}`, size: 1 }
  const root = content(MANIFEST, { schemaVersion: 2, mediaType: MANIFEST, config, layers })
  return { root, contents: [root] }
}

interface World {
  /** Puts what stands beside the image of 1.1.0. */
  put?: (repository: Repository, image: BuiltImage) => void
  /** The answer of the referrers API about that image; the registry has none if this is left out. */
  api?: object
  options?: InspectOptions
  target?: BuiltImage
}

async function inspect({ put, api, options, target = image('new') }: World) {
  const registry = await fakes.registry()
  const repository = registry.repository(NAME).push('1.0.0', image('old')).push('1.1.0', target)
  put?.(repository, target)
  const route = `GET /v2/${NAME}/referrers/${target.root.digest}`
  registry.server.always(route, api ? json(api, { 'Content-Type': INDEX }) : reply(404, '404 page not found'))
  const { service, logger } = serviceOn({ registry })
  const ask = () =>
    service.inspectUpdate(`${IMAGE}:1.0.0`, '1.1.0', { arch: 'amd64', provenance: true, ...options })
  return { inspection: await ask(), registry, ask, logger }
}

const NOTHING = { signatures: [], sbom: false, provenance: false }
const cosign = (digest: unknown) => ({ kind: 'cosign', digest, verified: false })

describe('inspectUpdate with provenance', () => {
  test('finds nothing beside a bare image', async () => {
    expect((await inspect({ api: list() })).inspection).toMatchObject(NOTHING)
    expect((await inspect({})).inspection).toMatchObject(NOTHING)
  })

  test('finds what cosign pushes under its tags', async () => {
    const signature = singlePlatformImage({ salt: 'signature' })
    const { inspection } = await inspect({
      put: (repository, target) => {
        repository.put(tagOf(target, '.sig'), signature)
        repository.put(tagOf(target, '.att'), attestation('predicateType', SLSA))
        repository.put(tagOf(target, '.sbom'), singlePlatformImage({ salt: 'sbom' }))
      },
    })
    expect(inspection).toMatchObject({
      signatures: [cosign(signature.root.digest)],
      sbom: true,
      provenance: true,
    })
  })

  const REFERRERS = list(
    entry('application/vnd.cncf.notary.signature'),
    entry(BUNDLE, { 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' }),
    entry(BUNDLE, { 'dev.sigstore.bundle.predicateType': SLSA }),
    entry('application/spdx+json'),
    entry('application/vnd.example'),
  )
  const FOUND = {
    signatures: [
      { kind: 'notation', digest: expect.stringMatching(/^sha256:/), verified: false },
      cosign(expect.stringMatching(/^sha256:/)),
    ],
    sbom: true,
    provenance: true,
  }

  test('finds referrers by the API', async () => {
    expect((await inspect({ api: REFERRERS })).inspection).toMatchObject(FOUND)
  })

  test('finds referrers by their tag where there is no API', async () => {
    const root = content(INDEX, REFERRERS)
    const put = (repository: Repository, target: BuiltImage) => {
      repository.put(tagOf(target), { root, contents: [root] })
    }
    expect((await inspect({ put })).inspection).toMatchObject(FOUND)
  })

  test('reads what a client has listed by the type of an empty config, and the manifest where no word says more', async () => {
    const annotations = { 'dev.sigstore.bundle.predicateType': 'https://sigstore.dev/cosign/sign/v1' }
    const bundle = beside(BUNDLE, annotations)
    const listed = { ...descriptor(bundle), artifactType: 'application/vnd.oci.empty.v1+json' }
    for (const [each, gets] of [
      [{ ...listed, annotations }, 0],
      [listed, 1],
    ] as const) {
      const root = content(INDEX, list(each))
      const put = (repository: Repository, target: BuiltImage) => {
        repository
          .put(tagOf(target), { root, contents: [root] })
          .put('bundle', { root: bundle, contents: [bundle] })
      }
      const { inspection, registry } = await inspect({ put })
      expect(inspection).toMatchObject({
        signatures: [cosign(bundle.digest)],
        sbom: false,
        provenance: false,
      })
      const asked = registry.server.requests.filter(({ path }) => path.endsWith(bundle.digest))
      expect(asked.map(({ method }) => method)).toEqual(Array(gets).fill('GET'))
    }
  })

  test('takes a bundle for a signature only by the predicate of one', async () => {
    const api = list(
      entry(BUNDLE, { 'dev.sigstore.bundle.predicateType': SLSA }),
      entry(BUNDLE, { 'dev.sigstore.bundle.content': 'dsse-envelope' }),
    )
    const { inspection } = await inspect({ api })
    expect(inspection).toMatchObject({ signatures: [], provenance: true })
  })

  test('finds attestations in the index, those of the machine’s image', async () => {
    const bare = image('new')
    const index = JSON.parse(bare.root.body)
    const [amd64, arm64] = index.manifests
    const statements = attestation('in-toto.io/predicate-type', SLSA, SPDX)
    const of = (about: { digest: string }) => ({
      ...descriptor(statements.root),
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.type': 'attestation-manifest',
        'vnd.docker.reference.digest': about.digest,
      },
    })
    const withAttestation = (about: { digest: string }): BuiltImage => {
      const root = content(INDEX, { ...index, manifests: [amd64, arm64, of(about)] })
      const manifests = [root, ...bare.manifests.slice(1), statements.root]
      return { root, manifests, blobs: bare.blobs, contents: [...manifests, ...bare.blobs] }
    }
    const found = async (target: BuiltImage) => (await inspect({ target, api: list() })).inspection
    expect(await found(withAttestation(amd64))).toMatchObject({
      signatures: [],
      sbom: true,
      provenance: true,
    })
    expect(await found(withAttestation(arm64))).toMatchObject(NOTHING)
  })

  test('follows the pages of the API', async () => {
    const registry = await fakes.registry()
    const target = image('new')
    registry.repository(NAME).push('1.0.0', image('old')).push('1.1.0', target)
    const path = `/v2/${NAME}/referrers/${target.root.digest}`
    const next = { Link: `<https://elsewhere.example${path}?page=2>; rel="next"` }
    registry.server.on(`GET ${path}`, json(list(), next))
    registry.server.on(`GET ${path}?page=2`, json(list(entry('application/vnd.cncf.notary.signature'))))
    const { service } = serviceOn({ registry })
    const { signatures } = await service.inspectUpdate(`${IMAGE}:1.0.0`, '1.1.0', {
      arch: 'amd64',
      provenance: true,
    })
    expect(signatures).toEqual([expect.objectContaining({ kind: 'notation' })])
  })

  test.each([
    ['a failure', reply(500)],
    ['a refusal', reply(403, '{}')],
    ['a document of another kind', json({ message: 'no' })],
  ])('says after %s that it does not know', async (_, answer) => {
    const registry = await fakes.registry()
    const target = image('new')
    registry.repository(NAME).push('1.0.0', image('old')).push('1.1.0', target)
    registry.server.always(`GET /v2/${NAME}/referrers/${target.root.digest}`, answer)
    const { service } = serviceOn({ registry }, { maxRetries: 0 })
    const inspection = await service.inspectUpdate(`${IMAGE}:1.0.0`, '1.1.0', {
      arch: 'amd64',
      provenance: true,
    })
    expect(inspection).not.toHaveProperty('signatures')
    expect(inspection.warnings?.join()).toMatch(/^What stands beside 1\.1\.0 is unknown: /)
  })

  test('asks for three tags and a list, and no manifest more than without', async () => {
    const { registry } = await inspect({ api: list() })
    const count = (what: RegExp) => registry.contentRoutes.filter((route) => what.test(route)).length
    const referrers = registry.server.requests.filter(({ path }) => path.includes('/referrers/'))
    // The first tag that is missing is asked for by GET, too, because some registries refuse HEAD.
    expect([count(/^HEAD /), count(/^GET .*\/manifests\//), referrers.length]).toEqual([3, 5, 1])
  })

  test('is not looked for by default', async () => {
    const { inspection, registry } = await inspect({ options: { provenance: false } })
    expect(inspection).not.toHaveProperty('signatures')
    expect(registry.server.requests.filter(({ path }) => /referrers|sha256-/.test(path))).toEqual([])
  })
})

describe('reports with provenance', () => {
  const SIGNED = [cosign(expect.any(String))]

  test('say what stands beside what runs and beside the newest versions', async () => {
    const { service } = await signed({ running: true, newer: ['1.1.0', '1.2.0'] })
    const report = await service.checkImage(`${IMAGE}:1.0.0`, { arch: 'amd64', provenance: true })
    expect(report.signatures).toEqual(SIGNED)
    expect(report.latest.minor).toMatchObject({ signatures: SIGNED, sbom: false })
  })

  test('ask for an image that is the newest of two tracks once', async () => {
    const { registry, service } = await signed({ running: true, newer: ['1.2.0'] })
    const report = await service.checkImage(`${IMAGE}:1.0.0`, { arch: 'amd64', provenance: true })
    expect(report.latest.minor).toEqual(report.latest.major)
    const asked = registry.server.requests.map(({ method, path }) => `${method} ${path}`)
    const beside = asked.filter((route) => /\/sha256-|referrers/.test(route))
    expect(new Set(beside).size).toBe(beside.length)
    // Two images: three tags of cosign each, and one list of referrers. Those that are missing are asked for by GET, too, until
    // one of them has shown that the registry answers HEAD as it answers GET.
    const count = (what: RegExp) => beside.filter((route) => what.test(route)).length
    expect([count(/^HEAD .*\/sha256-/), count(/referrers/)]).toEqual([6, 2])
  })

  test('know what stands beside what runs where nothing else asks about it', async () => {
    const { service } = await signed({ running: true, newer: ['1.2.0'] })
    const check = (tag: string) => service.checkImage(`${IMAGE}:${tag}`, { arch: 'amd64', provenance: true })
    // The first report remembers the source of the repository.
    await check('1.0.0')
    expect(await check('1.2.0')).toMatchObject({ status: 'up-to-date', signatures: SIGNED })
  })

  test('say that it is unknown where what runs is gone', async () => {
    const { service } = await signed({ running: true, newer: ['1.1.0'] })
    const report = await service.checkImage(`${IMAGE}:0.9.0`, { arch: 'amd64', provenance: true })
    expect(report).not.toHaveProperty('signatures')
    expect(report.warnings.join()).toMatch(/What stands beside 0\.9\.0 is unknown: it is gone/)
    expect(report.latest.major).toHaveProperty('signatures')
  })

  test.each<[string, boolean | undefined, boolean | undefined, boolean | undefined, boolean]>([
    ['by default', undefined, undefined, undefined, false],
    ['by the service', true, undefined, undefined, true],
    ['by the call', undefined, true, undefined, true],
    ['not, by the call', true, false, undefined, false],
    ['by the image', undefined, undefined, true, true],
    ['not, by the image', true, true, false, false],
  ])('of many images are asked for %s', async (_, own, call, each, expected) => {
    const { registry } = await signed({ running: true, newer: [] })
    const { service } = serviceOn({ registry }, own === undefined ? {} : { provenance: own })
    const images = [{ image: `${IMAGE}:1.0.0`, ...(each !== undefined && { provenance: each }) }]
    const options = { arch: 'amd64', ...(call !== undefined && { provenance: call }) }
    const [report] = await service.checkImages(images, options)
    expect(report?.signatures !== undefined).toBe(expected)
    for await (const watched of service.watchImages(images, options))
      expect(watched.signatures !== undefined).toBe(expected)
  })

  test('an inspection follows the service, too', async () => {
    const { registry } = await signed({ running: false, newer: ['1.1.0'] })
    const { service } = serviceOn({ registry }, { provenance: true })
    expect(await service.inspectUpdate(`${IMAGE}:1.0.0`, '1.1.0', { arch: 'amd64' })).toMatchObject({
      signatures: SIGNED,
    })
  })
})

describe('policy.signed', () => {
  const offered = async (world: Signed, policy: UpdatePolicy = { signed: 'keep' }) => {
    const { service } = await signed(world)
    const report = await service.checkImage(`${IMAGE}:1.0.0`, { arch: 'amd64', policy })
    return { report, tags: report.updates.map(({ tag }) => tag) }
  }

  test('keep refuses versions without a signature where what runs has one', async () => {
    const { report, tags } = await offered({ running: true, newer: ['1.1.0'] })
    expect(tags).toEqual(['1.1.0'])
    expect(report.rejected).toContainEqual({ reason: 'unsigned', count: 1, examples: ['1.2.0'] })
  })

  test('keep asks by HEAD for cosign’s tags, and for referrers only where there is none', async () => {
    const { service, registry } = await signed({ running: true, newer: ['1.1.0'] })
    await service.checkImage(`${IMAGE}:1.0.0`, { arch: 'amd64', policy: { signed: 'keep' } })
    const asked = registry.server.requests.map(({ method, path }) => `${method} ${path}`)
    const count = (what: RegExp) => asked.filter((route) => what.test(route)).length
    expect([count(/^HEAD .*\.sig$/), count(/^GET .*\.sig$/), count(/referrers/)]).toEqual([3, 1, 1])
  })

  test('keep refuses nothing where what runs has none', async () => {
    expect((await offered({ running: false, newer: ['1.1.0'] })).tags).toEqual(['1.2.0', '1.1.0'])
  })

  test('any asks for no signature', async () => {
    const { service, registry } = await signed({ running: true, newer: [] })
    const report = await service.checkImage(`${IMAGE}:1.0.0`, { arch: 'amd64', policy: { signed: 'any' } })
    expect(report.updates).toHaveLength(2)
    expect(registry.server.requests.filter(({ path }) => /referrers|sha256-/.test(path))).toEqual([])
  })

  test('a look-up that failed holds the update, with a warning', async () => {
    const { report, tags } = await offered({ running: true, newer: ['1.1.0'], failing: '1.2.0' })
    expect(tags).toEqual(['1.1.0'])
    expect(report.warnings.join()).toMatch(
      /1\.2\.0 is not offered: whether it is signed could not be found out/,
    )
    const held = await offered({ running: true, newer: [], failing: '1.0.0' })
    expect(held.tags).toEqual([])
    expect(held.report.status).toBe('up-to-date')
    expect(held.report.warnings.join()).toMatch(/whether it is signed could not be found out/)
  })
})

interface Signed {
  /** Whether the running version is signed, and which of the newer ones are. */
  running: boolean
  newer: string[]
  /** The version about whose signature the registry fails. */
  failing?: string
}

/** A repository with a running version and two newer ones. */
async function signed({ running, newer, failing }: Signed) {
  const registry = await fakes.registry()
  const repository = registry.repository(NAME)
  for (const tag of ['1.0.0', '1.1.0', '1.2.0']) {
    const each = image(tag)
    repository.push(tag, each)
    const isSigned = tag === '1.0.0' ? running : newer.includes(tag)
    if (isSigned && tag !== failing)
      repository.put(tagOf(each, '.sig'), singlePlatformImage({ salt: `signature of ${tag}` }))
    const route = `GET /v2/${NAME}/referrers/${each.root.digest}`
    registry.server.always(route, tag === failing ? reply(500) : json(list()))
  }
  return { registry, ...serviceOn({ registry }, { maxRetries: 0 }) }
}
