import { content, descriptor, json, MEDIA_TYPES, type Repository, reply } from '../../../testing/registry'
import { CURRENT, NEWEST, publicAndPrivate, stocked } from '../support/catalogue'
import {
  checked,
  ERRORS,
  enter,
  HOST,
  listed,
  lists,
  manifests,
  NAME,
  report,
  type Symptom,
  tags,
  told,
} from './symptom'

const MIRROR = 'https://mirror.example.org'
/** A tag that is newer than all others. */
const ARTIFACT = '3.9.0'

/** A list that is answered with this document and status 200. */
const list = (what: string, document: unknown, is: string): Symptom => ({
  what: `tags: 200 with \`${what}\``,
  is,
  seen(world) {
    enter(world, { before: lists(json(document)) })
    return listed(world)
  },
})

/** A newer tag whose manifest is answered with this document and status 200. */
const manifest = (what: string, document: unknown): Symptom => ({
  what: `manifest: 200 with \`${what}\``,
  is: 'update-available; offers 3.7.2',
  seen(world) {
    enter(world, { before: manifests(NEWEST, json(document, { 'Content-Type': MEDIA_TYPES.manifest })) })
    return checked(world)
  },
})

/** A newer tag that is something else than an image, by the media type of its config. */
const artifact = (
  what: string,
  configType: string | undefined,
  config: object = {},
  more: object = {},
): Symptom => ({
  what: `${what}, as a newer tag`,
  is:
    'rootfs' in config
      ? `update-available; offers ${ARTIFACT} and ${NEWEST} and 3.7.2`
      : `update-available; offers ${NEWEST} and 3.7.2; not ${ARTIFACT}: artifact`,
  seen(world) {
    const repository = stocked({ count: 10, source: 'nowhere' })
    push(repository, ARTIFACT, configType, config, more)
    enter(world, { repositories: { [NAME]: repository } })
    return checked(world)
  },
})

function push(
  repository: Repository,
  tag: string,
  configType: string | undefined,
  config: object,
  more: object,
): void {
  const blob = content(configType ?? '', config)
  const { mediaType: _, ...untyped } = descriptor(blob)
  const layer = { mediaType: MEDIA_TYPES.layer, digest: blob.digest, size: 1000 }
  const root = content(MEDIA_TYPES.manifest as string, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: configType === undefined ? untyped : descriptor(blob),
    layers: [layer],
    ...more,
  })
  repository.push(tag, { root, contents: [root, blob] })
}

/** What a config of an image has. */
const CONFIG = { os: 'linux', architecture: 'amd64', rootfs: { type: 'layers', diff_ids: [] } }

/** A list of 130 tags by a registry that pages in this way. */
const paged = (
  what: string,
  is: string,
  paging: NonNullable<Parameters<typeof enter>[1]>['paging'],
  count = 130,
): Symptom => ({
  what,
  is,
  async seen(world) {
    const repositories = publicAndPrivate({ count, source: 'nowhere' })
    enter(world, { repositories, paging })
    const outcome = await listed(world)
    const pages = world.exchanges.filter(({ request }) => request.path.endsWith('/tags/list')).length
    return `${outcome}, ${pages === 1 ? '1 request' : `${pages} requests`}`
  },
})

/** A registry that refuses HEAD with a status. */
const headless = (status: number, is: string): Symptom => ({
  what: `HEAD of a manifest: ${status}, where GET would answer`,
  is,
  async seen(world) {
    enter(world, {
      before: ({ method, path }) =>
        method === 'HEAD' && path.includes('/manifests/') ? reply(status) : undefined,
    })
    const { service } = world.service({ maxRetries: 0 })
    const digest = () =>
      told(service.getDigest(service.parseImageReference(`${HOST}/${NAME}:${CURRENT}`)), () => 'digest')
    const outcomes = [await digest(), await digest()]
    const asked = world.exchanges
      .filter(({ request }) => request.path.includes('/manifests/'))
      .map(({ request }) => request.method)
    return `${[...new Set(outcomes)].join(', then ')}, by ${asked.join(' ')}`
  },
})

