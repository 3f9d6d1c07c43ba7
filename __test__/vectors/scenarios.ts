import fc from 'fast-check'
import { seldom } from './seldom'

/** One image on one registry, and all that a check of it meets there and on GitHub. */
export interface Scenario {
  image: string
  arch: string
  /** What the caller names for an image without a source label. */
  fallback?: string | null
  /** The tags in the registry's order, each with what stands behind it. */
  tags: Array<[tag: string, shape: Shape]>
  /** Tags of one page. */
  pageSize: number
  /** The label with the source repository. */
  source?: string
  /** Tags of the releases on GitHub, or the status with which it refuses to say. */
  releases: string[] | number
  /** Statuses of refusals: of tokens, of the tag list, of configs. */
  token?: number
  list?: number
  configs?: number
}

/**
 * Platforms of an index (`amd64,arm64`, of Linux unless they say otherwise), one manifest for the asked architecture (`one`), one whose config states
 * none (`bare`), a page in HTML (`html`), an error status, or an index after a 429 (`busy`).
 */
export type Shape = string

const hosts = fc.constantFrom('', 'library/', 'ghcr.io/', 'registry.example/team/', 'nas.lan:5000/')

const versions = fc
  .tuple(
    fc.constantFrom('', '', 'v'),
    fc.constantFrom(1, 1, 1, 1, 2),
    fc.nat(9),
    seldom(fc.nat(9), undefined, 2),
  )
  .map(([v, major, minor, patch]) => `${v}${major}.${minor}${patch === undefined ? '' : `.${patch}`}`)

const tags = fc.oneof(
  { weight: 12, arbitrary: versions },
  { weight: 1, arbitrary: versions.map((version) => `${version}-alpine`) },
  { weight: 1, arbitrary: fc.constantFrom('latest', 'edge', '1.9.9-rc.1', 'sha-4bfc5bb') },
)

const shapes = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.constantFrom('amd64,arm64', 'amd64', 'arm64,amd64', 'arm64', 'windows/amd64,arm64', ''),
  },
  { weight: 4, arbitrary: fc.constantFrom('one', 'bare') },
  { weight: 1, arbitrary: fc.constantFrom('html', '403', '404', '500', 'busy') },
)

/** Nothing that departs from the original: those cases have tests of their own. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    host: hosts,
    current: fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom('1.0', 'v1.0.0', '1.1', '1.2.3', '1.0.0-alpine', '1') },
      { weight: 4, arbitrary: tags },
      { weight: 1, arbitrary: fc.constant('') },
    ),
    shape: shapes,
    arch: fc.constantFrom('amd64', 'arm64', 'riscv64'),
    fallback: fc.constantFrom(undefined, null, '', 'https://github.com/o/r', 'https://bitbucket.org/o/r'),
    tags: fc.array(fc.tuple(tags, shapes), { maxLength: 24, size: 'max' }),
    pageSize: fc.constantFrom(1000, 1000, 3),
    source: fc.constantFrom(
      undefined,
      '',
      'https://github.com/o/r',
      'https://github.com/o/r.git',
      'https://bitbucket.org/o/r',
    ),
    releases: fc.constantFrom<string[] | number>(['v'], ['v'], [''], [], 403, 404, 500),
    token: seldom(fc.constantFrom(401, 403, 500), undefined, 20),
    list: seldom(fc.constantFrom(401, 403, 404, 429, 500), undefined, 12),
    configs: seldom(fc.constantFrom(404, 500), undefined, 12),
  })
  .map(({ host, current, shape, releases, tags, ...rest }) => {
    const version = current.replace(/^v/, '')
    // A check that fails leaves the source lookup behind; what that one would have logged is anybody's guess.
    const quiet = rest.list && ['html', 'busy'].includes(shape) ? '404' : shape
    return {
      ...rest,
      image: `${host}app${current && `:${current}`}`,
      tags: unified([[current || 'latest', quiet], ...tags]),
      releases: typeof releases === 'number' ? releases : releases.map((prefix) => prefix + version),
    }
  })

/** A tag that is listed twice points to one thing. */
function unified(tags: Scenario['tags']): Scenario['tags'] {
  const shapes = new Map(tags.toReversed())
  return tags.map(([tag]) => [tag, shapes.get(tag) ?? ''])
}
