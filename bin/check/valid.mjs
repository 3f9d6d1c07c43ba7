import { UsageFault } from '../fault.mjs'

// What is no image fails before any request, but only after the options have been read.
const NO_IMAGE = ':'

/** Tells what the class takes, without asking anybody. */
export class Judge {
  #service
  #known = new Map()

  constructor(service) {
    this.#service = service
  }

  /** What is wrong with options of an image, in the words of the class; `undefined` if nothing is. */
  async fault(options) {
    const key = JSON.stringify(options)
    if (!this.#known.has(key)) this.#known.set(key, await this.#tried(options))
    return this.#known.get(key)
  }

  async #tried(options) {
    try {
      await this.#service.checkImages([{ image: NO_IMAGE, ...options }])
      return undefined
    } catch (error) {
      if (error.code === 'INVALID_ARGUMENT') return error.message.replace(/^images\[0\]\.(?:policy\.)?/, '')
      throw error
    }
  }
}

/** Refuses an architecture of the command line that is none, and makes a row of one that stands in a file. */
export async function withArchitectures(entries, arch, judge) {
  if (arch !== undefined && (await judge.fault({ arch })))
    throw new UsageFault(`--arch ${arch} is no architecture, such as amd64, arm64 or arm/v7.`)
  const judged = async (entry) => {
    if (entry.arch === undefined || !(await judge.fault({ arch: entry.arch }))) return entry
    return {
      ...entry,
      problem: `The platform ${entry.arch} is no architecture, such as amd64 or linux/arm64.`,
    }
  }
  return Promise.all(entries.map(judged))
}
