import { ConfigFault, Fault } from '../fault.mjs'
import { readText } from '../read/file.mjs'
import { put } from './put.mjs'

const VERSION = 1

/** What was told by earlier runs: by image and architecture, the version. Kept in a file, or nowhere. */
export class State {
  #path
  #io
  #told

  constructor(path, io, told) {
    this.#path = path
    this.#io = io
    this.#told = told
  }

  /** @throws ConfigFault for a file that is there and is none of these. */
  static async read(path, io) {
    if (path === undefined) return new State(undefined, io, new Map())
    let text
    try {
      text = await readText(path, io)
    } catch (error) {
      if (!(error instanceof Fault) || error.code !== 'ENOENT') throw error
      return new State(path, io, new Map())
    }
    return new State(path, io, toldIn(path, text))
  }

  /** The reports whose update has not been told yet. */
  news(reports) {
    return reports.filter((report) => {
      const version = versionOf(report)
      return version !== undefined && this.#told.get(keyOf(report)) !== version
    })
  }

  /** Remembers what reports offer. One that failed says nothing new, so that what was told before stays. */
  async advance(reports) {
    if (this.#path === undefined) return
    const told = {}
    for (const report of reports) {
      const version = report.status === 'failed' ? this.#told.get(keyOf(report)) : versionOf(report)
      if (version !== undefined) told[keyOf(report)] = version
    }
    await put(this.#path, `${JSON.stringify({ version: VERSION, told }, null, 2)}\n`, this.#io, 0o600)
  }
}

function toldIn(path, text) {
  try {
    const { version, told } = JSON.parse(text)
    if (version === VERSION && typeof told === 'object' && told !== null) return new Map(Object.entries(told))
  } catch {
    // What is no JSON is no state either.
  }
  throw new ConfigFault(`${path} is no state of an earlier run. Remove it to be told everything once more.`)
}

function keyOf({ image, arch }) {
  return [image, arch].filter(Boolean).join(' ')
}

/** A tag that has moved is news once for each digest. */
function versionOf({ status, updates, reference, digest }) {
  if (status !== 'update-available') return undefined
  const [{ tag }] = updates
  return reference?.split('@')[0].endsWith(`:${tag}`) && digest ? `${tag} ${digest.available}` : tag
}
