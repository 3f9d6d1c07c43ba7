import type { ContainerRegistryService, ImageReport } from '../..'
import { CURRENT, DIGEST, LAYER, NAME, NEWER, PLATFORMS, SOURCE } from '../../testing/faults'

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
const image = (registry: string) => `${registry}/${NAME}:${CURRENT}`
const PAGE = `${SOURCE}/releases/tag/v${NEWER}`
const UPDATES_WITHOUT_PAGES = [{ tag: NEWER, isLatest: true }]
const UPDATES = [{ tag: NEWER, isLatest: true, releaseUrl: PAGE }]

/** The update that a report offers; a failed one throws, and one that finds nothing to be had is no answer here. */
function newest(report: ImageReport): string | undefined {
  if (report.error) throw report.error
  return report.updates[0]?.tag
}

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
    call: (service, registry) => service.getAvailableUpdates(image(registry), 'amd64'),
    answer: UPDATES,
    lesser: UPDATES_WITHOUT_PAGES,
  },
  {
    name: 'checkImage',
    call: async (service, registry) => newest(await service.checkImage(image(registry), { arch: 'amd64' })),
    answer: NEWER,
  },
  {
    name: 'checkImages',
    call: async (service, registry) => {
      const [report] = await service.checkImages([image(registry)], { arch: 'amd64' })
      return report && newest(report)
    },
    answer: NEWER,
  },
  {
    name: 'inspectUpdate',
    call: async (service, registry) => {
      const { runs, releaseUrl } = await service.inspectUpdate(image(registry), NEWER, { arch: 'amd64' })
      return [runs, releaseUrl]
    },
    answer: [true, PAGE],
    lesser: [true, undefined],
  },
  {
    name: 'listReleases',
    call: async (service) => (await service.listReleases(SOURCE)).map(({ tag }) => tag),
    answer: [`v${NEWER}`, `v${CURRENT}`],
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
