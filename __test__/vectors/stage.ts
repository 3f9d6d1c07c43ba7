import {
  type Answer,
  type Image,
  json,
  MEDIA_TYPES,
  multiPlatformImage,
  type Reply,
  reply,
  singlePlatformImage,
  tooManyRequests,
} from '../../testing/registry'
import { FakeGithub } from '../support/fake-github'
import { FakeRegistry } from '../support/fake-registry'
import type { Scenario, Shape } from './scenarios'

const SOURCE_LABEL = 'org.opencontainers.image.source'

/** The fakes that play a scenario. */
export class Stage {
  private constructor(
    readonly scenario: Scenario,
    readonly registry: FakeRegistry,
    readonly github: FakeGithub,
  ) {}

  static async set(scenario: Scenario): Promise<Stage> {
    const { service } = whereabouts(scenario)
    const registry = await FakeRegistry.start({ service, pageSize: scenario.pageSize, link: 'absolute' })
    const stage = new Stage(scenario, registry, await FakeGithub.start())
    stage.fillRegistry()
    stage.fillGithub()
    return stage
  }

  async close(): Promise<void> {
    await Promise.all([this.registry.server.close(), this.github.server.close()])
  }

  private fillRegistry(): void {
    const { tags, token, list } = this.scenario
    const { server } = this.registry
    const { name } = whereabouts(this.scenario)
    for (const [tag, shape] of tags) {
      this.registry.repository(name).list(tag)
      this.fillTag(name, tag, shape)
    }
    if (token) server.always('GET /token', reply(token))
    const refused = list === 429 ? tooManyRequests('0') : list && reply(list)
    if (refused) server.always(`GET /v2/${name}/tags/list`, toBearers(refused))
  }

  private fillTag(name: string, tag: string, shape: Shape): void {
    const { server } = this.registry
    const manifest = `GET /v2/${name}/manifests/${tag}`
    if (/^\d/.test(shape)) server.always(manifest, toBearers(reply(Number(shape))))
    else if (shape === 'html') server.always(manifest, toBearers(reply(200, '<html>')))
    else if (shape === 'busy') server.always(manifest, toBearers(tooManyRequests('0'), 1))
    const image = imageOf(shape, this.scenario)
    this.registry.repository(name).put(tag, image)
    if (this.scenario.configs === undefined) return
    for (const { digest } of image.contents.filter(({ mediaType }) => mediaType === MEDIA_TYPES.config)) {
      server.always(`GET /v2/${name}/blobs/${digest}`, toBearers(reply(this.scenario.configs)))
    }
  }

  private fillGithub(): void {
    const { releases, image } = this.scenario
    const version = /:v?([^/]+)$/.exec(image)?.[1] ?? 'latest'
    if (typeof releases !== 'number') {
      this.github.repository('o/r', ...releases)
      return
    }
    for (const tag of [`v${version}`, version]) {
      this.github.server.always(`GET /repos/o/r/releases/tags/${tag}`, json({ message: 'no' }, {}, releases))
    }
  }
}

/** Where a scenario's image lives, in the original's words. */
export function whereabouts({ image }: Scenario) {
  const [, host, path = ''] = /^(?:([^/]+[.:][^/]*)\/)?([^:]+)/.exec(image) ?? []
  const name = host || path.includes('/') ? path : `library/${path}`
  return { registry: host ?? 'registry-1.docker.io', name, service: host ?? 'registry.docker.io' }
}

function imageOf(shape: Shape, { arch, source }: Scenario): Image {
  const labels = source === undefined ? {} : { [SOURCE_LABEL]: source }
  if (shape === 'one') return singlePlatformImage({ platform: `linux/${arch}`, labels })
  if (shape === 'bare') return singlePlatformImage({ platform: '', labels })
  const listed = /^[a-z/]+\d/.test(shape) ? shape : shape && 'amd64,arm64'
  const platforms = listed.split(',').filter(Boolean)
  return multiPlatformImage({
    platforms: platforms.map((platform) => (platform.includes('/') ? platform : `linux/${platform}`)),
    labels,
  })
}

/** Answers those who have a token, and only so many times; leaves the others to the registry, which wants one. */
function toBearers(reply: Reply, times = Number.POSITIVE_INFINITY): Answer {
  let left = times
  return ({ headers }) => {
    if (!headers.authorization || left === 0) return undefined
    left -= 1
    return reply
  }
}
