import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { ContainerRegistryService, type ServiceOptions } from '../..'
import { FakeProxy } from '../../testing/internet'
import { type Certificate, makeCertificate } from './support/certificate'
import { Distribution } from './support/distribution'
import type { Platform, WrittenImage } from './support/layout'

const SOURCE = 'https://gitlab.com/team/app'
const labels = { 'org.opencontainers.image.source': SOURCE }

const amd64: Platform = { os: 'linux', architecture: 'amd64' }
const arm64: Platform = { os: 'linux', architecture: 'arm64' }
const armv7: Platform = { os: 'linux', architecture: 'arm', variant: 'v7' }

describe('an open registry on plain http', () => {
  const warnings: string[] = []
  let registry: Distribution
  let service: ContainerRegistryService
  let app: WrittenImage
  let tool: WrittenImage
  let pinned: WrittenImage

  /** The app by its tag 1.0.0, as a user would write it. */
  const image = (rest = 'team/app:1.0.0') => `${registry.host}/${rest}`
  const parse = (rest?: string) => service.parseImageReference(image(rest))

  beforeAll(async () => {
    registry = await Distribution.start()
    app = await registry.push('team/app', { tag: '1.0.0', platforms: [amd64, arm64, armv7], labels })
    for (const tag of ['1.0.1', '1.1.0', 'v1.2.0', '1.2.0-alpine', '2.0.0', 'latest']) {
      await registry.push('team/app', { tag, platforms: [amd64, arm64, armv7], labels })
    }
    await registry.push('team/app', { tag: '1.3.0', platforms: [amd64, armv7], labels })
    tool = await registry.push('team/tool', { tag: '0.9.0', platforms: [arm64] })
    await registry.push('team/tool', { tag: '0.9.1', platforms: [arm64] })
    pinned = await registry.push('team/pinned', { tag: '1.0.0', platforms: [amd64, arm64], labels })
  })

  afterAll(() => registry?.stop())

  beforeEach(() => {
    warnings.length = 0
    service = new ContainerRegistryService({ logger: { warn: (line) => warnings.push(line) } })
  })

  afterEach(() => {
    expect(warnings).toEqual([])
  })

  test('the reference keeps the port with the registry', () => {
    expect(parse()).toEqual({
      registry: registry.host,
      namespace: 'team',
      repo: 'app',
      tag: '1.0.0',
      fullName: 'team/app',
    })
  })

  test('lists every tag', async () => {
    const tags = await service.listTags(parse())
    expect(tags.sort()).toEqual([
      '1.0.0',
      '1.0.1',
      '1.1.0',
      '1.2.0-alpine',
      '1.3.0',
      '2.0.0',
      'latest',
      'v1.2.0',
    ])
  })

  test.each([
    ['amd64', true],
    ['x86_64', true],
    ['arm64', true],
    ['aarch64', true],
    ['arm/v7', true],
    ['armv7l', true],
    ['s390x', false],
  ])('an index says whether %s is supported: %s', async (architecture, supported) => {
    expect(await service.checkArchSupport(parse(), '1.0.0', architecture)).toBe(supported)
  })

  test.each([
    ['arm64', true],
    ['amd64', false],
  ])('of a single manifest the config says whether %s is supported: %s', async (architecture, supported) => {
    expect(await service.checkArchSupport(parse('team/tool:0.9.0'), '0.9.0', architecture)).toBe(supported)
  })

  test('referrers are found by their tag, because this registry has no API for them', async () => {
    for (const tag of ['1.0.0', '1.1.0'])
      await registry.push('team/signed', { tag, platforms: [amd64, arm64], labels: { ...labels, tag } })
    const digest = await service.getDigest(parse('team/signed:1.1.0'))
    const [child] = await service.getPlatforms(parse('team/signed:1.1.0'))
    const mediaType = 'application/vnd.oci.image.index.v1+json'
    const signature = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest: child?.digest,
      size: child?.size,
      artifactType: 'application/vnd.cncf.notary.signature',
    }
    const pushed = await fetch(
      `http://${registry.host}/v2/team/signed/manifests/${digest.replace(':', '-')}`,
      {
        method: 'PUT',
        headers: { 'Content-Type': mediaType },
        body: JSON.stringify({ schemaVersion: 2, mediaType, manifests: [signature] }),
      },
    )
    expect(pushed.status).toBe(201)
    const options = { arch: 'amd64', provenance: true }
    const inspection = await service.inspectUpdate(image('team/signed:1.0.0'), '1.1.0', options)
    expect(inspection).toMatchObject({
      signatures: [{ kind: 'notation', digest: child?.digest, verified: false }],
      sbom: false,
      provenance: false,
    })
    const policy = { signed: 'keep' } as const
    const report = await service.checkImage(image('team/signed:1.0.0'), { arch: 'amd64', policy })
    expect(report.updates.map(({ tag }) => tag)).toEqual(['1.1.0'])
  })

  test('a tag that does not exist counts as supported', async () => {
    expect(await service.checkArchSupport(parse(), '9.9.9', 'amd64')).toBe(true)
  })

  test.each(['amd64', 'arm64', 'arm/v7'])(
    'the download size for %s is that of its layers',
    async (platform) => {
      const size = await service.getImageDownloadSize(parse(), '1.0.0', platform)
      expect(size).toBe(app.layerBytes[platform])
    },
  )

  test('the layers of the platforms differ in size', () => {
    expect(new Set(Object.values(app.layerBytes)).size).toBe(3)
  })

  test('the download size of a single manifest', async () => {
    const size = await service.getImageDownloadSize(parse('team/tool:0.9.0'), '0.9.0', 'arm64')
    expect(size).toBe(tool.layerBytes.arm64)
  })

  test('the source is read from the label in the config', async () => {
    expect(await service.getSourceUrl(parse())).toBe(SOURCE)
  })

  test('an image without the label has no source', async () => {
    expect(await service.getSourceUrl(parse('team/tool:0.9.0'))).toBeNull()
  })

  test('an image is found by its digest alone', async () => {
    // Nothing here is tagged `latest`, the tag that goes without saying.
    const parsed = parse(`team/pinned@${pinned.top.digest}`)
    expect(parsed.digest).toBe(pinned.top.digest)
    expect(await service.getSourceUrl(parsed)).toBe(SOURCE)
  })

  test('the updates of an image that lives on arm64 as well', async () => {
    expect(await service.getAvailableUpdates(image(), 'arm64')).toEqual([
      { tag: 'v1.2.0', isLatest: true, releaseUrl: `${SOURCE}/-/releases/1.2.0` },
      { tag: '1.1.0', isLatest: false, releaseUrl: `${SOURCE}/-/releases/1.1.0` },
      { tag: '1.0.1', isLatest: false, releaseUrl: `${SOURCE}/-/releases/1.0.1` },
    ])
  })

  test('on amd64 the newest is another one', async () => {
    const [newest] = await service.getAvailableUpdates(image(), 'amd64')
    expect(newest).toEqual({ tag: '1.3.0', isLatest: true, releaseUrl: `${SOURCE}/-/releases/1.3.0` })
  })

  test('the updates of an image without a source have pages where the caller knows the source', async () => {
    const updates = await service.getAvailableUpdates(image('team/tool:0.9.0'), 'arm64', SOURCE)
    expect(updates).toEqual([{ tag: '0.9.1', isLatest: true, releaseUrl: `${SOURCE}/-/releases/0.9.1` }])
  })

  test('the steps of a check, one by one, come to what the check says', async () => {
    const parsed = parse()
    const tags = service.filterCompatibleUpdates(await service.listTags(parsed), parsed.tag, 1)
    expect(tags).toEqual(['1.3.0', 'v1.2.0', '1.1.0', '1.0.1'])
    const prefix = await service.detectReleaseTagPrefix(SOURCE, parsed.tag)
    expect(prefix).toBe('')
    const pages = tags.map((tag) => service.buildReleaseUrl(SOURCE, tag, prefix))
    const updates = await service.getAvailableUpdates(image(), 'amd64')
    expect(updates.map(({ releaseUrl }) => releaseUrl)).toEqual(pages)
  })

  test('a repository that does not exist is NOT_FOUND, in the registry’s own words', async () => {
    await expect(service.listTags(parse('team/nothing:1.0.0'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Failed to list tags for team/nothing: 404',
      status: 404,
      host: registry.host,
      detail: expect.stringContaining('NAME_UNKNOWN'),
    })
  })
})

