import { descriptor, multiPlatformImage } from '../../support/image'
import type { Reply } from '../../support/reply'

export const NAME = 'team/app'
export const CURRENT = '1.0.0'
export const NEWER = '1.1.0'
export const SOURCE = 'https://github.com/team/app'

const labels = { 'org.opencontainers.image.source': SOURCE }
const IMAGE = multiPlatformImage({ platforms: ['linux/amd64', 'linux/arm64'], labels })
const CONTENTS = new Map(IMAGE.contents.map((content) => [content.digest, content]))

/** Digest of what every tag points to. */
export const DIGEST = IMAGE.root.digest
/** Bytes of the only layer. */
export const LAYER = 1000
export const PLATFORMS = JSON.parse(IMAGE.root.body).manifests.map((entry: { platform: object }) => {
  const content = IMAGE.contents.find(
    ({ digest }) => digest === (entry as unknown as { digest: string }).digest,
  )
  return { ...entry.platform, ...(content && { digest: content.digest, size: descriptor(content).size }) }
})

/**
 * What a registry without a token service answers that has any number of repositories, all with the same image under two
 * tags; and what GitHub's API answers about releases of these tags.
 */
export function healthy(method: string, url: string): Reply {
  const { pathname } = new URL(url, 'http://fault')
  if (pathname.endsWith('/releases')) return document([{ tag_name: `v${NEWER}`, name: 'News' }])
  const [, kind = '', last = ''] =
    /\/(tags|manifests|blobs|releases)(?:\/tags)?\/([^/]+)$/.exec(pathname) ?? []
  if (kind === 'releases') return document({ tag_name: last }, last.startsWith('v') ? 200 : 404)
  if (kind === 'tags') return document({ name: NAME, tags: [CURRENT, NEWER] })
  const content = kind === 'manifests' && !last.includes(':') ? IMAGE.root : CONTENTS.get(last)
  if (!content) return document({ errors: [{ code: 'UNEXPECTED', message: `${method} ${url}` }] }, 599)
  return {
    status: 200,
    headers: { 'Content-Type': content.mediaType, 'Docker-Content-Digest': content.digest },
    body: content.body,
  }
}

function document(value: unknown, status = 200): Reply {
  return { status, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) }
}
