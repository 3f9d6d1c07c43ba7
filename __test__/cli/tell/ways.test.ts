import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { certificate, FakeProxy } from '../../../testing/internet'
import { multiPlatformImage } from '../../../testing/registry'
import { HOST, useFakes, wired } from '../../support/fakes'
import { useDesk } from '../support/cli'
import { FakeSocks } from '../support/socks'

const desk = useDesk()
const fakes = useFakes()
const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

/** A server that is told something: what it got, and where it listens. */
async function listener(isSecure: boolean) {
  const told: { url?: string; headers: IncomingMessage['headers']; body: string }[] = []
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const { url, headers } = request
    told.push({ url, headers, body: await text(request) })
    response.end('taken')
  }
  const tls = { key: certificate('server.key'), cert: certificate('server.pem') }
  const server = isSecure ? createHttpsServer(tls, answer) : createHttpServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(server)
  return { told, host: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

/** Posts the update of an image to a URL, on the way that options or the environment state. */
async function notified(url: string, options: object, env = {}) {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  for (const [index, tag] of ['1.0.0', '1.1.0'].entries())
    repository.push(tag, multiPlatformImage({ platforms: ['linux/amd64'], layers: [index + 1] }))
  const { registries, ...rest } = wired({ registry }) as { registries: object }
  const all = {
    ...rest,
    ...options,
    registries: { ...registries, ...(options as { registries?: object }).registries },
  }
  const args = ['check', `${HOST}/team/app:1.0.0`, '--arch', 'amd64', ...(await desk().config(all))]
  return desk().run([...args, '--notify', url], env)
}

const through = (proxy: string) => ({
  registries: { 'ghcr.io': { proxy } },
  ca: certificate('authority.pem'),
})

test.each([
  ['https', undefined],
  ['http', undefined],
  ['https', 'me:pass word'],
])('through SOCKS, %s with the login %s', async (protocol, login) => {
  const server = await listener(protocol === 'https')
  const proxy = await FakeSocks.start(server.host, login === undefined ? {} : { login })
  open.push(proxy)
  const before = login === undefined ? '' : `${login.replace(' ', '%20')}@`
  const run = await notified(`${protocol}://ghcr.io/hook?a=b`, through(`socks5h://${before}${proxy.host}`))
  expect({ status: run.status, stderr: run.stderr }).toEqual({ status: 0, stderr: '' })
  expect(proxy.asked).toEqual([`ghcr.io:${protocol === 'https' ? 443 : 80}`])
  expect(server.told).toEqual([
    {
      url: '/hook?a=b',
      headers: expect.objectContaining({ host: 'ghcr.io' }),
      body: expect.stringContaining('"1 container update"'),
    },
  ])
})

test.each([
  ['a login that is refused', { login: 'me:right' }, 'me:wrong@', 'the proxy refuses the password.'],
  ['a login that is missing', { login: 'me:right' }, '', 'the proxy speaks no SOCKS5, or wants a password.'],
  ['a way that is closed', { reply: 5 }, '', 'the proxy could not connect (SOCKS reply 5).'],
])('through SOCKS, %s is a failure that says so and no secret', async (_, manner, login, why) => {
  const server = await listener(true)
  const proxy = await FakeSocks.start(server.host, manner)
  open.push(proxy)
  const { status, stderr } = await notified(
    'https://ghcr.io/services/secret',
    through(`socks5h://${login}${proxy.host}`),
  )
  expect({ status, stderr }).toEqual({ status: 3, stderr: `ghcr.io could not be told: ${why}\n` })
  expect(server.told).toEqual([])
})

test('a proxy of the environment is given a post without TLS as a whole, with its login', async () => {
  const proxy = await listener(false)
  const env = { HTTP_PROXY: `http://me:secret@${proxy.host}`, NO_PROXY: 'registry.example' }
  const { status, stderr } = await notified('http://hooks.example:8080/t?a=b', {}, env)
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
  expect(proxy.told).toEqual([
    {
      url: 'http://hooks.example:8080/t?a=b',
      headers: expect.objectContaining({
        host: 'hooks.example:8080',
        'proxy-authorization': `Basic ${Buffer.from('me:secret').toString('base64')}`,
      }),
      body: expect.stringContaining('"1 container update"'),
    },
  ])
})

test('a proxy that refuses is a failure that names the host only', async () => {
  const server = await listener(true)
  const proxy = await FakeProxy.start(server.host, { tunnels: false, wantsPassword: true })
  open.push(proxy)
  const { status, stderr } = await notified('https://ghcr.io/services/secret', through(proxy.origin))
  expect({ status, stderr }).toEqual({
    status: 3,
    stderr: 'ghcr.io could not be told: the proxy answered with 407.\n',
  })
  expect(server.told).toEqual([])
})

test('a topic of ntfy goes through the proxy, too', async () => {
  const server = await listener(true)
  const proxy = await FakeProxy.start(server.host)
  open.push(proxy)
  const { status } = await notified('ntfy+https://:tk_x@ghcr.io/updates', through(proxy.origin))
  expect(status).toBe(0)
  expect(proxy.asked).toEqual(['CONNECT ghcr.io:443'])
  expect(server.told).toEqual([
    {
      url: '/updates',
      headers: expect.objectContaining({ title: '1 container update', authorization: 'Bearer tk_x' }),
      body: `${HOST}/team/app 1.0.0 → 1.1.0`,
    },
  ])
})
