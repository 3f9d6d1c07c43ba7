import { createHash } from 'node:crypto'

const INDEX = 'application/vnd.oci.image.index.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

/** One repository as builders leave it: an index a tag, with two platforms and an attestation for each. */
export class Repository {
  /** Tag to the descriptor of its index; `platforms` tells the images in it. */
  tags = new Map()
  /** Digest to `{ mediaType, body }` of indexes and manifests. */
  manifests = new Map()
  /** Digest to the body of a config. */
  blobs = new Map()

  constructor({ name, source }) {
    this.name = name
    this.source = source
  }

  /** Builds a tag for `platforms`. */
  add(tag, platforms = ['amd64', 'arm64']) {
    const built = platforms.map((architecture) => this.#image(tag, architecture))
    const attestations = built.map((image) => this.#attestation(tag, image.descriptor))
    const manifests = [...built, ...attestations].map(({ descriptor }) => descriptor)
    const index = this.#manifest({ schemaVersion: 2, mediaType: INDEX, manifests })
    this.tags.set(tag, { ...index, platforms: [...built, ...attestations] })
  }

  /** Lists a tag that nobody asks for. */
  list(tag) {
    this.tags.set(tag, { mediaType: INDEX, digest: sha256(`${this.name}:${tag}`), size: 1609, platforms: [] })
  }

  #image(tag, architecture) {
    const labels = {
      'org.opencontainers.image.created': '2026-05-04T03:02:01.000Z',
      'org.opencontainers.image.licenses': 'Apache-2.0',
      'org.opencontainers.image.title': this.name,
      'org.opencontainers.image.version': tag,
    }
    if (this.source) labels['org.opencontainers.image.source'] = this.source
    const layers = Array.from({ length: 5 }, (_, index) => ({
      mediaType: LAYER,
      digest: sha256(`${this.name}:${tag} ${architecture} ${index}`),
      size: 1_000_000 * (index + 1),
    }))
    const config = this.#blob({
      architecture,
      os: 'linux',
      config: { Env: ['PATH=/usr/local/bin:/usr/bin:/bin'], Cmd: ['/app/run'], Labels: labels },
      created: '2026-05-04T03:02:01.000Z',
      history: layers.flatMap(() => [
        { created: '2026-05-04T03:02:00.000Z', created_by: 'RUN /bin/sh -c install', comment: 'buildkit' },
        { created: '2026-05-04T03:02:01.000Z', created_by: 'ENV A=b', empty_layer: true },
      ]),
      rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => sha256(digest)) },
    })
    const manifest = this.#manifest({ schemaVersion: 2, mediaType: MANIFEST, config, layers })
    const size = layers.reduce((sum, layer) => sum + layer.size, 0)
    return { size, descriptor: { ...manifest, platform: { architecture, os: 'linux' } } }
  }

  #attestation(tag, { digest }) {
    const statement = {
      mediaType: 'application/vnd.in-toto+json',
      digest: sha256(`${this.name}:${tag} provenance of ${digest}`),
      size: 30_000,
    }
    const config = { mediaType: CONFIG, digest: sha256(`nothing for ${digest}`), size: 167 }
    const manifest = this.#manifest({ schemaVersion: 2, mediaType: MANIFEST, config, layers: [statement] })
    const annotations = {
      'vnd.docker.reference.digest': digest,
      'vnd.docker.reference.type': 'attestation-manifest',
    }
    const platform = { architecture: 'unknown', os: 'unknown' }
    return { size: statement.size, descriptor: { ...manifest, annotations, platform } }
  }

  #manifest(document) {
    const body = Buffer.from(JSON.stringify(document))
    const digest = sha256(body)
    this.manifests.set(digest, { mediaType: document.mediaType, body })
    return { mediaType: document.mediaType, digest, size: body.length }
  }

  #blob(document) {
    const body = Buffer.from(JSON.stringify(document))
    const digest = sha256(body)
    this.blobs.set(digest, body)
    return { mediaType: CONFIG, digest, size: body.length }
  }
}

function sha256(data) {
  return `sha256:${createHash('sha256').update(data).digest('hex')}`
}
