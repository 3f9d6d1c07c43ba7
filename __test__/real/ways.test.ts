import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContainerRegistryService, type RegistryOptions, type ServiceOptions } from '../..'
import { failure } from '../support/failure'
import { type Certificate, makeCertificate } from './support/certificate'
import { Distribution } from './support/distribution'
import { Nginx } from './support/nginx'
import { type ProxyServer, startMicrosocks, startSquid, startTinyproxy } from './support/proxies'
import type { Login } from './support/push'

const LOGIN: Login = { user: 'somebody', password: 'hunter2' }

let directory: string
let certificate: Certificate
/** PEM of the authority. */
let authority: string
let registry: Distribution
let front: Nginx
/** The same two, for clients that have a certificate. */
let guarded: Distribution
let guardedFront: Nginx

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ways-'))
  certificate = await makeCertificate(directory)
  authority = await readFile(certificate.authority, 'utf8')
  registry = await Distribution.start()
  const platforms = [{ os: 'linux', architecture: 'amd64' }]
  for (const tag of ['1.0.0', '1.1.0']) await registry.push('team/app', { tag, platforms })
  const api = `http://${registry.host}/v2/`
  const locations = { '/v2/': api, '/registry/v2/': api, '/v2/project/': api }
  front = await Nginx.start({ tls: certificate, locations })
  const asksForCertificate = true
  guardedFront = await Nginx.start({ tls: certificate, locations, asksForCertificate })
  guarded = await Distribution.start({
    tls: certificate,
    asksForCertificate,
    upstream: `http://${registry.host}`,
  })
})

afterAll(async () => {
  for (const server of [guarded, guardedFront, front, registry]) await server?.stop()
  await rm(directory, { recursive: true })
})

/** The tags of the image at a host, and the updates of it. */
async function ask(host: string, options: ServiceOptions) {
  const service = new ContainerRegistryService(options)
  try {
    const image = `${host}/team/app:1.0.0`
    const tags = (await service.listTags(service.parseImageReference(image))).sort()
    return { tags, updates: await service.getAvailableUpdates(image, 'amd64') }
  } finally {
    await service.close()
  }
}

const ANSWER = { tags: ['1.0.0', '1.1.0'], updates: [{ tag: '1.1.0', isLatest: true }] }

describe('nginx, at which TLS ends', () => {
  test.each([
    ['in front of the API', '/registry/'],
    ['below it, as Harbor names its projects', '/v2/project/'],
  ])('with a path %s', async (_, path) => {
    const url = `https://${front.host}${path}`
    expect(await ask('registry.test', { registries: { 'registry.test': { url, ca: authority } } })).toEqual(
      ANSWER,
    )
  })
})

describe.each([
  ['nginx', () => guardedFront.host],
  ['Distribution', () => guarded.host],
])('%s, which wants a certificate', (_, host) => {
  const options = (more: RegistryOptions = {}): ServiceOptions => ({
    registries: { 'registry.test': { url: `https://${host()}`, ca: authority, ...more } },
  })

  test('takes one of its authority', async () => {
    const clientCertificate = {
      cert: await readFile(certificate.client.certificate, 'utf8'),
      key: await readFile(certificate.client.key, 'utf8'),
    }
    expect(await ask('registry.test', options({ clientCertificate }))).toEqual(ANSWER)
  })

  test('refuses clients without one, and the error says so', async () => {
    const error = await failure(ask('registry.test', options()))
    expect(`${error.message} ${error.detail}`).toMatch(/certificate/i)
    expect(error.transient).not.toBe(true)
  })
})

describe.each([
  ['squid', startSquid],
  ['tinyproxy', startTinyproxy],
  ['microsocks', startMicrosocks],
])('%s, which wants a login', (name, start) => {
  let proxy: ProxyServer

  beforeAll(async () => {
    proxy = await start(LOGIN)
  })

  afterAll(() => proxy?.stop())

  test('leads to a registry on plain http', async () => {
    expect(await ask(registry.host, { proxy: proxy.url(LOGIN) })).toEqual(ANSWER)
    expect(await proxy.hasLedTo(registry.host)).toBe(true)
  })

  test('leads to one behind TLS', async () => {
    expect(await ask(front.host, { proxy: proxy.url(LOGIN) })).toEqual(ANSWER)
  })

  test('leads to the one registry that it is given for', async () => {
    const registries = { [registry.host]: { proxy: proxy.url({ ...LOGIN, password: 'wrong' }) } }
    await failure(ask(registry.host, { registries }))
    expect(await ask(front.host, { registries })).toEqual(ANSWER)
  })

  test.each([
    ['without a login', undefined],
    ['with a wrong password', { ...LOGIN, password: 'wrong' }],
  ])('refuses requests %s, and the error names the proxy', async (_, login) => {
    // tinyproxy answers a wrong password as if it were the registry, in its own name.
    const isQuiet = name === 'tinyproxy' && login !== undefined
    for (const { host } of [registry, front]) {
      const error = await failure(ask(host, { proxy: proxy.url(login) }))
      const said = `${error.message} ${error.detail} ${error.cause}`
      if (!(isQuiet && host === registry.host)) expect(said).toMatch(/proxy/i)
      expect(said).not.toContain('wrong')
    }
  })
})
