import { FakeServer, Github } from '../../testing/registry'

/** GitHub's API as far as releases go, on a server. A repository that it was not told of is an unexpected request. */
export class FakeGithub extends Github {
  static async start(): Promise<FakeGithub> {
    let github: FakeGithub | undefined
    const server = await FakeServer.start((request) => github?.answer(request))
    github = new FakeGithub(server)
    return github
  }

  private constructor(readonly server: FakeServer) {
    super()
  }
}
