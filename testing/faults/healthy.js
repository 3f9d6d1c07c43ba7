'use strict'

const { descriptor, Github, multiPlatformImage, Registry, Repository, sha256 } = require('../registry')

const NAME = 'team/app'
const CURRENT = '1.0.0'
const NEWER = '1.1.0'
const SOURCE = 'https://github.com/team/app'
const LABELS = { 'org.opencontainers.image.source': SOURCE }
const IMAGE = multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], labels: LABELS })

const DIGEST = IMAGE.root.digest
const LAYER = 1000
const PLATFORMS = JSON.parse(IMAGE.root.body).manifests.map(({ digest, platform }) => {
  const content = IMAGE.manifests.find((other) => other.digest === digest)
  return { ...platform, digest, size: descriptor(content).size }
})

/** Makes another image with the same platforms and layers. The same image under another name would be no update. */
function another({ root, ...image }) {
  const body = `${root.body}\n`
  return { ...image, root: { ...root, body, digest: sha256(body) } }
}

/**
 * Answers as a registry without a token service, whose repositories all have nearly the same image under two tags, and
 * as GitHub's API with releases of these tags.
 */
function healthy(image = IMAGE) {
  const repository = new Repository().push(CURRENT, image).push(NEWER, another(image))
  const registry = new Registry({ host: 'registry.example', repositories: () => repository })
  const github = new Github({ others: () => [`v${CURRENT}`, `v${NEWER}`] })
  return (request) => registry.answer(request) ?? github.answer(request)
}

module.exports = { CURRENT, DIGEST, healthy, LABELS, LAYER, NAME, NEWER, PLATFORMS, SOURCE }
