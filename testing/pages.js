'use strict'

const PATHS = [
  [(host) => ['github.com', 'codeberg.org', 'gitea.com'].includes(host), 'releases/tag'],
  [(host) => host.includes('gitlab'), '-/releases'],
]

/** Returns the page of a release, for a repository with a plain web address, `https://host/owner/name`. */
function buildReleaseUrl(sourceUrl, tag, prefix = '') {
  const url = URL.canParse(sourceUrl) ? new URL(sourceUrl) : undefined
  const [, releases] = PATHS.find(([serves]) => url && serves(url.hostname)) ?? []
  if (!releases) return undefined
  const repository = url.pathname.replace(/(\.git)?\/?$/, '')
  return `${url.origin}${repository}/${releases}/${prefix}${tag.replace(/^v(?=\d)/, '')}`
}

module.exports = { buildReleaseUrl }
