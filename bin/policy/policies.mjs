import { matches } from '../read/glob.mjs'
import { wordsOn } from './words.mjs'

/**
 * Gives each entry its policy. What is nearer to the image overrides what is farther, field by field: `--policy`, then
 * what stands beside the image, then `images` and `policy` of the folder's configuration, then that of `--config`.
 *
 * - `options`: those of the class; `found`: the folder's configuration, `{ policy?, images? }`; `asked`: `--policy`
 * - `judge`: says what the class refuses. Such a field is left out, with a warning, and `update` does not write the
 *   image, because its owner wants something that is not known.
 */
export async function withPolicies(entries, { options, found, asked, judge }) {
  const base = laidOver(options.policy, found?.policy)
  const judged = async (entry) => {
    if (entry.left !== undefined || entry.problem !== undefined) return entry
    const words = wordsOn(entry)
    const named = matching(found?.images, entry.image)
    const faults = [...words.warnings]
    const beside = await accepted(words.policy, judge, faults)
    const warnings = [...(entry.warnings ?? []), ...faults]
    const unread = faults.length > 0 ? `its policy could not be read (${faults.join('; ')})` : undefined
    const heldBack = words.heldBack ?? unread
    const { ignore, ...pattern } = named ?? {}
    const ignored = 'ignored' in words ? words.ignored : reasonOf(ignore)
    const near = [pattern, beside].reduce(laidOver, base)
    const policy = laidOver(near, asked)
    return {
      ...entry,
      ...(policy !== undefined && policy !== options.policy && { policy }),
      ...(ignored !== undefined && { ignored }),
      ...(heldBack && { heldBack }),
      ...(faults.length > 0 && { unread: true }),
      ...(warnings.length > 0 && { warnings }),
    }
  }
  return Promise.all(entries.map(judged))
}

/** A policy with the fields of a nearer one. The rule of the original has no fields, so it is replaced as a whole. */
export function laidOver(far, near) {
  if (near === undefined || (typeof near === 'object' && Object.keys(near).length === 0)) return far
  if (typeof near !== 'object' || typeof far !== 'object') return near
  return { ...far, ...near }
}

function reasonOf(ignore) {
  if (ignore === undefined || ignore === false) return undefined
  return ignore === true ? 'its owner says so (images)' : String(ignore)
}

async function accepted(policy, judge, faults) {
  const taken = {}
  for (const [name, value] of Object.entries(policy)) {
    const fault = await judge.fault({ policy: { [name]: value } })
    if (fault === undefined) taken[name] = value
    else faults.push(`${name} ${value} is left out: ${fault}`)
  }
  return taken
}

/** An image as a person may name it: with and without its tag, with and without what stands for Docker Hub. */
function spellings(image) {
  const bare = image.replace(/@.*$/s, '').replace(/:[^:/]*$/, '')
  const isHub = !/^(?:[^/]*[.:][^/]*|localhost)\//.test(image) || /^(?:index\.)?docker\.io\//.test(image)
  const own = [image, bare]
  if (!isHub) return own
  const short = own.map((name) => name.replace(/^(?:index\.)?docker\.io\//, '').replace(/^library\//, ''))
  const full = short.map((name) => (name.includes('/') ? name : `library/${name}`))
  return [...own, ...short, ...full, ...[...short, ...full].map((name) => `docker.io/${name}`)]
}

/** The policy for an image by its name: later patterns that match override earlier ones. */
function matching(images, image) {
  const names = spellings(image)
  const found = Object.entries(images ?? {}).filter(([pattern]) =>
    names.some((name) => matches(name, pattern)),
  )
  return found.length === 0 ? undefined : found.map(([, policy]) => policy).reduce(laidOver)
}
