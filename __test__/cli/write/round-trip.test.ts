import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { useDesk } from '../support/cli'

const desk = useDesk()

const SHAPES = join(__dirname, '../shapes')
const PATHS = Object.keys(JSON.parse(readFileSync(join(SHAPES, 'expected.json'), 'utf8')))

interface Trip {
  file: string
  from: string
  to: string
  before: string
  after: string
  edits: { start: number; end: number; text: string }[]
  isFound: boolean
}

/** For each image of a file whose tag stands there: the file with another tag, and whether that is read again. */
async function trips(): Promise<Trip[]> {
  const module = (path: string) => JSON.stringify(join(__dirname, '../../../bin', path))
  return (await desk().evaluate(
    'read/read.mjs',
    `const { planOf, filesOf } = await import(${module('write/plan.mjs')})
     const { tmpdir } = await import('node:os')
     const { cpSync, mkdtempSync, rmSync, writeFileSync } = await import('node:fs')
     const folder = mkdtempSync(tmpdir() + '/round-trip-')
     cpSync(${JSON.stringify(SHAPES)}, folder, { recursive: true })
     process.chdir(folder)
     const context = { io: { cwd: () => folder }, env: {}, envFiles: [] }
     const trips = []
     for (const path of ${JSON.stringify(PATHS)}) {
       for (const entry of await it.readFile(path, context)) {
         const tag = /^[^@]*:([^:/@]+)(?:@|$)/.exec(entry.image ?? '')?.[1]
         if (!entry.written || !tag || entry.problem) continue
         const to = tag.replace(/.$/, (last) => (last === '9' ? '8x' : '9x'))
         const digest = 'sha256:' + 'f'.repeat(64)
         const latest = { patch: { tag: to, digest } }
         const answer = { status: 'update-available', image: entry.image, updates: [{ tag: to }], latest }
         const { changes } = planOf([{ answer, entries: [entry] }])
         for (const { file, before, after } of filesOf(changes)) {
           writeFileSync(file, after)
           const again = await it.readFile(path, context)
           const wanted = entry.image.replace(':' + tag, ':' + to).replace(/@.*/, '@' + digest)
           const isFound = again.some(({ image }) => image === wanted)
           writeFileSync(file, before)
           trips.push({ file, from: tag, to, before, after, edits: changes[0].edits, isFound })
         }
       }
     }
     rmSync(folder, { recursive: true })
     console.log(JSON.stringify(trips))`,
  )) as Trip[]
}

test('a change of one tag changes exactly the bytes of that tag, in every shape', async () => {
  const found = await trips()
  expect(found.length).toBeGreaterThan(140)
  for (const { file, from, to, before, after, edits, isFound } of found) {
    const [tag, digest] = edits
    const old = before.slice(tag?.start, tag?.end)
    expect({ file, old, isFound }).toEqual({ file, old: from, isFound: true })
    const head = before.slice(0, tag?.start) + to
    const middle = before.slice(tag?.end, digest?.start)
    const tail = digest ? digest.text + before.slice(digest.end) : ''
    expect({ file, after }).toEqual({ file, after: head + middle + tail })
  }
})