/** A failure must never look like an answer. */
export const ANSWERS: Symptom[] = [
  list('{"errors": […]}', ERRORS, 'BAD_RESPONSE (200)'),
  list('{}', {}, 'BAD_RESPONSE (200)'),
  list('{"message": "x"}', { message: 'x' }, 'BAD_RESPONSE (200)'),
  list('[["1.0.1"]]', [['1.0.1']], 'BAD_RESPONSE (200)'),
  list(
    '{"errors": [{"code": "TOOMANYREQUESTS"}]}',
    { errors: [{ code: 'TOOMANYREQUESTS', message: 'slow down' }] },
    'RATE_LIMITED (200)',
  ),
  list('{"tags": null}', { name: NAME, tags: null }, '0 tags'),
  {
    what: 'a check during such an answer',
    is: 'failed, BAD_RESPONSE (200)',
    seen(world) {
      enter(world, { before: lists(json({})) })
      return checked(world)
    },
  },
  {
    what: 'a check during such an answer, with `staleIfError`',
    is: 'update-available, stale; offers 3.8.0 and 3.7.2',
    async seen(world) {
      let isAway = false
      enter(world, { before: lists(() => (isAway ? json(ERRORS) : undefined)) })
      const { service } = world.service({ staleIfError: true })
      await report(service)
      isAway = true
      return report(service)
    },
  },
  {
    what: 'a mirror that gives such an answer',
    is: '10 tags',
    seen(world) {
      enter(world)
      world.put(MIRROR, lists(json(ERRORS)))
      return listed(world, { registries: { [HOST]: { mirrors: [MIRROR] } } })
    },
  },
  {
    what: 'a mirror that answers with a page of HTML',
    is: '10 tags',
    seen(world) {
      enter(world)
      world.put(MIRROR, lists(reply(200, '<html>Welcome</html>', { 'Content-Type': 'text/html' })))
      return listed(world, { registries: { [HOST]: { mirrors: [MIRROR] } } })
    },
  },
  manifest('{}', {}),
  manifest('{"message": "blocked by policy"}', { message: 'blocked by policy' }),
  manifest('{"errors": […]}', ERRORS),
  manifest('{"layers": []}', { layers: [] }),
  manifest('{"config": {}, "layers": [{}]}', { config: {}, layers: [{}] }),
  manifest('{"errors": […], "manifests": null}', { ...ERRORS, manifests: null }),
  ...[{ config: {} }, { history: [] }, { os: '', architecture: '' }].map(
    (config): Symptom => ({
      ...artifact(`a config with nothing but \`${JSON.stringify(config)}\``, MEDIA_TYPES.config, config),
      is: `update-available; offers ${NEWEST} and 3.7.2`,
    }),
  ),
  list(
    '{"errors": [{"code": "UNKNOWN"}, {"code": "TOOMANYREQUESTS"}]}',
    {
      errors: [{ code: 'UNKNOWN' }, { code: 'TOOMANYREQUESTS' }],
    },
    'RATE_LIMITED (200)',
  ),
  list('{"errors": ["TOOMANYREQUESTS"]}', { errors: ['TOOMANYREQUESTS'] }, 'RATE_LIMITED (200)'),
  artifact('a Helm chart', 'application/vnd.cncf.helm.config.v1+json', { name: 'app' }),
  artifact('a Flux artifact', 'application/vnd.cncf.flux.config.v1+json'),
  artifact('a WASM module', 'application/vnd.wasm.config.v0+json'),
  artifact('an ORAS artifact', 'application/vnd.unknown.config.v1+json'),
  artifact('the empty config', 'application/vnd.oci.empty.v1+json', {}, { artifactType: 'application/x' }),
  ...['application/octet-stream', 'application/json', 'text/html', undefined].map((type) =>
    artifact(
      `an image whose config ${type ? `is \`${type}\`` : 'has no type'}, as old registries wrote it`,
      type,
      CONFIG,
    ),
  ),
  paged('a page of 100 of 130 tags, without a Link', '130 tags, 2 requests', {
    most: 100,
    linkOn: 'no page',
  }),
  paged(
    'a page of 100 tags, without a Link and by who ignores `last`',
    '100 tags, 2 requests',
    { ignoresNumber: true, linkOn: 'no page' },
    100,
  ),
  paged('a Link without angle brackets', '130 tags, 2 requests', {
    most: 100,
    link: ({ path, cursor, size }) => `${path}?last=${cursor}&n=${size}; rel="next"`,
  }),
  paged('a Link without `rel`', '130 tags, 2 requests', {
    most: 100,
    link: ({ path, cursor, size }) => `<${path}?last=${cursor}&n=${size}>`,
  }),
  paged('a Link that cannot be read', 'BAD_RESPONSE, 1 request', {
    most: 100,
    link: ({ path }) => `<${path}?last=`,
  }),
  paged("a Link with `rel='next'`", '130 tags, 2 requests', {
    most: 100,
    link: ({ path, cursor, size }) => `<${path}?last=${cursor}&n=${size}>; rel='next'`,
  }),
  paged('a Link that is no link at all', 'BAD_RESPONSE, 1 request', { most: 60, link: () => 'garbage' }),
  ...['last=x', 'next_page=abc', 'page=2'].map(
    (cursor): Symptom => ({
      what: `an empty page that has a next one, by \`${cursor}\``,
      is: '1 tag',
      seen(world) {
        const Link = `</v2/${NAME}/tags/list?${cursor}>; rel="next"`
        const [name = ''] = cursor.split('=')
        enter(world, {
          before: lists(({ query }) =>
            query.has(name) ? tags('1.0') : json({ name: NAME, tags: [] }, { Link }),
          ),
        })
        return listed(world)
      },
    }),
  ),
  {
    what: 'empty pages without end',
    is: 'BAD_RESPONSE',
    seen(world) {
      let page = 0
      enter(world, {
        before: lists(() => {
          page += 1
          return json({ name: NAME, tags: [] }, { Link: `</v2/${NAME}/tags/list?page=${page}>; rel="next"` })
        }),
      })
      return listed(world)
    },
  },
  ...[400, 403, 404, 405, 406, 415].map((status) => headless(status, 'digest, by HEAD GET GET')),
  headless(503, 'digest, by HEAD GET HEAD GET'),
  headless(401, 'AUTH_FAILED (401), by HEAD HEAD'),
  {
    what: 'a repository that has moved (301)',
    is: '10 tags, without credentials',
    async seen(world) {
      const elsewhere = 'https://moved.example.org'
      enter(world, {
        before: ({ path }) =>
          path.startsWith('/v2/team/app/')
            ? reply(301, '', { Location: `${elsewhere}/v2/team/app/tags/list` })
            : undefined,
      })
      enter(world, { host: 'moved.example.org' })
      const outcome = await listed(world, {
        registries: { [HOST]: { username: 'alice', password: 'secret' } },
      })
      const carried = world.receivedBy(elsewhere).some(({ headers }) => headers.authorization)
      return `${outcome}, ${carried ? 'with' : 'without'} credentials`
    },
  },
  {
    what: 'a tag that is listed twice',
    is: '3.8.0 and 3.7.2',
    async seen(world) {
      enter(world, { before: lists(tags('3.7.0', '3.8.0', '3.7.2', '3.8.0', '3.7.2')) })
      const { service } = world.service()
      const updates = await service.getAvailableUpdates(`${HOST}/${NAME}:${CURRENT}`, 'amd64')
      return updates.map(({ tag }) => tag).join(' and ')
    },
  },
  {
    what: 'an image by its digest alone',
    is: 'unorderable',
    seen(world) {
      enter(world)
      return checked(world, {}, `${HOST}/${NAME}@sha256:${'3f'.repeat(32)}`)
    },
  },
]
