import type { Received } from '../../../testing/registry'

/** What keeps a client waiting for longer than this is not the machine. */
const PATIENCE = 15_000

/** `GET https://host/path`, without the query. */
export function routeOf({ method, origin, path }: Received): string {
  return `${method} ${origin}${path}`
}

/**
 * Answers requests by rounds: those of a round wait until all of it are there. So a client that needs one answer of a
 * round in order to ask for another thing of the same round never gets there, and the number of rounds is the depth of
 * its chain of requests.
 */
export class Rounds {
  /** What was asked and stands in no round. */
  readonly strays: string[] = []
  private readonly missing: string[][]
  private readonly gates: Array<{ opened: Promise<void>; open: () => void }>

  constructor(rounds: string[][]) {
    this.missing = rounds.map((routes) => [...routes])
    this.gates = rounds.map(() => {
      let open = () => {}
      const opened = new Promise<void>((resolve) => {
        open = resolve
      })
      return { opened, open }
    })
  }

  /** Holds a request back until its round is complete. */
  readonly brake = async (request: Received): Promise<void> => {
    const route = routeOf(request)
    const round = this.missing.findIndex((routes) => routes.includes(route))
    const routes = this.missing[round]
    if (!routes) {
      this.strays.push(route)
      return
    }
    routes.splice(routes.indexOf(route), 1)
    this.openComplete()
    await this.gates[round]?.opened
  }

  /** The result of work that asks for these rounds and nothing else; fails where it waits for what does not come. */
  async play<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`stuck; ${this.state}`)), PATIENCE)
    })
    try {
      const result = await Promise.race([work, tooLong])
      if (this.strays.length > 0 || this.missing.flat().length > 0) throw new Error(this.state)
      return result
    } finally {
      clearTimeout(timer)
      for (const { open } of this.gates) open()
    }
  }

  private get state(): string {
    const missing = this.missing.map(
      (routes, round) => `round ${round + 1} lacks ${routes.join(', ') || 'nothing'}`,
    )
    return [...missing, `asked beside them: ${this.strays.join(', ') || 'nothing'}`].join('\n')
  }

  private openComplete(): void {
    for (const [round, routes] of this.missing.entries()) {
      if (routes.length > 0) return
      this.gates[round]?.open()
    }
  }
}
