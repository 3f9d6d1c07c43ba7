import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ConfigFault } from '../fault.mjs'
import { readText } from '../read/file.mjs'

const NAMES = [
  'container-registry-service.yaml',
  'container-registry-service.yml',
  'container-registry-service.json',
]
const KEYS = ['policy', 'images']

/**
 * Reads the configuration of a folder or of its nearest parent that has one: `{ path, policy?, images? }`, or `undefined`.
 * It decides on policies only. A folder may have been cloned, so that hosts and credentials never come from it.
 *
 * @throws ConfigFault for a file with other keys; Fault for one that cannot be read.
 */
export async function folderConfig(io, judge) {
  const path = nearest(io.cwd())
  if (path === undefined) return undefined
  const value = (await parsed(path, await readText(path, io))) ?? {}
  if (!isObject(value)) throw new ConfigFault(`${path} holds no mapping with ${KEYS.join(' and ')}.`)
  const other = Object.keys(value).find((key) => !KEYS.includes(key))
  if (other !== undefined)
    throw new ConfigFault(
      `${path} has ${other}, but holds ${KEYS.join(' and ')} only: other options come from --config or your own configuration folder.`,
    )
  const policy = value.policy ?? undefined
  const images = value.images ?? {}
  if (!isObject(images) || !Object.values(images).every(isObject))
    throw new ConfigFault(`${path}: images is a mapping of patterns to policies.`)
  await judged(path, 'policy', policy, judge)
  for (const [pattern, { ignore, ...own }] of Object.entries(images))
    await judged(path, `images[${JSON.stringify(pattern)}]`, own, judge)
  return { path, policy, images }
}

async function judged(path, name, policy, judge) {
  const fault = policy === undefined ? undefined : await judge.fault({ policy })
  if (fault !== undefined) throw new ConfigFault(`${path}, ${name}: ${fault}`)
}

function nearest(folder) {
  for (let at = resolve(folder); ; at = dirname(at)) {
    const found = NAMES.map((name) => join(at, name)).find((path) => existsSync(path))
    if (found !== undefined || at === dirname(at)) return found
  }
}

async function parsed(path, text) {
  try {
    if (path.endsWith('.json')) return JSON.parse(text)
    const { parse } = await import('yaml')
    return parse(text, { maxAliasCount: 100 })
  } catch (error) {
    throw new ConfigFault(`${path} could not be read: ${error.message.split('\n')[0]}`)
  }
}

function isObject(value) {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
