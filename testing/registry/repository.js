'use strict'

/** The tags of a repository, and their contents. See `index.d.ts`. */
class Repository {
  tags = []
  manifests = new Map()
  blobs = new Map()

  constructor({ isPrivate = false } = {}) {
    this.isPrivate = isPrivate
  }

  list(...tags) {
    this.tags.push(...tags)
    return this
  }

  push(tag, image) {
    return this.list(tag).put(tag, image)
  }

  put(tag, { root, contents }) {
    this.manifests.set(tag, root).set(root.digest, root)
    for (const content of contents) {
      const held = isManifest(content) ? this.manifests : this.blobs
      held.set(content.digest, content)
    }
    return this
  }
}

function isManifest({ mediaType }) {
  return /manifest|index/.test(mediaType)
}

/** Returns the repository of a name, from a record or by a function. */
function repositoryIn(repositories, name) {
  if (typeof repositories === 'function') return repositories(name)
  return Object.hasOwn(repositories, name) ? repositories[name] : undefined
}

module.exports = { Repository, repositoryIn }
