'use strict'

const { parseImageReference } = require('../reference.js')
const { Github } = require('./github.js')
const { multiPlatformImage, singlePlatformImage } = require('./image.js')
const { Registry } = require('./registry.js')
const { refusal } = require('./reply.js')
const { Repository } = require('./repository.js')
const { FakeServer } = require('./server.js')
const { TokenService } = require('./token-service.js')

const GITHUB = 'api.github.com'

/** Starts a registry for each host that `images` name, and GitHub's API beside them. See `../index.d.ts`. */
async function startRegistries({ images, hosts = {} }) {
  const requests = []
  const refusals = new Map()
  const serve = async (host, answers) => {
    const answer = (request) => {
      requests.push({ host, method: request.method, path: request.url })
      return refusals.get(host) ?? answers.answer(request)
    }
    return [host, await FakeServer.start(answer)]
  }
  const held = byRegistry(images)
  const behaviours = new Map(Object.entries(hosts).map(([host, behaviour]) => [canonical(host), behaviour]))
  const registries = await Promise.all(
    [...held].map(([host, images]) => serve(host, registryOf(host, images, behaviours.get(host)))),
  )
  const [, github] = await serve(GITHUB, githubOf(images))
  return {
    options: {
      registries: Object.fromEntries(registries.map(([host, { origin }]) => [host, { url: origin }])),
      github: { apiUrl: github.origin },
    },
    requests,
    refuse(host, status, headers = {}) {
      refusals.set(known(host), refusal(status, 'DENIED', 'refused by the test', headers))
    },
    recover(host) {
      refusals.delete(known(host))
    },
    async close() {
      const servers = [github, ...registries.map(([, server]) => server)]
      const results = await Promise.allSettled(servers.map((server) => server.close()))
      const failures = results.flatMap(({ reason }) => reason?.message ?? [])
      if (failures.length > 0) throw new Error(failures.join('\n'))
    },
  }

  function known(host) {
    if (host === GITHUB || held.has(canonical(host))) return canonical(host)
    throw new Error(`No registry is served for ${host}: there is ${[...held.keys(), GITHUB].join(', ')}`)
  }
}

/** Groups images by host, in its canonical spelling. */
function byRegistry(images) {
  const held = new Map()
  for (const { image, ...described } of images) {
    const { registry, fullName } = parseImageReference(image)
    held.set(registry, [...(held.get(registry) ?? []), { ...described, name: fullName }])
  }
  return held
}

function registryOf(host, images, { token = true, pageSize = 100 } = {}) {
  const repositories = Object.fromEntries(images.map((image) => [image.name, repositoryOf(image)]))
  return new Registry({
    host,
    repositories,
    paging: { order: 'pushed', usual: pageSize, most: pageSize },
    isStrict: true,
    ...(token && {
      guard: new TokenService({ realm: '/token', service: host, repositories, tellsMissing: true }),
    }),
  })
}

function repositoryOf(image) {
  const repository = new Repository()
  for (const tag of image.tags) repository.push(tag, imageOf(image, image.aliases?.[tag] ?? tag))
  for (const tag of image.signed ?? []) {
    // Cosign signs the digest that the tag points to.
    const { digest } = repository.manifests.get(tag)
    repository.put(`${digest.replace(':', '-')}.sig`, singlePlatformImage({ salt: `signature of ${digest}` }))
  }
  return repository
}

function imageOf(image, tag) {
  const platforms = image.onlyFor?.[tag] ?? image.platforms ?? ['linux/amd64', 'linux/arm64']
  const options = {
    platforms,
    labels: {
      'org.opencontainers.image.version': tag,
      ...(image.source && { 'org.opencontainers.image.source': image.source }),
    },
    created: image.created?.[tag],
    layers: image.layers?.[tag] ?? [20_000_000],
    salt: `${image.name}:${tag}`,
    container: image.configs?.[tag],
  }
  return image.single
    ? singlePlatformImage({ ...options, platform: platforms[0] })
    : multiPlatformImage(options)
}

/** A project gives all its releases the same prefix, whatever its image's tags look like. */
function githubOf(images) {
  const bodies = new Map()
  const describe = (name, tag) => ({ tag_name: tag, body: bodies.get(`${name} ${tag}`) ?? '' })
  const github = new Github({ unknown: 'not found', describe })
  for (const { source, releases, tags, advisories, notes = {} } of images) {
    const name = source && new URL(source).pathname.slice(1)
    if (advisories) github.advisories(name, ...advisories)
    if (releases === undefined) continue
    const released = (tag) => `${releases}${tag.replace(/^v/, '')}`
    github.repository(name, ...tags.map(released))
    for (const [tag, text] of Object.entries(notes)) bodies.set(`${name} ${released(tag)}`, text)
  }
  return github
}

/** Docker Hub has several names. */
function canonical(host) {
  return host === GITHUB ? host : parseImageReference(`${host}/a/b`).registry
}

module.exports = { startRegistries }
