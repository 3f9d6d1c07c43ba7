import { FakeProxy } from '../testing/internet'
import { json } from '../testing/registry'
import { runChild } from './support/child'
import { NAME, TAGS, useFakes } from './support/fakes'

// The environment is read when the first request is made, once for the process: each test has a process of its own.

const fakes = useFakes()
const proxies: FakeProxy[] = []

afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.close()
})

const PATH = TAGS.slice(4)

/** A registry, and a proxy that leads to it. */
async function behindProxy(options?: { tunnels: boolean }) {
  const server = await fakes.server()
  server.always(TAGS, json({ tags: ['1'] }))
  const proxy = await FakeProxy.start(server.host, options)
  proxies.push(proxy)
  return { server, proxy }
}

/** What a process prints that lists the tags of a registry: the tags, or the code of the error. */
async function listed(
  registries: object,
  host: string,
  env: Record<string, string>,
  before = '',
): Promise<string> {
  const { stdout, stderr } = await runChild(
    `const service = new ContainerRegistryService({ registries: ${JSON.stringify(registries)} })
     ${before}
     service.listTags(service.parseImageReference('${host}/${NAME}'))
       .then((tags) => console.log(tags.join()), ({ code }) => console.log(code))`,
    env,
  )
  expect(stderr).toBe('')
  return stdout.trim()
}

/** A registry on plain http that only the proxy can reach. */
const PLAIN = { 'registry.invalid': { url: 'http://registry.invalid', insecure: true } }

test.each(['HTTP_PROXY', 'http_proxy'])('%s is asked for plain requests', async (name) => {
  const { proxy, server } = await behindProxy()
  expect(await listed(PLAIN, 'registry.invalid', { [name]: proxy.origin })).toBe('1')
  expect(proxy.asked).toEqual([`GET http://registry.invalid${PATH}`])
  expect(server.routes).toEqual([TAGS])
})

test.each(['HTTPS_PROXY', 'https_proxy'])('%s is asked for a tunnel', async (name) => {
  const { proxy } = await behindProxy({ tunnels: false })
  expect(await listed({}, 'registry.invalid', { [name]: proxy.origin })).toBe('NETWORK')
  expect(proxy.asked).toEqual(['CONNECT registry.invalid:443'])
})

test('TLS is spoken with the registry, through the tunnel', async () => {
  const { proxy, server } = await behindProxy()
  expect(await listed({}, 'registry.invalid', { HTTPS_PROXY: proxy.origin })).toBe('NETWORK')
  expect(proxy.asked).toEqual(['CONNECT registry.invalid:443'])
  // The registry was sent the beginning of a TLS handshake, which is no HTTP.
  expect(server.malformed).toBe(1)
})

test.each(['NO_PROXY', 'no_proxy'])('%s goes past the proxy', async (name) => {
  const { proxy } = await behindProxy()
  const env = { HTTP_PROXY: proxy.origin, [name]: 'other.invalid, *.invalid:80' }
  expect(await listed(PLAIN, 'registry.invalid', env)).toBe('NETWORK')
  expect(proxy.asked).toEqual([])
})

test('a registry on this machine is never asked through a proxy of the environment', async () => {
  const { proxy, server } = await behindProxy()
  const registries = { 'registry.invalid': { url: server.origin } }
  expect(await listed(registries, 'registry.invalid', { HTTP_PROXY: proxy.origin })).toBe('1')
  expect(proxy.asked).toEqual([])
})

test('the environment is read at the first request, not before', async () => {
  const { proxy } = await behindProxy()
  const before = `process.env.HTTP_PROXY = '${proxy.origin}'`
  expect(await listed(PLAIN, 'registry.invalid', {}, before)).toBe('1')
  expect(proxy.asked).toHaveLength(1)
})

test.each([
  // The registry is connected to while the token is asked for.
  ['nginx', 'auth.docker.io:443', 'registry-1.docker.io:443'],
  ['docker.io/team/app', 'auth.docker.io:443', 'registry-1.docker.io:443'],
  ['ghcr.io/kiwix/kiwix-serve', 'ghcr.io:443'],
  ['quay.io/team/app', 'quay.io:443'],
])('%s is asked at %s first', async (image, ...hosts) => {
  const { proxy } = await behindProxy({ tunnels: false })
  const { stdout } = await runChild(
    `const service = new ContainerRegistryService()
     service.listTags(service.parseImageReference('${image}')).catch(({ message }) => console.log(message))`,
    { HTTPS_PROXY: proxy.origin },
  )
  expect([...proxy.asked].sort()).toEqual(hosts.map((host) => `CONNECT ${host}`))
  // Docker Hub and GHCR are known: their token services are asked without a challenge.
  expect(stdout.includes('/token?service=')).toBe(!image.startsWith('quay.io'))
})

test('GitHub is asked at api.github.com', async () => {
  const { proxy } = await behindProxy({ tunnels: false })
  const { stdout } = await runChild(
    `new ContainerRegistryService().detectReleaseTagPrefix('https://github.com/o/r', '1').then((prefix) => console.log([prefix]))`,
    { HTTPS_PROXY: proxy.origin },
  )
  expect(stdout.trim()).toBe("[ '' ]")
  expect(proxy.asked).toEqual(['CONNECT api.github.com:443'])
})
