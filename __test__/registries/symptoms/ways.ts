import type { RegistryOptions, ServiceOptions } from '../../..'
import { json, multiPlatformImage, Repository, reply } from '../../../testing/registry'
import { Open, pem } from '../../connect/support'
import { CURRENT } from '../support/catalogue'
import type { World } from '../support/world'
import { checked, enter, HOST, IMAGE, listed, lists, NAME, ORIGIN, type Symptom, tags } from './symptom'

const OTHER = 'other.example.org'

const known = (options: object): ServiceOptions => ({ registries: { [HOST]: options as RegistryOptions } })

/** A Link of the first page that names the own registry in another way. */
const link = (what: string, target: string, is: string): Symptom => ({
  what: `a Link to ${what}`,
  is,
  seen(world) {
    enter(world, {
      before: lists(({ query }) =>
        query.has('last')
          ? tags('2.0')
          : json(
              { name: NAME, tags: ['1.0'] },
              { Link: `<${target}/v2/${NAME}/tags/list?last=1.0>; rel="next"` },
            ),
      ),
    })
    return listed(world)
  },
})

/** A registry at a URL with a path, and the path that is asked for there. */
const mounted = (url: string, path: string, options: object = {}): Symptom => ({
  what: `\`url: '${url}'\`${Object.keys(options).length > 0 ? ` with ${JSON.stringify(options)}` : ''}`,
  is: `asks for ${path}`,
  async seen(world) {
    world.put(new URL(url).origin, (request) =>
      request.path.endsWith('/tags/list') ? tags('1.0') : undefined,
    )
    await listed(world, known({ url, ...options }))
    return `asks for ${world.exchanges.map(({ request }) => request.path).join(' and ')}`
  },
})

