import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Scenario } from './scenarios'

/** What was put in, and what the replaced class answered. */
export interface Vectors {
  references: [
    text: string,
    registry: string,
    namespace: string,
    repo: string,
    tag: string,
    fullName: string,
  ][]
  'tag-lists': [tags: string[], current: string, major: number, updates: string[]][]
  sources: [source: string, tag: string, prefix: string, page: string | null][]
  scenarios: RecordedCheck[]
}

export interface RecordedCheck {
  scenario: Scenario
  updates?: [tag: string, isLatest: boolean, releaseUrl: string | null][]
  error?: string
  lines: [level: string, message: string][]
}

export type Kind = keyof Vectors

const root = join(__dirname, '../..')
const baseline = resolve(root, process.env.BASELINE ?? '../shared/seed/original.mjs')

/** Whether the replaced class is at hand. */
export const hasBaseline = existsSync(baseline)

/** What stands in the project. */
export function recorded<K extends Kind>(kind: K): Vectors[K] {
  return JSON.parse(readFileSync(join(__dirname, `${kind}.json`), 'utf8'))
}

/** What the replaced class answers to cases that were never tried before. */
export async function fresh<K extends Kind>(kind: K, seed: number, count: number): Promise<Vectors[K]> {
  const recorder = [join(__dirname, 'record.mjs'), kind, String(seed), String(count)]
  const { stdout } = await promisify(execFile)(process.execPath, recorder, { maxBuffer: 64 * 1024 * 1024 })
  return JSON.parse(stdout)
}
