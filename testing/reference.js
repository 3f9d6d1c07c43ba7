'use strict'

const { isIPv6 } = require('node:net')
const { registryError } = require('./error.js')

const HUB = 'registry-1.docker.io'
const HUB_ALIASES = ['docker.io', 'index.docker.io']
const MAX_NAME = 255

// The grammar is that of the OCI distribution specification ("Pulling manifests") and of Docker's references.
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?'
const HOST = new RegExp(`^(?:${LABEL}(?:\\.${LABEL})*|\\[(?<address>[^\\]%]+)\\])(?::(?<port>\\d+))?$`)
const COMPONENT = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const PATH = new RegExp(`^${COMPONENT}(?:/${COMPONENT})*$`)
const TAG = /^\w[\w.-]{0,127}$/
const DIGEST =
  /^(?:sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}|(?!sha256:|sha512:)[a-z0-9]+(?:[+._-][a-z0-9]+)*:[\w=-]{32,512})$/

/** Parses a reference as the class does, and throws its `INVALID_REFERENCE`. */
function parseImageReference(text) {
  const [named, digest, ...rest] = text.split('@')
  const [, name, tag = 'latest'] = /^(.*?)(?::([^/]*))?$/s.exec(named)
  const { registry, fullName } = place(name)
  const isWhole = rest.length === 0 && (digest === undefined || DIGEST.test(digest))
  if (!isWhole || !TAG.test(tag) || !isHost(registry) || !PATH.test(fullName) || fullName.length > MAX_NAME) {
    throw registryError({
      code: 'INVALID_REFERENCE',
      message: `Invalid image reference ${JSON.stringify(text)}`,
    })
  }
  const slash = fullName.lastIndexOf('/')
  const [namespace, repo] = [fullName.slice(0, Math.max(slash, 0)), fullName.slice(slash + 1)]
  return { registry, namespace, repo, tag, fullName, ...(digest !== undefined && { digest }) }
}

/**
 * Splits a name into registry and repository: the first part is a host if it has a dot or a colon, or is `localhost`.
 */
function place(name) {
  const slash = name.indexOf('/')
  const [first, path] = [name.slice(0, Math.max(slash, 0)), name.slice(slash + 1)]
  if (slash < 0 || HUB_ALIASES.includes(first)) {
    return { registry: HUB, fullName: path.includes('/') ? path : `library/${path}` }
  }
  const isHost = /[.:]/.test(first) || first === 'localhost'
  return isHost ? { registry: first, fullName: path } : { registry: HUB, fullName: name }
}

function isHost(text) {
  const match = HOST.exec(text)
  if (!match) return false
  const { address, port = '1' } = match.groups
  return (address === undefined || isIPv6(address)) && Number(port) > 0 && Number(port) <= 65_535
}

module.exports = { parseImageReference }
