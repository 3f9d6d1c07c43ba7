'use strict'

const { createHash } = require('node:crypto')

const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
  dockerConfig: 'application/vnd.docker.container.image.v1+json',
}
const DOCKERS = { index: 'dockerList', manifest: 'dockerManifest', config: 'dockerConfig' }

/** Turns `linux/arm/v7` into the platform of an index or a config. */
function platform(text) {
  const [os, architecture, variant] = text.split('/')
  return { ...(os && { os }), ...(architecture && { architecture }), ...(variant && { variant }) }
}

function sha256(data) {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`
}

/** Makes content of a JSON document, under its real digest. */
function content(mediaType, document) {
  const body = JSON.stringify(document)
  return { mediaType, digest: sha256(body), body }
}

function descriptor({ mediaType, digest, body }) {
  return { mediaType, digest, size: Buffer.byteLength(body) }
}

/** Makes one manifest with its config. See `SinglePlatform` in `index.d.ts`. */
function singlePlatformImage(options = {}) {
  const { platform: text = 'linux/amd64', labels = {}, layers = [1000], created, salt, container } = options
  const config = content(typeOf('config', options), {
    ...platform(text),
    created,
    config: { Labels: labels, ...(salt && { Env: [salt] }), ...container },
    ...options.config,
  })
  const root = document('manifest', options, { config: descriptor(config), layers: layers.map(layer) })
  return imageOf(root, [root], [config])

  function layer(size, index) {
    const { mediaType, digest } = content(MEDIA_TYPES.layer, { index, size, ...(salt && { salt, text }) })
    return { mediaType, digest, size }
  }
}

/** Makes an index with a manifest and a config for every platform. See `MultiPlatform` in `index.d.ts`. */
function multiPlatformImage(options) {
  const { platforms, labelsOf = {}, layersOf = {}, attestations = false, indexAnnotations } = options
  const children = platforms.map((text) => {
    const labels = { ...options.labels, ...labelsOf[text] }
    const image = singlePlatformImage({
      ...options,
      platform: text,
      labels,
      layers: layersOf[text] ?? options.layers,
    })
    return { image, entry: { ...descriptor(image.root), platform: platform(text) } }
  })
  const attested = attestations ? children.map(({ image }) => attestation(image.root)) : []
  const listed = attestations === 'last' ? [...children, ...attested] : [...attested, ...children]
  const manifests = listed.map(({ entry }) => entry)
  const root = document('index', { ...options, annotations: indexAnnotations }, { manifests })
  const below = [...children, ...attested].map(({ image }) => image)
  return imageOf(
    root,
    [root, ...below.flatMap((image) => image.manifests)],
    below.flatMap((image) => image.blobs),
  )
}

/** Makes the attestation manifest that BuildKit puts into an index beside each image. */
function attestation(subject) {
  const text = 'unknown/unknown'
  const image = singlePlatformImage({ platform: text, layers: [77], salt: subject.digest })
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': subject.digest,
  }
  return { image, entry: { ...descriptor(image.root), platform: platform(text), annotations } }
}

/** Makes an index or a manifest, which may leave out its media type. */
function document(kind, options, fields) {
  const mediaType = typeOf(kind, options)
  const { annotations, silent } = options
  return content(mediaType, {
    schemaVersion: 2,
    ...(!silent && { mediaType }),
    ...fields,
    ...(annotations && { annotations }),
  })
}

function typeOf(kind, { docker }) {
  return MEDIA_TYPES[docker ? DOCKERS[kind] : kind]
}

function imageOf(root, manifests, blobs) {
  return { root, manifests, blobs, contents: [...manifests, ...blobs] }
}

module.exports = {
  content,
  descriptor,
  MEDIA_TYPES,
  multiPlatformImage,
  platform,
  sha256,
  singlePlatformImage,
}
