import { type Content, content, descriptor, MEDIA_TYPES, platform } from '../../support/image'

/** The source repository that images name. */
export const SOURCE = 'https://github.com/team/app'

/** How images are written down. */
export interface ImageStyle {
  /** Docker's media types in place of OCI's. */
  docker?: boolean
  /** Where the source repository is named: a label of the config, old or new, or an annotation. */
  source?: 'config' | 'vcs-url' | 'index' | 'manifest' | 'nowhere'
  /** The source repository. Default: `SOURCE`. */
  url?: string
  /** Documents do not say of what media type they are. */
  silent?: boolean
}

/** Bytes below a tag. */
export interface Image {
  root: Content
  manifests: Content[]
  blobs: Content[]
}

const SOURCE_KEY = 'org.opencontainers.image.source'
const DOCKER_CONFIG = 'application/vnd.docker.container.image.v1+json'

/** An image for one platform; `salt` makes it differ from another one of the same kind. */
export function manifestOf(text: string, style: ImageStyle, salt: string): Image {
  const { docker, source = 'config', url = SOURCE, silent } = style
  const labels = {
    ...(source === 'config' && { [SOURCE_KEY]: url }),
    ...(source === 'vcs-url' && { 'org.label-schema.vcs-url': url }),
  }
  const configType = docker ? DOCKER_CONFIG : MEDIA_TYPES.config
  const config = content(configType, { ...platform(text), config: { Labels: labels, Env: [salt] } })
  const mediaType = docker ? MEDIA_TYPES.dockerManifest : MEDIA_TYPES.manifest
  const layer = content(MEDIA_TYPES.layer, { text, salt })
  const root = content(mediaType, {
    schemaVersion: 2,
    ...(!silent && { mediaType }),
    config: descriptor(config),
    layers: [descriptor(layer)],
    ...(source === 'manifest' && { annotations: { [SOURCE_KEY]: url } }),
  })
  return { root, manifests: [root], blobs: [config] }
}

/** An index with an image for every platform, and ahead of them what BuildKit attests of each. */
export function indexOf(platforms: string[], style: ImageStyle, salt: string): Image {
  const { docker, source, url = SOURCE, silent } = style
  const images = platforms.map((text) => ({ text, image: manifestOf(text, style, salt) }))
  const entries = images.map(({ text, image }) => ({ ...descriptor(image.root), platform: platform(text) }))
  const attested = docker ? [] : images.map(({ image }) => attestationOf(image.root))
  const mediaType = docker ? MEDIA_TYPES.dockerList : MEDIA_TYPES.index
  const root = content(mediaType, {
    schemaVersion: 2,
    ...(!silent && { mediaType }),
    manifests: [...attested.map(({ entry }) => entry), ...entries],
    ...(source === 'index' && { annotations: { [SOURCE_KEY]: url } }),
  })
  const all = [...images.map(({ image }) => image), ...attested.map(({ image }) => image)]
  return {
    root,
    manifests: [root, ...all.flatMap(({ manifests }) => manifests)],
    blobs: all.flatMap(({ blobs }) => blobs),
  }
}

function attestationOf(subject: Content) {
  const image = manifestOf('unknown/unknown', { source: 'index' }, subject.digest)
  const annotations = {
    'vnd.docker.reference.type': 'attestation-manifest',
    'vnd.docker.reference.digest': subject.digest,
  }
  return { image, entry: { ...descriptor(image.root), platform: platform('unknown/unknown'), annotations } }
}
