import type { Content } from '../../support/image'
import { type Image, type ImageStyle, indexOf, manifestOf, SOURCE } from './image'

export interface Repository {
  isPrivate: boolean
  /** As they were pushed, the oldest first. */
  tags: string[]
  /** By tag and by digest. */
  manifests: Map<string, Content>
  blobs: Map<string, Content>
}

/** What is in a repository. */
export interface Stock extends ImageStyle {
  isPrivate?: boolean
  /** How many tags there are in all. */
  count?: number
}

/** The tag that is installed. */
export const CURRENT = '3.7.0'
/** A tag with an image for every platform. */
export const NEWEST = '3.8.0'
/** A tag that is a manifest by itself, for amd64. */
export const SINGLE = '3.7.2'
export const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7']
/** What a machine with arm64 that runs `CURRENT` can have: `SINGLE` is newer, but not for it. */
export const UPDATES = [
  { tag: NEWEST, isLatest: true, releaseUrl: `${SOURCE}/releases/tag/v${NEWEST}` },
  { tag: '3.7.1', isLatest: false, releaseUrl: `${SOURCE}/releases/tag/v3.7.1` },
]

const RECENT = [
  CURRENT,
  '3.7.0-alpine',
  'latest',
  `sha256-${'3f'.repeat(32)}`,
  `sha256-${'3f'.repeat(32)}.sig`,
  'nightly',
  '3.7.1',
  SINGLE,
  '3.8.0-rc1',
  NEWEST,
]

/** A repository as a project has it after some years: many old tags, and at the end those that matter. */
export function stocked({ isPrivate = false, count = 260, ...style }: Stock = {}): Repository {
  const old = Array.from({ length: count - RECENT.length }, (_, age) => `1.${age}.0`)
  const repository = { isPrivate, tags: [...old, ...RECENT], manifests: new Map(), blobs: new Map() }
  const images = {
    [CURRENT]: indexOf(PLATFORMS, style, CURRENT),
    [NEWEST]: indexOf(PLATFORMS, style, NEWEST),
    '3.7.1': manifestOf('linux/arm64', style, '3.7.1'),
    [SINGLE]: manifestOf('linux/amd64', style, SINGLE),
  }
  for (const [tag, image] of Object.entries(images)) put(repository, tag, image)
  return repository
}

/** Puts an image behind a tag that is listed. */
export function put(repository: Repository, tag: string, { root, manifests, blobs }: Image): void {
  repository.manifests.set(tag, root)
  for (const content of manifests) repository.manifests.set(content.digest, content)
  for (const content of blobs) repository.blobs.set(content.digest, content)
}

/** Puts an image behind a tag and lists it as the one that was pushed last. */
export function push(repository: Repository, tag: string, image: Image): void {
  repository.tags = [...repository.tags.filter((listed) => listed !== tag), tag]
  put(repository, tag, image)
}

/** A public repository and a private one, of the same stock. */
export function publicAndPrivate(stock: Stock = {}, path = 'team'): Record<string, Repository> {
  return {
    [`${path}/app`]: stocked(stock),
    [`${path}/secret`]: stocked({ ...stock, isPrivate: true }),
  }
}
