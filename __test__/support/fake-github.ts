import { FakeServer, type ReceivedRequest } from './fake-server'
import { json, type Reply } from './reply'

const RELEASE = /^\/repos\/(?<repository>[^/]+\/[^/]+)\/releases\/tags\/(?<tag>[^/]+)$/

/** GitHub's API as far as releases go. A repository that it was not told of is an unexpected request. */
export class FakeGithub {
  readonly server: FakeServer
  private readonly releases = new Map<string, string[]>()

  static async start(): Promise<FakeGithub> {
    let github: FakeGithub | undefined
    const server = await FakeServer.start((request) => github?.answer(request))
    github = new FakeGithub(server)
    return github
  }

  private constructor(server: FakeServer) {
    this.server = server
  }

  /** `owner/name` with releases of these tags. */
  repository(name: string, ...tags: string[]): this {
    this.releases.set(name, tags)
    return this
  }

  private answer({ path }: ReceivedRequest): Reply | undefined {
    const { repository = '', tag = '' } = RELEASE.exec(path)?.groups ?? {}
    const tags = this.releases.get(repository)
    if (!tags) return undefined
    return tags.includes(decodeURIComponent(tag))
      ? json({ tag_name: tag })
      : json({ message: 'Not Found' }, {}, 404)
  }
}
