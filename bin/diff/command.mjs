import { ANSWERED, FAILED } from '../exit.mjs'
import { Fault } from '../fault.mjs'
import { runningContainers } from '../read/docker/containers.mjs'
import { json } from '../render/json.mjs'
import { diffMarkdown, diffText } from './render.mjs'

/**
 * Tells what an update of one image changes and what may break. Without a target it is the newest version that the
 * policy offers. With `--running`, each container of the image is looked at with its own settings.
 */
export async function diff(asked, { service, io, say, options: settings }) {
  const [image, target] = asked.images
  const { arch, policy, format } = asked
  const provenance = settings.provenance === true
  const moved = asked.running ? await runningContainers(io.env, (name) => isSame(service, name, image)) : [{}]
  if (moved.length === 0) throw new Fault(`No container of ${image} is running.`)
  const inspections = []
  for (const { name, container, arch: found, currentDigest } of moved) {
    const options = { ...own({ arch: arch ?? found }), ...own({ currentDigest }) }
    const tag = target ?? (await newest(service, image, { ...options, ...own({ policy }) }))
    const inspection = tag && (await service.inspectUpdate(image, tag, { ...options, ...own({ container }) }))
    const notes = inspection?.runs ? { breaking: await breaking(service, image, tag) } : {}
    inspections.push({ ...own({ container: name }), ...(inspection ?? { image }), ...notes })
  }
  io.stdout.write(written(inspections, { format, provenance, isList: asked.running }))
  for (const warning of new Set(inspections.flatMap(({ warnings = [] }) => warnings))) say(warning)
  const lacking = inspections.filter(({ targetTag, runs }) => targetTag && !runs)
  for (const inspection of lacking) say(missing(inspection))
  return lacking.length > 0 ? FAILED : ANSWERED
}

/** Returns the newest tag that the policy offers for an image; undefined if it offers none. */
export async function newest(service, image, options) {
  const { updates, error } = await service.checkImage(image, { ...options, provenance: false })
  if (error) throw error
  return updates[0]?.tag
}

/**
 * What the notes between the running version and another one say about breaking changes:
 * `{ complete, notes: { version, text }[] }`, or `{ error }` if they could not be read.
 */
async function breaking(service, image, to) {
  const { tag } = service.parseImageReference(image)
  try {
    const { releases, complete, truncated } = await service.releaseNotes(image, tag, to)
    const notes = releases.flatMap(({ version, breaking }) => breaking.map((text) => ({ version, text })))
    return { complete: complete && !truncated, notes }
  } catch (error) {
    return { error: { code: error.code, message: error.message } }
  }
}

function written(inspections, { format, provenance, isList }) {
  if (format === 'json') return json(isList ? inspections : inspections[0])
  const render = format === 'markdown' ? diffMarkdown : diffText
  const shown = inspections.filter(({ targetTag, runs }) => runs || !targetTag)
  return shown.map((inspection) => render(inspection, { provenance })).join('\n')
}

function missing({ image, targetTag, exists, reason }) {
  if (!exists) return `${image} has no tag ${targetTag}.`
  return reason === 'artifact'
    ? `${targetTag} of ${image} is no container image.`
    : `${targetTag} of ${image} has no image for this machine.`
}

/** Whether two texts name one tag of one repository. */
function isSame(service, text, other) {
  try {
    const [a, b] = [text, other].map((image) => service.parseImageReference(image))
    return a.registry === b.registry && a.fullName === b.fullName && a.tag === b.tag
  } catch {
    // What a container was started from need not be a reference.
    return false
  }
}

/** The fields that are known: an option that is undefined is left out. */
function own(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}
