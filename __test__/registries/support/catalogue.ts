import {
  type BuiltImage,
  type Image,
  multiPlatformImage,
  Repository,
  singlePlatformImage,
} from '../../../testing/registry'

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
  /** The time at which it was built. */
  created?: string
  /** Documents do not say of what media type they are. */
  silent?: boolean
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

const SOURCE_KEY = 'org.opencontainers.image.source'

/** An image for one platform; `salt` makes it differ from another one of the same kind. */
export function manifestOf(platform: string, style: ImageStyle, salt: string): BuiltImage {
  return singlePlatformImage({ platform, ...writtenAs(style), salt })
}

/** An index with an image for every platform, and ahead of them what BuildKit attests of each. */
export function indexOf(platforms: string[], style: ImageStyle, salt: string): BuiltImage {
  return multiPlatformImage({ platforms, ...writtenAs(style), attestations: !style.docker, salt })
}

function writtenAs({ docker, source = 'config', url = SOURCE, created, silent }: ImageStyle) {
  const label = { [SOURCE_KEY]: url }
  return {
    docker,
    silent,
    created,
    labels: {
      ...(source === 'config' && label),
      ...(source === 'vcs-url' && { 'org.label-schema.vcs-url': url }),
    },
    ...(source === 'manifest' && { annotations: label }),
    ...(source === 'index' && { indexAnnotations: label }),
  }
}

/** A repository as a project has it after some years: many old tags, and at the end those that matter. */
export function stocked({ isPrivate = false, count = 260, ...style }: Stock = {}): Repository {
  const old = Array.from({ length: count - RECENT.length }, (_, age) => `1.${age}.0`)
  const repository = new Repository({ isPrivate }).list(...old, ...RECENT)
  const images = {
    [CURRENT]: indexOf(PLATFORMS, style, CURRENT),
    [NEWEST]: indexOf(PLATFORMS, style, NEWEST),
    '3.7.1': manifestOf('linux/arm64', style, '3.7.1'),
    [SINGLE]: manifestOf('linux/amd64', style, SINGLE),
  }
  for (const [tag, image] of Object.entries(images)) repository.put(tag, image)
  return repository
}

/** Puts an image behind a tag and lists it as the one that was pushed last. */
export function push(repository: Repository, tag: string, image: Image): void {
  repository.tags = [...repository.tags.filter((listed) => listed !== tag), tag]
  repository.put(tag, image)
}

/** A public repository and a private one, of the same stock. */
export function publicAndPrivate(stock: Stock = {}, path = 'team'): Record<string, Repository> {
  return {
    [`${path}/app`]: stocked(stock),
    [`${path}/secret`]: stocked({ ...stock, isPrivate: true }),
  }
}
