import { request } from 'node:http'
import { json } from 'node:stream/consumers'
import { Fault } from '../../fault.mjs'

const USUAL = process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock'
const TIMEOUT_MS = 10_000

/** Docker shows an ID in place of a name that has moved on to a newer image. */
const ID = /^(sha256:)?[0-9a-f]{12,64}$/

/**
 * Lists the images of the running containers: `{ images: { image, arch?, currentDigest? }[], notes: string[] }`. It
 * asks the Docker Engine API (`/containers/json`, `/version`, `/images/<id>/json`) at `DOCKER_HOST` or its usual
 * socket. `arch` is that of Docker's machine. `currentDigest` shows whether a tag has moved since the image was pulled.
 *
 * @throws Fault if Docker cannot be asked.
 */
export async function runningImages(env) {
  const docker = socket(env.DOCKER_HOST || USUAL)
  const [containers, { Arch: arch }] = await Promise.all([
    ask(docker, '/containers/json'),
    ask(docker, '/version'),
  ])
  const notes = []
  const images = await Promise.all(
    containers.map(async ({ Id: id, Image: name, ImageID: imageId, Names: names }) => {
      const image = ID.test(name) ? (await ask(docker, `/containers/${id}/json`)).Config.Image : name
      if (ID.test(image)) {
        notes.push(
          `The image of the container ${names?.[0]?.slice(1) ?? id} has no name, so it is not checked.`,
        )
        return undefined
      }
      const { RepoDigests: digests } = await ask(docker, `/images/${imageId}/json`)
      const currentDigest = digestFor(image, digests ?? [])
      return { image, ...(arch && { arch }), ...(currentDigest && { currentDigest }) }
    }),
  )
  return { images: images.filter(Boolean), notes }
}

/**
 * Lists the running containers of the images that `isWanted` takes by name:
 * `{ name, container, arch?, currentDigest? }[]`. `container` is the answer of `/containers/<id>/json`, and the others
 * are as those of `runningImages`.
 *
 * @throws Fault if Docker cannot be asked.
 */
export async function runningContainers(env, isWanted) {
  const docker = socket(env.DOCKER_HOST || USUAL)
  const [containers, { Arch: arch }] = await Promise.all([
    ask(docker, '/containers/json'),
    ask(docker, '/version'),
  ])
  const found = await Promise.all(
    containers.map(async ({ Id: id, Image: listed, ImageID: imageId, Names: names }) => {
      if (!(ID.test(listed) || isWanted(listed))) return undefined
      const container = await ask(docker, `/containers/${id}/json`)
      const image = container.Config.Image
      if (ID.test(image) || !isWanted(image)) return undefined
      const { RepoDigests: digests } = await ask(docker, `/images/${imageId}/json`)
      const currentDigest = digestFor(image, digests ?? [])
      const name = names?.[0]?.slice(1) ?? id
      return { name, container, ...(arch && { arch }), ...(currentDigest && { currentDigest }) }
    }),
  )
  return found.filter(Boolean)
}

/** An image may have been pulled from several repositories. One that was built locally has no digest. */
function digestFor(image, digests) {
  const repository = image.replace(/(:[^:/@]+)?(@.*)?$/, '')
  return digests.find((digest) => digest.startsWith(`${repository}@`)) ?? digests[0]
}

function socket(address) {
  const [, path] = /^(?:unix|npipe):\/\/(.+)$/.exec(address) ?? []
  if (path) return path
  throw new Fault(`DOCKER_HOST is ${address}; only unix:// (npipe:// on Windows) can be asked.`)
}

function ask(socketPath, path) {
  return new Promise((resolve, reject) => {
    const fail = (why) => reject(new Fault(`Docker could not be asked at ${socketPath}: ${why}`))
    const sent = request(
      { socketPath, path, headers: { Host: 'docker' }, timeout: TIMEOUT_MS },
      (response) => {
        if (response.statusCode !== 200) {
          response.resume()
          return fail(`${path} was answered with ${response.statusCode}.`)
        }
        json(response).then(resolve, (error) => fail(`${path} was not answered with JSON: ${error.message}`))
      },
    )
    sent.on('timeout', () => sent.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s.`)))
    sent.on('error', (error) => fail(explained(error)))
    sent.end()
  })
}

function explained({ code, message }) {
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return 'nothing listens there. Is Docker running?'
  if (code === 'EACCES') return 'this user may not use the socket.'
  return message
}
