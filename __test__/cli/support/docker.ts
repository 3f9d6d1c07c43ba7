import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Desk } from './cli'

/** A Docker Engine on a socket of its own; a path that it was not told of fails the test. */
export class FakeDocker {
  readonly unexpected: string[] = []
  private server: Server | undefined

  constructor(private readonly path: string) {}

  async start(answers: Record<string, unknown>): Promise<string> {
    this.server = createServer(({ url = '' }, response) => {
      const answer = answers[url]
      if (typeof answer === 'function') return void answer(response)
      if (answer === undefined) this.unexpected.push(url)
      if (typeof answer === 'number') response.writeHead(answer)
      response.end(typeof answer === 'string' ? answer : JSON.stringify(answer))
    })
    await once(this.server.listen(this.path), 'listening')
    return `unix://${this.path}`
  }

  async stop(): Promise<void> {
    this.server?.closeAllConnections()
    this.server?.close()
    expect(this.unexpected).toEqual([])
  }
}

/** A Docker Engine for each test of a file, on that test's desk. */
export function useDocker(desk: () => Desk): () => FakeDocker {
  let docker: FakeDocker
  beforeEach(() => {
    docker = new FakeDocker(desk().path('docker.sock'))
  })
  afterEach(() => docker.stop())
  return () => docker
}
