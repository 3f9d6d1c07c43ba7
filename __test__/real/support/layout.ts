import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const INDEX = 'application/vnd.oci.image.index.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const CONFIG = 'application/vnd.oci.image.config.v1+json'
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip'

export interface Platform {
  os: string
  architecture: string
  variant?: string
}

export interface Image {
  tag: string
  /** More than one makes an index; exactly one is pushed as a manifest by itself. */
  platforms: Platform[]
  labels?: Record<string, string>
}

export interface Descriptor {
  mediaType: string
  digest: string
  size: number
}

export interface WrittenImage {
  /** What the tag stands for: an index, or the only manifest. */
  top: Descriptor
  /** Bytes of the layers, by `architecture` or `architecture/variant`. */
  layerBytes: Record<string, number>
}

/** Writes one image as an OCI layout of its own, the form skopeo reads, and says what is in it. */
export async function writeLayout(directory: string, image: Image): Promise<WrittenImage> {
  const blobs = join(directory, 'blobs', 'sha256')
  await mkdir(blobs, { recursive: true })

  async function addBlob(mediaType: string, body: Buffer): Promise<Descriptor> {
    const hash = sha256(body)
    await writeFile(join(blobs, hash), body)
    return { mediaType, digest: `sha256:${hash}`, size: body.length }
  }

  const addJson = (mediaType: string, document: object) =>
    addBlob(mediaType, Buffer.from(JSON.stringify(document)))

  const layerBytes: Record<string, number> = {}
  const manifests: (Descriptor & { platform: Platform })[] = []
  for (const [position, platform] of image.platforms.entries()) {
    const name = [platform.architecture, platform.variant].filter(Boolean).join('/')
    // Layers that differ in size tell the platforms apart.
    const filling = Array.from({ length: position }, (_, line) => sha256(`${name} ${line}`))
    const tar = tarOf([name, image.tag, ...filling].join('\n'))
    const config = await addJson(CONFIG, {
      ...platform,
      config: { Labels: image.labels },
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(tar)}`] },
    })
    const layer = await addBlob(LAYER, gzipSync(tar))
    layerBytes[name] = layer.size
    const manifest = { schemaVersion: 2, mediaType: MANIFEST, config, layers: [layer] }
    manifests.push({ ...(await addJson(MANIFEST, manifest)), platform })
  }

  const only = manifests.length === 1 ? manifests[0] : undefined
  const top = only ?? (await addJson(INDEX, { schemaVersion: 2, mediaType: INDEX, manifests }))
  const named = { ...top, annotations: { 'org.opencontainers.image.ref.name': image.tag } }
  await writeFile(join(directory, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  await writeFile(join(directory, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [named] }))
  return { top, layerBytes }
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex')
}

/** A tar archive with one file, `about`: a header of 512 bytes, the text in one block, and two empty blocks. */
function tarOf(text: string): Buffer {
  const tar = Buffer.alloc(4 * 512)
  tar.write('about', 0)
  tar.write('0000644\0', 100)
  tar.write('0000000\0', 108)
  tar.write('0000000\0', 116)
  tar.write(`${text.length.toString(8).padStart(11, '0')}\0`, 124)
  tar.write('00000000000\0', 136)
  tar.write('        ', 148)
  tar.write('0', 156)
  tar.write('ustar\0' + '00', 257)
  const sum = tar.subarray(0, 512).reduce((total, byte) => total + byte, 0)
  tar.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  tar.write(text, 512)
  return tar
}
