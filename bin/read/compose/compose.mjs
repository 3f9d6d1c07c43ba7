import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { parseEnv } from 'node:util'
import { Fault } from '../../fault.mjs'
import { interpolate } from './interpolate.mjs'

/** File names of Compose, in the order in which it looks for them. */
export const COMPOSE_FILES = ['compose.yaml', 'compose.yml', 'docker-compose.yaml', 'docker-compose.yml']

/**
 * Reads the images of a Compose file: `{ images: { image, arch? }[], notes: string[], faults: string[] }`. Variables
 * come from `env`, then from the `.env` beside the file. `arch` is the `platform` of a service. Services of the same
 * name in several files are several images. Notes say what was left out. Faults name services whose values cannot be
 * filled in; the others are still checked.
 *
 * @throws Fault for a file that cannot be read or is no Compose file.
 */
export async function composeImages(path, env) {
  const services = (await document(path))?.services
  if (!isMapping(services)) throw new Fault(`${path} has no services: is it a Compose file?`)
  const unset = new Set()
  const lookup = variables(env, await dotEnv(path))
  const filled = (text) => interpolate(String(text), lookup, (name) => unset.add(name))
  const images = []
  const notes = []
  const faults = []
  for (const [name, service] of Object.entries(services)) {
    const { image, build, platform } = service ?? {}
    if (build !== undefined) notes.push(`${path}: ${name} is built there, so it is not checked.`)
    else if (!image) notes.push(`${path}: ${name} names no image of its own, so it is not checked.`)
    else {
      try {
        images.push({ image: filled(image), ...(platform && { arch: filled(platform) }) })
      } catch (error) {
        if (!(error instanceof Fault)) throw error
        faults.push(`${path}, service ${name}: ${error.message}`)
      }
    }
  }
  for (const name of unset) notes.push(`${path}: the variable ${name} is not set and counts as empty.`)
  return { images, notes, faults }
}

async function document(path) {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw new Fault(`${path} could not be read: ${error.message}`)
  })
  // The parser is only loaded for a Compose file.
  const { parseDocument } = await import('yaml')
  const parsed = parseDocument(text, { merge: true, logLevel: 'error' })
  if (parsed.errors.length > 0) throw new Fault(`${path} is no YAML: ${firstLine(parsed.errors[0])}`)
  try {
    return parsed.toJS()
  } catch (error) {
    throw new Fault(`${path} could not be read: ${error.message}`)
  }
}

async function dotEnv(path) {
  try {
    return parseEnv(await readFile(join(dirname(path), '.env'), 'utf8'))
  } catch (error) {
    if (error.code === 'ENOENT') return {}
    throw new Fault(`The .env beside ${path} could not be read: ${error.message}`)
  }
}

/**
 * Looks a name up in the environment, and then in `.env`. Values there may refer to other names, but not to themselves.
 */
function variables(env, fromFile) {
  const lookup = (name, within = []) => {
    if (Object.hasOwn(env, name)) return env[name]
    if (!Object.hasOwn(fromFile, name) || within.includes(name)) return undefined
    return interpolate(fromFile[name], (other) => lookup(other, [...within, name]))
  }
  return (name) => lookup(name)
}

/** Returns the first line: the others draw the place of the fault. */
function firstLine({ message }) {
  return message.split('\n')[0].replace(/:$/, '.')
}

function isMapping(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
