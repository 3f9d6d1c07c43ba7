import type { ImageReport, UpdatePolicy } from '../..'
import { singlePlatformImage } from '../../testing/registry'
import { HOST, serviceOn, useFakes } from '../support/fakes'

/** The day of these tests, on which the carried support data are known. */
export const NOW = Date.parse('2026-08-22T00:00:00Z')

export interface Asked {
  tags: string[]
  policy?: UpdatePolicy
  labels?: Record<string, string>
  options?: object
}

/** What a report says of an official image, with these tags in front of it; each has an image of its own. */
export function useReports() {
  const fakes = useFakes()
  return async (image: string, { tags, policy, labels, options }: Asked) => {
    const registry = await fakes.registry()
    const [name = '', running = ''] = image.split(':')
    const path = name.includes('/') ? name : `cache/library/${name}`
    for (const tag of new Set([running, ...tags])) {
      registry.repository(path).push(tag, singlePlatformImage({ labels: { ...labels, tag } }))
    }
    const { service, logger } = serviceOn({ registry }, options)
    const report: ImageReport = await service.checkImage(`${HOST}/${path}:${running}`, {
      arch: 'amd64',
      policy: { now: NOW, ...policy },
    })
    return { report, registry, service, logger, offered: report.updates.map(({ tag }) => tag) }
  }
}
