import { existsSync, readFileSync } from 'node:fs'
import { createServer as createHttpServer, type IncomingMessage } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo, Server } from 'node:net'
import { text } from 'node:stream/consumers'
import { certificate, FakeProxy } from '../../../testing/internet'
import { multiPlatformImage } from '../../../testing/registry'
import { HOST, useFakes, wired } from '../../support/fakes'
import { useDesk } from '../support/cli'
import { useDocker } from '../support/docker'

const desk = useDesk()
const docker = useDocker(desk)
const fakes = useFakes()
const open: { close(): unknown }[] = []
afterEach(() => {
  for (const one of open.splice(0)) one.close()
})

const IMAGE = `${HOST}/team/app:1.0.0`

/** Arguments that lead to a registry with an image that has an update, and that registry's repository. */
async function world(options = {}) {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  repository.push('1.0.0', multiPlatformImage({ platforms: ['linux/amd64'], layers: [1] }))
  repository.push('1.1.0', multiPlatformImage({ platforms: ['linux/amd64'], layers: [2] }))
  const args = ['check', IMAGE, '--arch', 'amd64', ...(await desk().config(wired({ registry }, options)))]
  return { args, repository }
}

interface Told {
  method?: string
  path?: string
  headers: IncomingMessage['headers']
  body: string
}

/** A server that keeps what it is told, and answers with a status. */
async function listener({ status = 200, isSecure = false } = {}) {
  const told: Told[] = []
  const answer = async (request: IncomingMessage, response: import('node:http').ServerResponse) => {
    const { method, url, headers } = request
    told.push({ method, path: url, headers, body: await text(request) })
    response.writeHead(status, { Location: '/elsewhere' }).end('x')
  }
  const tls = { key: certificate('server.key'), cert: certificate('server.pem') }
  const server: Server = isSecure ? createHttpsServer(tls, answer) : createHttpServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push(server)
  return { told, host: `127.0.0.1:${(server.address() as AddressInfo).port}` }
}

