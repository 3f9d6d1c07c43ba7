import type { ServiceOptions } from '../../..'
import {
  Github,
  hubApi,
  Registry,
  type RegistryTraits,
  type Repository,
  type Site,
  storage,
  TokenService,
} from '../../../testing/registry'
import { GHCR_TOKENS } from '../../registries/fakes/ghcr'
import { CURRENT, NEWEST, type Stock, stocked } from '../../registries/support/catalogue'
import type { World } from '../../registries/support/world'

/** As many services as a machine of some size runs. */
export const TWENTY = 20

export const GITHUB = 'https://api.github.com'
export const GHCR = 'https://ghcr.io'
export const HUB = 'https://registry-1.docker.io'
export const HUB_API = 'https://hub.docker.com'
export const HUB_TOKENS = 'https://auth.docker.io'
export const GHCR_BLOBS = 'https://pkg-containers.githubusercontent.com'

/** An image of a fleet, and the source repository that belongs to it. */
export interface Member {
  name: string
  image: string
  source: string
}

/** Versions that every source repository has released. */
const RELEASED = ['3.6.0', '3.7.0', '3.7.1', '3.7.2', '3.7.3', NEWEST, '4.0.0']

/** The updates of each member for arm64. */
export function updatesOf({ source }: Member) {
  return [
    { tag: NEWEST, isLatest: true, releaseUrl: `${source}/releases/tag/v${NEWEST}` },
    { tag: '3.7.1', isLatest: false, releaseUrl: `${source}/releases/tag/v3.7.1` },
  ]
}

/** The same as a report has them. */
export function reportedUpdatesOf(member: Member) {
  return updatesOf(member).map((update) => ({ ...update, releaseUrlSource: 'release' }))
}

export interface Fleet extends Pick<RegistryTraits, 'before' | 'instead'> {
  /** How many images there are. */
  size?: number
  /** Members that only their owner may see, by their number. */
  hidden?: number[]
  stock?: Stock
  /** Changes what is in a repository. */
  fill?: (repository: Repository) => void
}

/** Images of GHCR, each with a source repository of its own that has a release of the tag that is installed. */
export function onGhcr(world: World, fleet: Fleet = {}): Member[] {
  const { members, repositories } = build('ghcr.io', fleet)
  enter(world, {
    host: 'ghcr.io',
    repositories,
    guard: new TokenService({ ...GHCR_TOKENS, repositories }),
    paging: { order: 'pushed', usual: 100, most: 1000 },
    storage: storage(GHCR_BLOBS),
    isStrict: true,
    before: fleet.before,
    instead: fleet.instead,
  })
  return members
}

/** The same on Docker Hub, with its API beside it unless there is another site in its place. */
export function onDockerHub(world: World, fleet: Fleet & { api?: Site } = {}): Member[] {
  const { members, repositories } = build('docker.io', fleet)
  enter(world, {
    host: 'docker.io',
    origin: HUB,
    repositories,
    guard: new TokenService({
      realm: `${HUB_TOKENS}/token`,
      service: 'registry.docker.io',
      repositories,
      refresh: true,
    }),
    paging: { most: 100 },
    storage: storage('https://production.cloudflare.docker.com'),
    beside: { [HUB_API]: fleet.api ?? hubApi(repositories) },
    before: fleet.before,
    instead: fleet.instead,
  })
  return members
}

/** What leads a service in a process of its own into a world. */
export function wayInto(world: World, options: ServiceOptions = {}): Record<string, string> {
  return {
    OPTIONS: JSON.stringify({ proxy: world.proxyUrl, ca: world.ca, maxRetryDelayMs: 1, ...options }),
  }
}

function build(host: string, { size = 1, hidden = [], stock, fill }: Fleet) {
  const members = Array.from({ length: size }, (_, number) => ({
    name: `team/app-${number}`,
    image: `${host}/team/app-${number}:${CURRENT}`,
    source: `https://github.com/team/app-${number}`,
  }))
  const repositories = Object.fromEntries(
    members.map(({ name, source }, number) => {
      const repository = stocked({ count: 40, url: source, isPrivate: hidden.includes(number), ...stock })
      fill?.(repository)
      return [name, repository]
    }),
  )
  return { members, repositories }
}

function enter(world: World, traits: RegistryTraits): void {
  new Registry(traits).enter(world)
  world.put(GITHUB, github)
}

/** GitHub's API, with releases of the tags that are installed. */
const github: Site = (request) => fleetGithub.answer(request)

const fleetGithub = new Github({
  others: (name) => (/^team\/app-\d+$/.test(name) ? RELEASED.map((version) => `v${version}`) : undefined),
})
