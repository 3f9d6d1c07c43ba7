import { Fault } from '../../fault.mjs'
import { unread } from '../entry.mjs'
import { Engine, socketOf } from './socket.mjs'

const MAX_CONTAINERS = 10_000
const AT_ONCE = 16
/** Docker shows an ID in place of a name that has moved on to a newer image. */
const ID = /^(sha256:)?[0-9a-f]{12,64}$/
/** What may stand in a path of the API. */
const SEGMENT = /^[\w.:-]{1,256}$/

/**
 * Lists the images of the running containers, as entries (see `entry.mjs`). It asks the Docker Engine API
 * (`/containers/json`, `/version`, `/images/<id>/json`), which Podman has, too. `arch` is that of the engine's machine.
 * `currentDigest` shows whether a tag has moved since the image was pulled. All of it takes `timeoutMs` at most.
 *
 * @throws Fault if the engine cannot be asked, or answers with what is no list of containers.
 */
export async function runningEntries(env, timeoutMs) {
  const { engine, containers, arch } = await listed(env, timeoutMs)
  const images = new Map()
  const imageOf = (id) => {
    if (!images.has(id)) images.set(id, engine.ask(`/images/${id}/json`))
    return images.get(id)
  }
  return each(containers, (container) => entryOf(container, { engine, arch, imageOf }))
}

/**
 * Lists the running containers of the images that `isWanted` takes by name:
 * `{ name, container, arch?, currentDigest? }[]`. `container` is the answer of `/containers/<id>/json`, and the others
 * are as those of `runningEntries`.
 *
 * @throws Fault if the engine cannot be asked, or answers with what is no list of containers.
 */
export async function runningContainers(env, isWanted, timeoutMs) {
  const { engine, containers, arch } = await listed(env, timeoutMs)
  const found = await each(containers, async ({ Id: id, Image: shown, ImageID: imageId, Names: names }) => {
    if (!(ID.test(shown) || isWanted(shown))) return undefined
    const container = await engine.ask(`/containers/${id}/json`)
    const image = container?.Config?.Image
    if (typeof image !== 'string' || ID.test(image) || !isWanted(image)) return undefined
    const facts = await engine.ask(`/images/${imageId}/json`)
    const currentDigest = digestFor(image, texts(facts?.RepoDigests))
    return {
      name: nameOf(names, id),
      container,
      ...(arch && { arch }),
      ...(currentDigest && { currentDigest }),
    }
  })
  return found.filter(Boolean)
}

async function listed(env, timeoutMs) {
  const engine = new Engine(socketOf(env), timeoutMs)
  const [containers, version] = await Promise.all([engine.ask('/containers/json'), engine.ask('/version')])
  if (!Array.isArray(containers) || !containers.every(isContainer))
    throw engine.fault('/containers/json was answered with what is no list of containers.')
  if (containers.length > MAX_CONTAINERS)
    throw engine.fault(`/containers/json lists more than ${MAX_CONTAINERS} containers.`)
  const arch = typeof version?.Arch === 'string' && version.Arch !== '' ? version.Arch : undefined
  return { engine, containers, arch }
}

/** What a function answers for each item, in order. A few are asked about at once. */
async function each(items, answer) {
  const answers = []
  const waiting = items.entries()
  const worker = async () => {
    for (const [index, item] of waiting) answers[index] = await answer(item)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return answers
}

function nameOf(names, id) {
  const [first] = Array.isArray(names) ? names : []
  return typeof first === 'string' ? first.replace(/^\//, '') : id.slice(0, 12)
}

function isContainer(container) {
  const { Id, Image, ImageID } = isObject(container) ? container : {}
  return [Id, ImageID].every((id) => typeof id === 'string' && SEGMENT.test(id)) && typeof Image === 'string'
}

async function entryOf(container, { engine, arch, imageOf }) {
  const { Id: id, Image: name, ImageID: imageId, Names: names, Labels: labels } = container
  const place = { container: nameOf(names, id) }
  try {
    const image = ID.test(name) ? await spelled(engine, id) : name
    if (image === undefined || ID.test(image))
      return { image: name, place, local: 'its image has no name any more' }
    const facts = await imageOf(imageId)
    if (!isObject(facts)) throw engine.fault(`/images/${imageId}/json was answered with what is no image.`)
    const digests = texts(facts.RepoDigests)
    const currentDigest = digestFor(image, digests)
    return {
      image,
      place,
      labels: owners(labels, facts.Config?.Labels),
      ...(arch && { arch }),
      ...(currentDigest && { currentDigest }),
      ...((digests.length === 0 || image.startsWith('localhost/')) && {
        local: 'it was built on this machine, or loaded there',
      }),
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    // It may have ended meanwhile. An engine that is silent fails as a whole.
    if (error.status === undefined) throw error
    return unread(place, error.message, name)
  }
}

/** The name that a container was started with. */
async function spelled(engine, id) {
  const image = (await engine.ask(`/containers/${id}/json`))?.Config?.Image
  return typeof image === 'string' ? image : undefined
}

/** A container has the labels of its image, too, which are not its owner's. */
function owners(labels, images) {
  const known = isObject(images) ? images : {}
  const entries = isObject(labels) ? Object.entries(labels) : []
  return new Map(
    entries.filter(
      ([name, value]) => typeof value === 'string' && !(Object.hasOwn(known, name) && known[name] === value),
    ),
  )
}

/** An image may have been pulled from several repositories. One that was built locally has no digest. */
function digestFor(image, digests) {
  const repository = image.replace(/@.*$/s, '').replace(/:[^:/]+$/, '')
  return digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0]
}

function texts(value) {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
