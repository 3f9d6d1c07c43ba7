import { resolve } from 'node:path'
import { Fault, UsageFault } from '../fault.mjs'
import { Variables } from '../read/compose/env.mjs'
import { nearestFiles } from '../read/compose/names.mjs'
import { unread, withoutPlaceholders } from '../read/entry.mjs'
import { formatByName } from '../read/formats.mjs'
import { readFile } from '../read/read.mjs'
import { filesOf, namedFiles, shown } from '../read/where.mjs'

const OF_OTHERS = ['dockerfile', 'quadlet', 'kustomization', 'values']

/** Returns what a command line names, as entries (see `read/entry.mjs`). Nothing is asked yet. */
export async function gathered(asked, io) {
  const entries = []
  const sources = []
  const context = { io, recursive: asked.recursive }
  for (const word of asked.images) {
    const found = await filesOf(word, context)
    if (found) sources.push(...found)
    else entries.push({ image: word, place: {} })
  }
  for (const word of asked.files) sources.push(...(await namedFiles(word, context)))
  if (entries.length === 0 && sources.length === 0 && !asked.running) sources.push(await defaults(asked, io))
  if (asked.merge) sources.splice(0, Infinity, ...laidTogether(sources))
  entries.push(...(await readAll(sources, { io, env: io.env, envFiles: asked.envFiles })))
  if (asked.running) entries.push(...(await running(io.env, entries.length > 0)))
  return distinct(entries)
}

/** `--merge` lays Compose files over each other. Others that were found beside them stand for themselves. */
function laidTogether(sources) {
  const isLaid = ({ files, isAsked }) =>
    isAsked && !files.some((path) => OF_OTHERS.includes(formatByName(path)))
  const files = sources.filter(isLaid).flatMap((source) => source.files)
  return [...(files.length > 0 ? [{ files, isAsked: true }] : []), ...sources.filter((one) => !isLaid(one))]
}

/** Reads sources. A file of a folder that another one includes is no source of its own: it has that one's variables. */
async function readAll(sources, context) {
  const kept = new Set()
  const includers = new Map()
  for (const source of sources) {
    const included = new Set()
    const read = { ...source, entries: await readSource(source, { ...context, included }) }
    kept.add(read)
    for (const path of included) {
      if (!includers.has(path)) includers.set(path, [])
      includers.get(path).push(read)
    }
  }
  const isIncluded = (path, self) =>
    includers.get(resolve(path))?.some((other) => other !== self && kept.has(other))
  // Of files that include each other, the last one stays.
  for (const source of kept)
    if (source.isFound && source.files.every((path) => isIncluded(path, source))) kept.delete(source)
  return [...kept].flatMap(({ entries }) => entries)
}

async function readSource({ files, isAsked }, context) {
  if (files.length === 1) return readFile(files[0], context, isAsked)
  const { readCompose } = await import('../read/compose/compose.mjs')
  try {
    return withoutPlaceholders(await readCompose(files, context))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [unread({ file: files[0] }, error.message)]
  }
}

async function running(env, areOthers) {
  const { runningEntries } = await import('../read/docker/containers.mjs')
  try {
    return await runningEntries(env)
  } catch (error) {
    if (!areOthers || !(error instanceof Fault)) throw error
    return [unread({ container: 'running containers' }, error.message)]
  }
}

/** The files that Compose takes where none is named: `COMPOSE_FILE` of the environment or of `.env`, or those of the folder or a parent. */
async function defaults({ files, envFiles }, io) {
  const variables = new Variables(io.env)
  for (const path of envFiles) await variables.add(path, io, true)
  if (envFiles.length === 0) await variables.addOf('.', io)
  const named = variables.get('COMPOSE_FILE')
  const between = variables.get('COMPOSE_PATH_SEPARATOR') || (process.platform === 'win32' ? ';' : ':')
  const found = named
    ? named.split(between).filter(Boolean)
    : nearestFiles(io.cwd()).map((path) => shown(path, io))
  if (found.length > 0) return { files: found, isAsked: true }
  throw new UsageFault(
    `No image is named, and no Compose file is in ${io.cwd()}${files.length > 0 ? '' : ' or above it'}: name images, a file or folder (--file) or --running.`,
  )
}

/** A service that several files lead to stands in one place all the same. */
function distinct(entries) {
  const seen = new Map()
  for (const entry of entries) {
    const { image, arch, currentDigest, place, problem } = entry
    const key = JSON.stringify([image, arch, currentDigest, place, problem])
    if (!seen.has(key) || Object.keys(place).length === 0) seen.set(key, entry)
  }
  return [...seen.values()]
}
