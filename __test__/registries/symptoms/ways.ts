import type { RegistryOptions, ServiceOptions } from '../../..'
import { json, multiPlatformImage, Repository, reply } from '../../../testing/registry'
import { CURRENT } from '../support/catalogue'
import { checked, enter, HOST, IMAGE, listed, lists, NAME, ORIGIN, type Symptom, tags } from './symptom'

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
]
