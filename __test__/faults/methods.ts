import type { ContainerRegistryService } from '../..'
import { CURRENT, DIGEST, LAYER, NAME, NEWER, PLATFORMS, SOURCE } from './support/healthy'

export interface Method {
  name: string
  /** Calls it about an image of a registry. */
  call(service: ContainerRegistryService, registry: string): Promise<unknown>
  /** What it answers without a fault. */
  answer: unknown
  /** What it answers without what is only a courtesy. */
  lesser?: unknown
  /** What it answers when it cannot find out; a method without that rejects. */
  neutral?: unknown
}

const app = (registry: string) => ({
  registry,
  namespace: 'team',
  repo: 'app',
  tag: CURRENT,
  fullName: NAME,
})
const UPDATES_WITHOUT_PAGES = [{ tag: NEWER, isLatest: true }]
const UPDATES = [{ tag: NEWER, isLatest: true, releaseUrl: `${SOURCE}/releases/tag/v${NEWER}` }]

/** Every method that asks a server. */
export const METHODS: Method[] = [
  {
    name: 'listTags',
    call: (service, registry) => service.listTags(app(registry)),
    answer: [CURRENT, NEWER],
  },
  { name: 'getDigest', call: (service, registry) => service.getDigest(app(registry)), answer: DIGEST },
  {
    name: 'getPlatforms',
    call: (service, registry) => service.getPlatforms(app(registry)),
    answer: PLATFORMS,
  },
  {
    name: 'getAvailableUpdates',
    call: (service, registry) => service.getAvailableUpdates(`${registry}/${NAME}:${CURRENT}`, 'amd64'),
    answer: UPDATES,
    lesser: UPDATES_WITHOUT_PAGES,
  },
  {
    name: 'checkImages',
    call: async (service, registry) => {
      const [check] = await service.checkImages([`${registry}/${NAME}:${CURRENT}`], { arch: 'amd64' })
      if (check?.error) throw check.error
      return check?.updates
    },
    answer: UPDATES,
    lesser: UPDATES_WITHOUT_PAGES,
  },
  {
    name: 'checkArchSupport',
    // The images are for amd64 and arm64.
    call: (service, registry) => service.checkArchSupport(app(registry), CURRENT, 's390x'),
    answer: false,
    neutral: true,
  },
  {
    name: 'getImageDownloadSize',
    call: (service, registry) => service.getImageDownloadSize(app(registry), CURRENT, 'amd64'),
    answer: LAYER,
    neutral: null,
  },
  {
    name: 'getSourceUrl',
    call: (service, registry) => service.getSourceUrl(app(registry)),
    answer: SOURCE,
    neutral: null,
  },
  {
    name: 'detectReleaseTagPrefix',
    call: (service) => service.detectReleaseTagPrefix(SOURCE, CURRENT),
    answer: 'v',
    neutral: '',
  },
]
