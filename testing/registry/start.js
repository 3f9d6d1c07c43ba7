'use strict'

const { parseImageReference } = require('../reference.js')
const { Github } = require('./github.js')
const { listen, refusal } = require('./listen.js')
const { Registry } = require('./registry.js')

const GITHUB = 'api.github.com'

/** Starts a registry for each host that `images` name, and GitHub's API beside them. See `index.d.ts`. */
async function startRegistries({ images, hosts = {} }) {
  const requests = []
  const refusals = new Map()
  const serve = async (host, answers) => {
    const answer = (url, headers) => refusals.get(host) ?? answers.answer(url, headers)
    return [host, await listen(answer, (request) => requests.push({ host, ...request }))]
  }
  const held = byRegistry(images)
  const behaviours = new Map(Object.entries(hosts).map(([host, behaviour]) => [canonical(host), behaviour]))
  const registries = await Promise.all(
    [...held].map(([host, images]) => serve(host, new Registry({ host, ...behaviours.get(host) }, images))),
  )
  const [, github] = await serve(GITHUB, new Github(images))
  return {
    options: {
      registries: Object.fromEntries(registries.map(([host, { url }]) => [host, { url }])),
      github: { apiUrl: github.url },
    },
    requests,
    refuse(host, status, headers = {}) {
      refusals.set(known(host), refusal(status, 'DENIED', 'refused by the test', headers))
    },
    recover(host) {
      refusals.delete(known(host))
    },
    async close() {
      await Promise.all([github, ...registries.map(([, server]) => server)].map((server) => server.close()))
    },
  }

  function known(host) {
    if (host === GITHUB || held.has(canonical(host))) return canonical(host)
    throw new Error(`No registry is served for ${host}: there is ${[...held.keys(), GITHUB].join(', ')}`)
  }
}

/** The images of each host, by its one spelling. */
function byRegistry(images) {
  const held = new Map()
  for (const { image, ...described } of images) {
    const { registry, fullName } = parseImageReference(image)
    held.set(registry, [...(held.get(registry) ?? []), { ...described, name: fullName }])
  }
  return held
}

/** Docker Hub has several names. */
function canonical(host) {
  return host === GITHUB ? host : parseImageReference(`${host}/a/b`).registry
}

module.exports = { startRegistries }