describe('--notify', () => {
  test('posts updates to a webhook as JSON', async () => {
    const { args } = await world()
    const { told, host } = await listener()
    const { status, stderr } = await desk().run([...args, '--notify', `http://me:secret@${host}/hook?a=b`])
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(told).toEqual([
      {
        method: 'POST',
        path: '/hook?a=b',
        headers: expect.objectContaining({
          'content-type': 'application/json',
          authorization: `Basic ${Buffer.from('me:secret').toString('base64')}`,
        }),
        body: expect.any(String),
      },
    ])
    const words = `${HOST}/team/app 1.0.0 → 1.1.0`
    expect(JSON.parse(told[0]?.body ?? '')).toEqual({
      title: '1 container update',
      text: words,
      content: words,
      updates: [expect.objectContaining({ image: IMAGE, current: '1.0.0', newest: '1.1.0', places: [] })],
    })
  })

  test('posts a text to a topic of ntfy', async () => {
    const { args } = await world()
    const { told, host } = await listener()
    await desk().run([...args, '--notify', `ntfy+http://:tk_secret@${host}/updates`])
    expect(told).toEqual([
      {
        method: 'POST',
        path: '/updates',
        headers: expect.objectContaining({ title: '1 container update', authorization: 'Bearer tk_secret' }),
        body: `${HOST}/team/app 1.0.0 → 1.1.0`,
      },
    ])
  })

  test('posts no value of an environment variable, neither of images nor of running containers', async () => {
    const { args, repository } = await world()
    const env = (secret: string) => ({ container: { Env: [`PASSWORD=${secret}`], Cmd: [secret] } })
    const old = multiPlatformImage({ platforms: ['linux/amd64'], ...env('hunter2') })
    repository.push('1.0.0', old)
    repository.push('1.1.0', multiPlatformImage({ platforms: ['linux/amd64'], ...env('hunter3') }))
    const engine = await docker().start({
      '/version': { Arch: 'amd64' },
      '/containers/json': [
        { Id: '1', Image: IMAGE, ImageID: 'sha256:1', Names: ['/app'], Command: 'run hunter4' },
      ],
      '/images/sha256:1/json': {
        RepoDigests: [`${HOST}/team/app@${old.root.digest}`],
        Config: { Env: ['PASSWORD=hunter5'] },
      },
    })
    const { told, host } = await listener()
    const running = args.filter((word) => word !== IMAGE)
    const run = [...running, '--running', '--notify', `http://${host}/`]
    const { stdout, stderr } = await desk().run(run, { DOCKER_HOST: engine })
    expect(told).toHaveLength(1)
    expect(told[0]?.body).toContain('1.0.0 → 1.1.0')
    expect([told[0]?.body, stdout, stderr].join()).not.toContain('hunter')
  })

  test('with --state, posts only what is new since the last post that succeeded', async () => {
    const { args, repository } = await world()
    const [good, bad] = [await listener(), await listener({ status: 500 })]
    const run = ({ host }: { host: string }) =>
      desk().run([...args, '--state', 'state.json', '--notify', `http://${host}/`])
    const failed = await run(bad)
    expect(failed.status).toBe(3)
    expect(failed.stderr).toBe(`${bad.host} could not be told: it answered with 500.\n`)
    expect(existsSync(desk().path('state.json'))).toBe(false)
    expect((await run(good)).status).toBe(0)
    expect((await run(good)).status).toBe(0)
    expect(good.told).toHaveLength(1)
    repository.push('1.2.0', multiPlatformImage({ platforms: ['linux/amd64'], layers: [3] }))
    expect((await run(bad)).status).toBe(3)
    expect((await run(good)).status).toBe(0)
    expect(good.told).toHaveLength(2)
    expect(good.told[1]?.body).toContain('1.2.0')
  })

  test('goes through the proxy and trusts the authorities of the options', async () => {
    const server = await listener({ isSecure: true })
    const proxy = await FakeProxy.start(server.host)
    open.push(proxy)
    const ca = certificate('authority.pem')
    const { args } = await world()
    const config = JSON.parse(readFileSync(args.at(-1) ?? '', 'utf8'))
    const url = 'https://ghcr.io/hook'
    const run = async (options: object) => {
      await desk().file('other.json', JSON.stringify({ ...config, ...options }))
      return desk().run([...args.slice(0, -1), desk().path('other.json'), '--notify', url])
    }
    const registries = { ...config.registries, 'ghcr.io': { proxy: proxy.origin } }
    const { status, stderr } = await run({ registries, ca })
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(proxy.asked).toEqual(['CONNECT ghcr.io:443'])
    expect(server.told).toHaveLength(1)
    const untrusted = await run({ registries })
    expect(untrusted.status).toBe(3)
    expect(untrusted.stderr).toMatch(/^ghcr\.io could not be told: /)
    expect(server.told).toHaveLength(1)
  })

  test.each([
    ['a redirect', 302, 'it answered with 302.'],
    ['a refusal', 403, 'it answered with 403.'],
  ])('%s is a failure that names the host only', async (_, status, why) => {
    const { args } = await world()
    const { host } = await listener({ status })
    const run = await desk().run([...args, '--notify', `http://${host}/services/T000/secret`])
    expect(run.status).toBe(3)
    expect(run.stderr).toBe(`${host} could not be told: ${why}\n`)
    expect(run.stdout).toContain('1 update')
  })

  test.each([
    ['no address', '--notify wants an address: '],
    ['file:///etc/passwd', '--notify wants an address: '],
    ['ntfy+ftp://x/y', '--notify wants an address: '],
  ])('%s is a fault of the command line', async (address, complaint) => {
    const { status, stderr } = await desk().run(['check', IMAGE, '--notify', address])
    expect(status).toBe(2)
    expect(stderr).toContain(complaint)
  })

  test('a state that is none is named, and is not overwritten', async () => {
    const { args } = await world()
    const { host, told } = await listener()
    await desk().file('state.json', '{"version": 9}')
    const { status, stderr } = await desk().run([
      ...args,
      '--state',
      'state.json',
      '--notify',
      `http://${host}/`,
    ])
    expect({ status, told }).toEqual({ status: 3, told: [] })
    expect(stderr).toContain('state.json is no state of an earlier run.')
    expect(readFileSync(desk().path('state.json'), 'utf8')).toBe('{"version": 9}')
    const alone = await desk().run(['check', IMAGE, '--state', 'state.json'])
    expect(alone).toEqual({ status: 2, stdout: '', stderr: '--state wants --notify.\nTry --help.\n' })
  })
})

