import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ContainerRegistryService, type RegistryOptions } from '../..'
import { json } from '../../testing/registry'
import { failure } from '../support/failure'
import { FakeProxy } from '../support/fake-proxy'
import { app, HOST, TAGS, useFakes } from '../support/fakes'
import { Open, pem } from './support'

/** The first byte of a TLS connection (RFC 8446, section 5.1). */
const TLS_HANDSHAKE = 22

const fakes = useFakes()
const open = new Open()
const proxies: FakeProxy[] = []

afterEach(async () => {
  await open.close()
  for (const proxy of proxies.splice(0)) proxy.close()
})

function tagsOf(registry: RegistryOptions, options = {}) {
  const service = new ContainerRegistryService({
    maxRetries: 0,
    registries: { [HOST]: registry },
    ...options,
  })
  return service.listTags(app())
}

describe('a cause has the name that Node.js knows', () => {
  /** A proxy to a server that does not seem to be on this machine, where any certificate would do. */
  async function farAway(options = {}) {
    const proxy = await FakeProxy.start(new URL(await open.https(options)).host)
    proxies.push(proxy)
    return proxy.origin
  }

  const ask = async (url: string, registry: RegistryOptions = {}) =>
    (await failure(tagsOf({ url, ...registry }))).cause

  test('ECONNREFUSED where nobody listens', async () => {
    const address = await open.tcp(() => {})
    await open.close()
    expect(await ask(`http://${address}`)).toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('ENOTFOUND or EAI_AGAIN for a name that nobody knows', async () => {
    expect(await ask('https://nobody.invalid')).toMatchObject({
      code: expect.stringMatching(/^ENOTFOUND$|^EAI_AGAIN$/),
    })
  })

  test('ECONNRESET for a connection that is cut', async () => {
    const address = await open.tcp((socket) => socket.once('data', () => socket.destroy()))
    expect(await ask(`http://${address}`)).toMatchObject({ code: 'ECONNRESET' })
  })

  test('ETIMEDOUT where no answer comes', async () => {
    const address = await open.tcp(() => {})
    const { cause } = await failure(tagsOf({ url: `http://${address}` }, { timeoutMs: 50 }))
    expect(cause).toMatchObject({ code: 'ETIMEDOUT' })
  })

  test('CERT_HAS_EXPIRED for an old certificate', async () => {
    const proxy = await farAway({ cert: pem('expired.pem') })
    const registry = { proxy, ca: pem('ca.pem') }
    expect(await ask('https://registry.invalid', registry)).toMatchObject({ code: 'CERT_HAS_EXPIRED' })
  })

  test('an unknown issuer says what names it', async () => {
    const error = await failure(tagsOf({ url: 'https://registry.invalid', proxy: await farAway() }))
    expect(error).toMatchObject({
      code: 'NETWORK',
      message: expect.stringMatching(/issuer.*NODE_EXTRA_CA_CERTS.*\(ca\)$/),
      cause: { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    })
  })
})

describe('a client certificate', () => {
  const ca = pem('ca.pem')
  const clientCertificate = { cert: pem('client.pem'), key: pem('client.key') }
  const wanting = { requestCert: true, rejectUnauthorized: true, ca }

  test('is shown to the registry that it is for', async () => {
    const url = await open.https(wanting)
    expect(await tagsOf({ url, ca, clientCertificate })).toEqual(['1'])
  })

  test('is asked for where there is none, and waiting does not help', async () => {
    const error = await failure(tagsOf({ url: await open.https(wanting), ca }))
    expect(error).toMatchObject({
      code: 'AUTH_FAILED',
      transient: false,
      message: expect.stringMatching(
        /wants a client certificate.*\(registries\[host\]\.clientCertificate\)$/,
      ),
    })
  })

  test("is found in Docker's folder for the registry, beside its configuration", async () => {
    const folder = await mkdtemp(join(tmpdir(), 'docker-config-'))
    try {
      await mkdir(join(folder, 'certs.d', HOST), { recursive: true })
      const files = {
        'ca.crt': ca,
        'client.cert': clientCertificate.cert,
        'client.key': clientCertificate.key,
      }
      for (const [name, text] of Object.entries(files))
        await writeFile(join(folder, 'certs.d', HOST, name), text)
      await writeFile(join(folder, 'config.json'), '{}')
      const proxy = await FakeProxy.start(new URL(await open.https(wanting)).host)
      proxies.push(proxy)
      const here = { url: 'https://localhost:1', proxy: proxy.origin }
      expect(await tagsOf(here, { dockerConfig: folder })).toEqual(['1'])
      expect((await failure(tagsOf(here))).code).toBe('AUTH_FAILED')
      // The server's certificate is another host's, but its issuer is trusted.
      const there = { ...here, url: 'https://registry.invalid' }
      expect((await failure(tagsOf(there, { dockerConfig: folder }))).message).toContain('not valid for name')
      expect((await failure(tagsOf(there))).message).toContain('issuer')
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  test('goes no further than its registry', async () => {
    const elsewhere = await open.https(wanting)
    const url = await open.https({}, `${elsewhere}/v2/`)
    const error = await failure(tagsOf({ url, ca, clientCertificate }))
    expect(error.message).toContain('wants a client certificate')
  })

  test.each([
    ['no PEM', { cert: 'x', key: 'y' }, 'cert'],
    ['no key', { cert: clientCertificate.cert, key: 'y' }, 'key'],
    ['the key of another', { cert: clientCertificate.cert, key: pem('server.key') }, 'key is not'],
  ])('that is %s is refused', (_, clientCertificate, complaint) => {
    const make = () => new ContainerRegistryService({ registries: { [HOST]: { clientCertificate } } })
    expect(make).toThrow(`options.registries["${HOST}"].clientCertificate.${complaint}`)
  })
})

describe('a proxy', () => {
  async function behindProxy(options?: { tunnels: boolean; wantsPassword?: boolean }) {
    const server = await fakes.server()
    server.always(TAGS, json({ tags: ['1'] }))
    const proxy = await FakeProxy.start(server.host, options)
    proxies.push(proxy)
    return { server, proxy }
  }
  const plain = { url: 'http://registry.invalid', insecure: true }

  test('is that of the registry, where it has one', async () => {
    const { proxy } = await behindProxy()
    expect(await tagsOf({ ...plain, proxy: proxy.origin }, { proxy: 'http://127.0.0.1:9' })).toEqual(['1'])
    expect(proxy.asked).toHaveLength(1)
  })

  test('is not asked for a registry that has none', async () => {
    const { proxy, server } = await behindProxy()
    expect(await tagsOf({ url: server.origin, proxy: false }, { proxy: proxy.origin })).toEqual(['1'])
    expect(proxy.asked).toEqual([])
  })

  test('that is named is obeyed for this machine too', async () => {
    const { proxy, server } = await behindProxy()
    expect(await tagsOf({ url: server.origin }, { proxy: proxy.origin })).toEqual(['1'])
    expect(proxy.asked).toHaveLength(1)
  })

  test.each(['http', 'https'])('that wants a password says so itself (%s)', async (scheme) => {
    const { proxy } = await behindProxy({ tunnels: false, wantsPassword: true })
    const registry = { url: `${scheme}://registry.invalid`, insecure: true }
    expect(await failure(tagsOf(registry, { proxy: proxy.origin }))).toMatchObject({
      code: 'AUTH_FAILED',
      status: 407,
      host: new URL(proxy.origin).host,
      transient: false,
      message: expect.stringMatching(/^The proxy .*\(proxy\)$/),
    })
  })

  test('speaks SOCKS, and looks names up with socks5h', async () => {
    const { server } = await behindProxy()
    const asked: string[] = []
    const proxy = await open.socks(server.host, asked)
    expect(await tagsOf(plain, { proxy: `socks5h://${proxy}` })).toEqual(['1'])
    const local = { url: 'http://localhost:1', insecure: true }
    expect(await tagsOf(local, { proxy: `socks5://${proxy}` })).toEqual(['1'])
    expect(asked).toEqual(['registry.invalid:80', expect.stringMatching(/^(127\.0\.0\.1|0\.0.*):1$/)])
  })
})

describe('a redirect from https to http', () => {
  const ca = pem('ca.pem')

  test('is followed where plain http is allowed', async () => {
    const server = await fakes.server()
    server.always('GET /blob', json({ tags: ['2'] }))
    const url = await open.https({}, `${server.origin}/blob`)
    expect(await tagsOf({ url, ca, insecure: true })).toEqual(['2'])
  })
})

describe('a registry on this machine', () => {
  /** One port at which TLS and plain http are spoken, until `breakTls`; what came over plain http. */
  async function bothWays(speaksTls: boolean) {
    const tls = new URL(await open.https()).host
    const plain: string[] = []
    const clients: Socket[] = []
    let isBroken = !speaksTls
    const host = await open.tcp((client) => {
      clients.push(client)
      client.on('error', () => {})
      client.once('data', (first) => {
        if (first[0] !== TLS_HANDSHAKE) {
          plain.push(first.toString())
          client.end(
            'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"tags":["2"]}',
          )
        } else if (isBroken) {
          client.destroy()
        } else {
          open.lead(client, tls, (server) => server.write(first))
        }
      })
    })
    const listTags = () => {
      const service = new ContainerRegistryService({
        registries: { [host]: { username: 'alice', password: 'secret' } },
        maxRetries: 0,
      })
      return service.listTags(service.parseImageReference(`${host}/team/app:1`))
    }
    const breakTls = () => {
      isBroken = true
      for (const client of clients) client.destroy()
    }
    return { listTags, plain, breakTls }
  }

  test('is asked over plain http where it speaks no TLS', async () => {
    const { listTags } = await bothWays(false)
    expect(await listTags()).toEqual(['2'])
  })

  test('is never asked over plain http once it has answered over https', async () => {
    const { listTags, plain, breakTls } = await bothWays(true)
    expect(await listTags()).toEqual(['1'])
    breakTls()
    expect(await failure(listTags())).toMatchObject({ code: 'NETWORK' })
    expect(plain).toEqual([])
  })
})
