import type { ContainerRegistryError } from '../../..'
import type { Exchange } from '../../../testing/registry'
import { markdownTable } from '../../support/markdown'

/** What was seen of one registry. */
export interface Line {
  challenge: string
  pages: string
  private: string
  missing: string
  /** Checks that passed. */
  passed: number
}

const HEAD = ['registry', 'challenge', 'pages', 'private', 'missing', 'result']
const NOT_SEEN: Line = { challenge: '?', pages: '?', private: '—', missing: '?', passed: 0 }

/** A table of what was seen, in Markdown. */
export class Report {
  private readonly lines = new Map<string, Line>()

  see(registry: string, seen: Partial<Line>): void {
    this.lines.set(registry, { ...this.lineOf(registry), ...seen })
  }

  pass(registry: string): void {
    this.see(registry, { passed: this.lineOf(registry).passed + 1 })
  }

  /** `checks` says how many there are for a registry. */
  table(registries: Array<{ registry: string; checks: number }>): string {
    const rows = registries.map(({ registry, checks }) => {
      const { passed, challenge, pages, missing, ...line } = this.lineOf(registry)
      const result = passed === checks ? 'works' : `fails: ${checks - passed} of ${checks}`
      return [registry, challenge, pages, line.private, missing, result]
    })
    return markdownTable(HEAD, rows)
  }

  private lineOf(registry: string): Line {
    return this.lines.get(registry) ?? NOT_SEEN
  }
}

/** How the client was let in, by what went over the wire. */
export function challengeIn(exchanges: Exchange[]): string {
  const requests = exchanges.filter(({ reply }) => reply.status === 200).map(({ request }) => request)
  const token = requests.find(({ query, body }) => query.has('service') || body.includes('service='))
  if (token) return `Bearer, ${token.origin}${token.path}`
  return requests.some(({ headers }) => headers.authorization?.startsWith('Basic ')) ? 'Basic' : 'none'
}

/** How many pages a tag list came in, and what was refused on the way. */
export function pagesIn(exchanges: Exchange[]): string {
  const lists = exchanges.filter(({ request }) => request.path.endsWith('/tags/list'))
  const pages = lists.filter(({ reply }) => reply.status === 200).length
  const refused = lists
    .filter(({ reply }) => [400, 405].includes(reply.status))
    .map(({ request, reply }) => `n=${request.query.get('n')} refused with ${reply.status}`)
  return [String(pages), ...refused].join(', ')
}

export function failureSeen({ code, status }: ContainerRegistryError): string {
  return `${code} (${status})`
}
