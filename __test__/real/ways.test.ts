import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContainerRegistryService, type ServiceOptions } from '../..'
import { failure } from '../support/failure'
import { type Certificate, makeCertificate } from './support/certificate'
import { Distribution } from './support/distribution'
import { Nginx } from './support/nginx'
import { type ProxyServer, startSquid, startTinyproxy } from './support/proxies'
import type { Login } from './support/push'

const LOGIN: Login = { user: 'somebody', password: 'hunter2' }

let directory: string
let certificate: Certificate
let registry: Distribution
let front: Nginx

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ways-'))
  certificate = await makeCertificate(directory)
  registry = await Distribution.start()
  const platforms = [{ os: 'linux', architecture: 'amd64' }]
  for (const tag of ['1.0.0', '1.1.0']) await registry.push('team/app', { tag, platforms })
  front = await Nginx.start({
    tls: certificate,
    locations: { '/registry/v2/': `http://${registry.host}/v2/`, '/v2/': `http://${registry.host}/v2/` },
  })
})

afterAll(async () => {
  await front?.stop()
  await registry?.stop()
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
  test('with a path in front of the API', async () => {
    const ca = await readFile(certificate.authority, 'utf8')
    const url = `https://${front.host}/registry/`
    expect(await ask('registry.test', { registries: { 'registry.test': { url, ca } } })).toEqual(ANSWER)
  })
})

describe.each([
  ['squid', startSquid],
  ['tinyproxy', startTinyproxy],
])('%s, which wants a login', (_, start) => {
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

  test.each([
    ['without a login', undefined],
    ['with a wrong password', { ...LOGIN, password: 'wrong' }],
  ])('refuses requests %s', async (_, login) => {
    for (const { host } of [registry, front]) {
      const error = await failure(ask(host, { proxy: proxy.url(login) }))
      expect(['AUTH_FAILED', 'NETWORK', 'REGISTRY_ERROR']).toContain(error.code)
      expect(`${error.message} ${error.detail}`).not.toContain('wrong')
    }
  })
})