/** Ways there. */
export const WAYS: Symptom[] = [
  link('the own registry over plain http', `http://${HOST}`, '2 tags'),
  link('the own registry at another port', `https://${HOST}:5000`, '2 tags'),
  link('another host', 'https://other.example.org', 'BAD_RESPONSE'),
  mounted('https://harbor.example.org/v2/project/', `/v2/project/${NAME}/tags/list`),
  mounted(
    'https://host.example.org/artifactory/api/docker/docker-local',
    `/artifactory/api/docker/docker-local/v2/${NAME}/tags/list`,
  ),
  mounted('https://host.example.org/v2', `/v2/${NAME}/tags/list`),
  mounted('https://host.example.org', `/v2/mirror/${NAME}/tags/list`, { repositoryPrefix: 'mirror/' }),
  {
    what: 'an image that runs through a proxy cache, with `aliases`',
    is: 'update-available; offers 3.8.0 and 3.7.2; nothing was asked of the cache',
    async seen(world) {
      enter(world)
      const cache = 'harbor.example.org'
      const aliases = { [`${cache}/proxied/`]: `${HOST}/` }
      const outcome = await checked(
        world,
        { aliases } as ServiceOptions,
        `${cache}/proxied/${NAME}:${CURRENT}`,
      )
      return `${outcome}; ${world.receivedBy(`https://${cache}`).length || 'nothing'} was asked of the cache`
    },
  },
  {
    what: 'two `aliases`, of which the longer one counts',
    is: 'asks for /v2/team/app/tags/list',
    async seen(world) {
      enter(world)
      const cache = 'harbor.example.org'
      const aliases = { [`${cache}/`]: `${HOST}/wrong/`, [`${cache}/proxied/`]: `${HOST}/` }
      await listed(world, { aliases } as ServiceOptions, `${cache}/proxied/${NAME}:${CURRENT}`)
      return `asks for ${[...new Set(world.exchanges.map(({ request }) => request.path))].join(' and ')}`
    },
  },
  {
    what: '`pageSize: 50`',
    is: 'asks for n=50',
    async seen(world) {
      enter(world)
      await listed(world, known({ pageSize: 50 }))
      return `asks for n=${world.receivedBy(ORIGIN)[0]?.query.get('n')}`
    },
  },
  ...[false, true].map(
    (insecure): Symptom => ({
      what: `a blob that is at a plain http address${insecure ? ', of an `insecure` registry' : ''}`,
      is: insecure ? 'read' : 'refused, and the message says why',
      async seen(world) {
        const store = 'http://minio.example.org'
        const registry = enter(world, {
          before: ({ path, url }) =>
            path.includes('/blobs/') ? reply(307, '', { Location: `${store}${url}` }) : undefined,
        })
        world.put(store, ({ path }) => {
          const blob = registry.repository(NAME)?.blobs.get(path.split('/').at(-1) ?? '')
          return blob && reply(200, blob.body)
        })
        const { service } = world.service(known({ insecure }))
        return service.getPlatforms(service.parseImageReference(IMAGE), '3.7.2').then(
          () => 'read',
          ({ message, detail }) =>
            `refused, and the message says ${/insecure/.test(`${message} ${detail}`) ? 'why' : message}`,
        )
      },
    }),
  ),
  {
    what: 'a newer tag for amd64/v3 only',
    is: 'up-to-date',
    seen(world) {
      const repository = new Repository()
        .push(CURRENT, multiPlatformImage({ platforms: ['linux/amd64'] }))
        .push('3.8.0', multiPlatformImage({ platforms: ['linux/amd64/v3'] }))
      enter(world, { repositories: { [NAME]: repository } })
      return checked(world)
    },
  },
  {
    what: 'an address at which nobody listens',
    is: 'NETWORK, ECONNREFUSED',
    async seen(world) {
      const { service } = world.service({ proxy: undefined, ...known({ url: 'http://127.0.0.1:9' }) })
      return service.listTags(service.parseImageReference(IMAGE)).then(
        () => 'tags',
        ({ code, cause }) => `${code}, ${cause?.code}`,
      )
    },
  },
  {
    what: 'a proxy for one registry only, at which nobody listens',
    is: 'NETWORK, ECONNREFUSED; another registry answers',
    async seen(world) {
      enter(world)
      enter(world, { host: OTHER })
      const registries = { [HOST]: { proxy: 'http://127.0.0.1:9' } }
      const { service } = world.service({ registries })
      const list = (host: string) => service.listTags(service.parseImageReference(`${host}/${NAME}:1`))
      const outcome = await list(HOST).then(String, ({ code, cause }) => `${code}, ${cause?.code}`)
      await list(OTHER)
      return `${outcome}; another registry answers`
    },
  },
  {
    what: 'a proxy that wants a password (407)',
    is: 'AUTH_FAILED (407), and the message names `proxy`',
    seen: (world) =>
      opened(async (open) => {
        const proxy = await open.tcp((socket) => {
          socket.on('error', () => {})
          socket.once('data', () =>
            socket.end('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
          )
        })
        return outcomeOf(world, { proxy: `http://${proxy}` })
      }),
  },
  {
    what: 'a SOCKS proxy (`socks5h://`)',
    is: '1 tag, looked up by the proxy',
    seen: (world) =>
      opened(async (open) => {
        const tags =
          'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 14\r\n\r\n{"tags":["1"]}'
        const registry = await open.tcp((socket) => {
          socket.on('error', () => {})
          socket.once('data', () => socket.end(tags))
        })
        const asked: string[] = []
        const proxy = `socks5h://${await open.socks(registry, asked)}`
        const url = 'http://registry.invalid'
        const outcome = await outcomeOf(world, { proxy, ...known({ url, insecure: true }) })
        return `${outcome}, looked up by ${asked[0]?.startsWith('registry.invalid') ? 'the proxy' : 'nobody'}`
      }),
  },
  ...[false, true].map(
    (hasOne): Symptom => ({
      what: `a registry that wants a client certificate${hasOne ? ', with one' : ''}`,
      is: hasOne ? '1 tag' : 'AUTH_FAILED, and the message names `clientCertificate`',
      seen: (world) =>
        opened(async (open) => {
          const ca = pem('ca.pem')
          const url = await open.https({ requestCert: true, rejectUnauthorized: true, ca })
          const clientCertificate = { cert: pem('client.pem'), key: pem('client.key') }
          return outcomeOf(world, {
            proxy: undefined,
            ...known({ url, ca, ...(hasOne && { clientCertificate }) }),
          })
        }),
    }),
  ),
]

/** Runs a scenario with servers of its own. */
async function opened(scenario: (open: Open) => Promise<string>): Promise<string> {
  const open = new Open()
  try {
    return await scenario(open)
  } finally {
    await open.close()
  }
}

/** How many tags are listed, or how that failed and which option the message names. */
async function outcomeOf(world: World, options: ServiceOptions): Promise<string> {
  const { service } = world.service({ maxRetries: 0, ...options })
  return service.listTags(service.parseImageReference(IMAGE)).then(
    ({ length }) => (length === 1 ? '1 tag' : `${length} tags`),
    ({ code, status, message }) => {
      const option = /\((?:registries\[host\]\.)?(\w+)\)$/.exec(message)?.[1]
      return `${code}${status ? ` (${status})` : ''}, and the message names ${option ? `\`${option}\`` : message}`
    },
  )
}
