import { createHash } from 'node:crypto'

export const MEDIA_TYPES = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  config: 'application/vnd.oci.image.config.v1+json',
  layer: 'application/vnd.oci.image.layer.v1.tar+gzip',
  dockerList: 'application/vnd.docker.distribution.manifest.list.v2+json',
  dockerManifest: 'application/vnd.docker.distribution.manifest.v2+json',
} as const

export interface Platform {
  os?: string
  architecture?: string
  variant?: string
}

/** Bytes that a registry serves under their digest. */
export interface Content {
  mediaType: string
  digest: string
  body: string
}

/** What a tag points to, and all that hangs below it. */
export interface Image {
  root: Content
  contents: Content[]
}

export interface SinglePlatform {
  /** `os/architecture[/variant]`; empty for a config that states none. */
  platform?: string
  labels?: Record<string, unknown>
  /** Sizes in bytes. */
  layers?: number[]
  /** When the config says that it was built. */
  created?: string
}

export interface MultiPlatform extends Omit<SinglePlatform, 'platform'> {
  platforms: string[]
  /** Labels of single platforms, over those of all. */
  labelsOf?: Record<string, Record<string, unknown>>
  /** Layers of single platforms, in place of those of all. */
  layersOf?: Record<string, number[]>
  /** Put attestations into the index, ahead of the images. */
  attestations?: boolean
}

/** `linux/arm/v7` as an index or a config states it. */
export function platform(text: string): Platform {
  const [os, architecture, variant] = text.split('/')
  return { ...(os && { os }), ...(architecture && { architecture }), ...(variant && { variant }) }
}

/** Content of a JSON document, under the digest that it really has. */
export function content(mediaType: string, document: unknown): Content {
  const body = JSON.stringify(document)
  return { mediaType, digest: `sha256:${createHash('sha256').update(body).digest('hex')}`, body }
}

export function descriptor({ mediaType, digest, body }: Content) {
  return { mediaType, digest, size: Buffer.byteLength(body) }
}

/** One manifest with its config. */
export function singlePlatformImage(options: SinglePlatform = {}): Image {
  const { platform: text = 'linux/amd64', labels = {}, layers = [1000], created } = options
  const config = content(MEDIA_TYPES.config, { ...platform(text), created, config: { Labels: labels } })
  const layer = (size: number, index: number) => {
    const { mediaType, digest } = content(MEDIA_TYPES.layer, { index, size })
    return { mediaType, digest, size }
  }
  const manifest = content(MEDIA_TYPES.manifest, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.manifest,
    config: descriptor(config),
    layers: layers.map(layer),
  })
  return { root: manifest, contents: [manifest, config] }
}

/** An index with a manifest and a config for every platform. */
export function multiPlatformImage(options: MultiPlatform): Image {
  const { platforms, labels, labelsOf = {}, layers, layersOf = {}, attestations = false, created } = options
  const children = platforms.map((text) => {
    const own = { labels: { ...labels, ...labelsOf[text] }, layers: layersOf[text] ?? layers, created }
    const { root, contents } = singlePlatformImage({ platform: text, ...own })
    return { root, contents, entry: { ...descriptor(root), platform: platform(text) } }
  })
  const attested = attestations ? children.map(({ root }) => attestation(root)) : []
  const index = content(MEDIA_TYPES.index, {
    schemaVersion: 2,
    mediaType: MEDIA_TYPES.index,
    manifests: [...attested, ...children].map(({ entry }) => entry),
  })
  return { root: index, contents: [index, ...[...attested, ...children].flatMap(({ contents }) => contents)] }
}

/** The manifest that BuildKit puts into an index beside each image. */
function attestation(subject: Content) {
  const { root, contents } = singlePlatformImage({ platform: 'unknown/unknown', layers: [77] })
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': subject.digest,
  }
  return {
    root,
    contents,
    entry: { ...descriptor(root), platform: platform('unknown/unknown'), annotations },
  }
}
