'use strict'

const { createHash } = require('node:crypto')

const INDEX = 'application/vnd.oci.image.index.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

/** One repository, addressed by content: every tag leads to a manifest, and that to its config by digests that hold. */
class Repository {
  #tags = new Map()
  #content = new Map()

  constructor(image) {
    for (const tag of image.tags) this.#tags.set(tag, this.#addImage(image, image.aliases?.[tag] ?? tag))
  }

  get tags() {
    return [...this.#tags.keys()]
  }

  /** `{ mediaType, digest, body }` of what a tag or a digest names, or undefined. */
  find(reference) {
    return this.#content.get(this.#tags.get(reference) ?? reference)
  }

  #addImage(image, tag) {
    const platforms = image.onlyFor?.[tag] ?? image.platforms ?? ['linux/amd64', 'linux/arm64']
    const manifests = platforms.map((platform) => this.#addPlatform(image, tag, platform))
    if (image.single) return manifests[0].digest
    return this.#add(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests }).digest
  }

  #addPlatform(image, tag, platform) {
    const [os, architecture, variant] = platform.split('/')
    const labels = { 'org.opencontainers.image.version': tag }
    if (image.source) labels['org.opencontainers.image.source'] = image.source
    const config = this.#add(CONFIG, {
      created: image.created?.[tag],
      os,
      architecture,
      variant,
      config: { Labels: labels },
      rootfs: { type: 'layers', diff_ids: [] },
    })
    const manifest = this.#add(MANIFEST, {
      schemaVersion: 2,
      mediaType: MANIFEST,
      config,
      layers: [layer(`${image.name}:${tag} ${platform}`)],
    })
    return { ...manifest, platform: { os, architecture, variant } }
  }

  /** Keeps a document and answers its descriptor. */
  #add(mediaType, document) {
    const body = Buffer.from(JSON.stringify(document))
    const digest = sha256(body)
    this.#content.set(digest, { mediaType, digest, body })
    return { mediaType, digest, size: body.length }
  }
}

/** A layer that nobody fetches: who looks for updates pulls nothing. */
function layer(name) {
  return { mediaType: LAYER, digest: sha256(name), size: 20_000_000 }
}

function sha256(data) {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`
}

module.exports = { Repository }