describe('a registry behind htpasswd', () => {
  let registry: Distribution

  beforeAll(async () => {
    registry = await Distribution.start({ login: { user: 'reader', password: 'secret' } })
    await registry.push('team/app', { tag: '1.0.0', platforms: [amd64], labels })
  })

  afterAll(() => registry?.stop())

  test('lists no tags for a client without credentials', async () => {
    const service = new ContainerRegistryService()
    const parsed = service.parseImageReference(`${registry.host}/team/app:1.0.0`)
    await expect(service.listTags(parsed)).rejects.toMatchObject({
      code: 'AUTH_FAILED',
      status: 401,
      host: registry.host,
    })
  })

  test('fails the whole check', async () => {
    const service = new ContainerRegistryService()
    const check = service.getAvailableUpdates(`${registry.host}/team/app:1.0.0`, 'amd64')
    await expect(check).rejects.toMatchObject({ code: 'AUTH_FAILED', status: 401 })
  })
})

describe('a registry with a certificate of an own authority', () => {
  const IMAGE = 'registry.test/team/app:1.0.0'
  let directory: string
  let certificate: Certificate
  let registry: Distribution
  let proxy: FakeProxy

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'certificates-'))
    certificate = await makeCertificate(directory)
    registry = await Distribution.start({ tls: certificate })
    await registry.push('team/app', { tag: '1.0.0', platforms: [amd64], labels })
    proxy = await FakeProxy.start(registry.host)
  })

  afterAll(async () => {
    proxy?.close()
    await registry?.stop()
    await rm(directory, { recursive: true })
  })

  /** Lists the tags in a process with these variables and the proxy, and no other word on certificates or proxies. */
  async function listTags(variables: Record<string, string>, image = IMAGE, options: ServiceOptions = {}) {
    const inherited = Object.entries(process.env).filter(([name]) => !/CERT|PROXY/i.test(name))
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(__dirname, 'fixtures', 'list-tags.cjs'), image, JSON.stringify(options)],
      {
        env: {
          ...Object.fromEntries(inherited),
          HTTPS_PROXY: proxy.origin,
          NO_PROXY: '127.0.0.1',
          ...variables,
        },
      },
    )
    return JSON.parse(stdout)
  }

  test('is trusted through NODE_EXTRA_CA_CERTS', async () => {
    const answer = await listTags({ NODE_EXTRA_CA_CERTS: certificate.authority })
    expect(answer).toEqual({ tags: ['1.0.0'] })
    expect(new Set(proxy.asked)).toEqual(new Set(['CONNECT registry.test:443']))
  })

  test('is trusted beside one that is none, which is told of', async () => {
    const both = join(directory, 'both.pem')
    const odd = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'
    await writeFile(both, odd + (await readFile(certificate.authority, 'utf8')))
    const answer = await listTags({ NODE_EXTRA_CA_CERTS: both })
    expect(answer).toEqual({
      tags: ['1.0.0'],
      warnings: [expect.stringContaining(`${both}: 1 of its 2 certificates are none`)],
    })
  })

  test('is trusted through SSL_CERT_FILE', async () => {
    const answer = await listTags({ SSL_CERT_FILE: certificate.authority })
    expect(answer).toEqual({ tags: ['1.0.0'] })
  })

  test('is not trusted otherwise, and the error says that it is the certificate', async () => {
    expect(await listTags({})).toEqual({
      code: 'NETWORK',
      message: expect.stringMatching(/certificate/i),
    })
  })

  test('is taken as it is where it is marked as insecure', async () => {
    const answer = await listTags({}, IMAGE, { registries: { 'registry.test': { insecure: true } } })
    expect(answer).toEqual({ tags: ['1.0.0'] })
  })

  test('is taken as it is on loopback', async () => {
    expect(await listTags({}, `${registry.host}/team/app:1.0.0`)).toEqual({ tags: ['1.0.0'] })
  })
})
