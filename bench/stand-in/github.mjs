import { json } from './reply.mjs'

/** GitHub's API as far as releases are asked for by tag; all of them are named `v` and the number. */
export class Github {
  #answers = new Map()

  constructor(repositories) {
    for (const { fallback, tags } of repositories) {
      const path = `/repos${new URL(fallback).pathname}/releases/tags/`
      for (const tag of tags) {
        const release = `v${tag.replace(/^v/, '')}`
        this.#answers.set(path + release, json(200, document(fallback, release)))
        this.#answers.set(path + release.slice(1), json(404, { message: 'Not Found', status: '404' }))
      }
    }
  }

  answer(url) {
    return this.#answers.get(url.pathname)
  }
}

function document(repository, tag) {
  const author = { login: 'builder', id: 1, type: 'Bot', site_admin: false }
  return {
    url: `${repository.replace('github.com', 'api.github.com/repos')}/releases/1`,
    html_url: `${repository}/releases/tag/${tag}`,
    tag_name: tag,
    name: tag,
    author,
    draft: false,
    prerelease: false,
    published_at: '2026-05-04T03:02:01Z',
    assets: ['linux-amd64', 'linux-arm64', 'darwin-arm64', 'windows-amd64'].map((platform) => ({
      name: `${tag}-${platform}.tar.gz`,
      uploader: author,
      content_type: 'application/gzip',
      size: 20_000_000,
      browser_download_url: `${repository}/releases/download/${tag}/${platform}.tar.gz`,
    })),
    body: '- A change of some kind, with a sentence about it.\n'.repeat(60),
  }
}
