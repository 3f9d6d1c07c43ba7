/**
 * Where release pages are others than those of the class that the package replaces, derived from the written rules as in
 * `reference-departures.ts`.
 */

export interface PageDeparture {
  rows: string[]
  expected: string | undefined
}

const ROW_GIT = "source URL in git's forms"
const ROW_GITLAB = 'GitLab release page'
const ROW_GITEA = 'release page of Gitea, Forgejo, Codeberg'
const ROW_BELOW = 'source URL with a path below the repository'
const ROW_WORD = 'a `v` that begins a word'
const ROW_SCHEME = 'a scheme that no page has'

/** Git's own transports, whose ports are no web server's. */
const TRANSPORT = /^(?:git\+)?(?:git|ssh):\/\/(?:[^/@]*@)?(?<host>[^/:]*)(?::\d+)?(?<path>\/.*)?$/
const SCP = /^[^/@:\s]+@(?<host>[^/@:\s]+):\/*(?<path>.*)$/
const WEB = /^git\+(?<url>https?:\/\/.*)$/
/** Owner and name. */
const OWNED_PATH = /^(?<repository>\/[^/]+\/[^/]+?)(?:\.git)?(?:\/.*)?$/
/** Groups and name, up to `/-/` or to one of the old paths without it. */
const GROUPED_PATH =
  /^(?<repository>\/[^/]+(?:\/[^/]+?)+?)(?:\/*|\.git(?:\/.*)?|\/+(?:-|tree|blob|raw|blame|commits|wikis)(?:\/.*)?)$/

interface Kind {
  row?: string
  path: RegExp
  releases: string
}

const GITHUB: Kind = { path: OWNED_PATH, releases: '/releases/tag/' }
const GITEA: Kind = { row: ROW_GITEA, ...GITHUB }
const GITLAB: Kind = { row: ROW_GITLAB, path: GROUPED_PATH, releases: '/-/releases/' }

function kindOf(host: string): Kind | undefined {
  if (host === 'github.com') return GITHUB
  if (host === 'codeberg.org') return GITEA
  return host.includes('gitlab') ? GITLAB : undefined
}

/** The rows of the table of departures that a release falls under; undefined where its page must stay what it was. */
export function pageDeparture(source: string, tag: string, prefix: string): PageDeparture | undefined {
  const written = URL.canParse(source) ? new URL(source).href : undefined
  const meant = webAddress(source) ?? written
  if (!meant) return undefined
  const { hostname, origin, pathname } = new URL(meant)
  const kind = kindOf(hostname)
  if (!kind) return undefined
  if (origin === 'null') return { rows: [ROW_SCHEME], expected: undefined }
  const plain = pathname.replace(/\.git$/, '').replace(/\/$/, '')
  const repository = kind.path.exec(pathname)?.groups?.repository ?? plain
  const rows = [
    ...(meant === written ? [] : [ROW_GIT]),
    ...(kind.row ? [kind.row] : []),
    ...(repository === plain ? [] : [ROW_BELOW]),
    ...(/^v(?!\d)/.test(tag) ? [ROW_WORD] : []),
  ]
  const page = `${origin}${repository}${kind.releases}${prefix}${tag.replace(/^v(?=\d)/, '')}`
  return rows.length > 0 ? { rows, expected: page } : undefined
}

/** The web address that is meant by one of git's own. */
function webAddress(source: string): string | undefined {
  const { host, path = '' } = (SCP.exec(source) ?? TRANSPORT.exec(source))?.groups ?? {}
  const meant = host ? `https://${host}/${path.replace(/^\//, '')}` : WEB.exec(source)?.groups?.url
  return meant && URL.canParse(meant) ? new URL(meant).href : undefined
}
