'use strict'

const { json } = require('./listen.js')

const RELEASE = /^\/repos\/(?<repository>[^/]+\/[^/]+)\/releases\/tags\/(?<tag>[^/]+)$/

/** The one question that is asked of GitHub's API: whether a repository has a release for a tag. */
class Github {
  #releases

  constructor(images) {
    this.#releases = new Set(images.flatMap(releasesOf))
  }

  answer(url) {
    const { repository, tag } = RELEASE.exec(url.pathname)?.groups ?? {}
    if (!this.#releases.has(`${repository}@${tag}`)) return json(404, { message: 'Not Found' })
    return json(200, { tag_name: tag, html_url: `https://github.com/${repository}/releases/tag/${tag}` })
  }
}

/** The project names all its releases one way, whatever its image's tags look like. */
function releasesOf({ source, releases, tags }) {
  if (releases === undefined) return []
  const repository = new URL(source).pathname.slice(1)
  return tags.map((tag) => `${repository}@${releases}${tag.replace(/^v/, '')}`)
}

module.exports = { Github }