test('the proxy of the environment is chosen as for registries', async () => {
  const ways = await desk().evaluate(
    'tell/way.mjs',
    `const env = { HTTPS_PROXY: 'p.lan:3128', HTTP_PROXY: 'http://q.lan', NO_PROXY: 'nas.lan,.corp, 10.0.0.0/8,h:81' }
     const way = (url, options = {}, more = env) => it.proxyFor(new URL(url), options, more)?.href
     console.log(JSON.stringify([
       way('https://x.example'), way('http://x.example'), way('https://nas.lan'), way('https://a.nas.lan'),
       way('https://a.corp'), way('https://10.1.2.3'), way('http://h:81'), way('http://h:82'), way('https://localhost'),
       way('https://x.example', { proxy: 'socks5h://s.lan:1080' }),
       way('https://x.example', { proxy: 'http://s.lan', registries: { 'x.example': { proxy: false } } }),
       way('https://x.example', {}, { ALL_PROXY: 'http://all.lan' }), way('https://x.example', {}, { NO_PROXY: '*' }),
     ].map((one) => one ?? null)))`,
  )
  const none = null
  expect(ways).toEqual([
    'http://p.lan:3128/',
    'http://q.lan/',
    none,
    none,
    none,
    none,
    none,
    'http://q.lan/',
    none,
    'socks5h://s.lan:1080',
    none,
    'http://all.lan/',
    none,
  ])
})

test('--prometheus writes a file for node_exporter', async () => {
  const { args } = await world()
  const { status } = await desk().run([...args, 'missing"\\:[x', '--prometheus', 'images.prom'])
  expect(status).toBe(3)
  const lines = readFileSync(desk().path('images.prom'), 'utf8').split('\n')
  const name = 'container_registry_service'
  expect(lines).toEqual(
    expect.arrayContaining([
      `# TYPE ${name}_update_available gauge`,
      `${name}_update_available{image="${IMAGE}",arch="amd64",newest="1.1.0"} 1`,
      `${name}_images{status="update-available"} 1`,
      `${name}_images{status="failed"} 1`,
      `${name}_check_failed{image="${IMAGE}",arch="amd64"} 0`,
      `${name}_check_failed{image="missing\\"\\\\:[x",arch="amd64"} 1`,
      expect.stringMatching(/^container_registry_service_last_run_timestamp_seconds \d+$/),
    ]),
  )
  const shape = /^(?:# (?:HELP|TYPE) \w+ .+|\w+(?:\{(?:\w+="(?:[^"\\]|\\.)*",?)+\})? \d+)$/
  for (const line of lines.slice(0, -1)) expect(line).toMatch(shape)
})

test('what cannot be written is said, and the rest is told', async () => {
  const { args } = await world()
  const { status, stdout, stderr } = await desk().run([
    ...args,
    '--prometheus',
    'no/a.prom',
    '--html',
    'no/a.html',
  ])
  expect(status).toBe(3)
  expect(stdout).toContain('1 update')
  expect(stderr).toMatch(
    /^no\/a\.html could not be written: ENOENT.*\nno\/a\.prom could not be written: ENOENT/,
  )
})
