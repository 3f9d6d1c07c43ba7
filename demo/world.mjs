import { serveGithub } from './github.mjs'
import { images, registries } from './images.mjs'
import { serveRegistry } from './registry.mjs'

/** Starts every registry of the demo and the GitHub API, and says how a service reaches them. */
export async function startWorld() {
  const github = await serveGithub(images)
  const served = await Promise.all(
    registries.map(async (registry) => {
      const held = images.filter((image) => image.registry === registry.host)
      return [registry.host, await serveRegistry(registry, held)]
    }),
  )
  const servers = [github, ...served.map(([, server]) => server)]
  return {
    options: {
      registries: Object.fromEntries(served.map(([host, { url }]) => [host, { url }])),
      github: { apiUrl: github.url },
    },
    get requests() {
      return servers.reduce((sum, server) => sum + server.requests, 0)
    },
    async close() {
      await Promise.all(servers.map((server) => server.close()))
    },
  }
}
