import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { useDesk } from '../support/cli'

const desk = useDesk()

const SHAPES = join(__dirname, '../shapes')

/**
 * What must be found in files as people have them. `images` are those that are asked about, `left` are rows that are not
 * asked about, with their status, and `unread` is what rows say of that which could not be read.
 */
const EXPECTED: Record<string, { images: string[]; left?: string[]; unread?: string[] }> = JSON.parse(
  readFileSync(join(SHAPES, 'expected.json'), 'utf8'),
)

interface Found {
  path: string
  images: string[]
  left: string[]
  unread: string[]
  places: { file?: string; line?: number }[]
}

test('all images of all shapes are found, and nothing else', async () => {
  const found = (await desk().evaluate(
    'read/read.mjs',
    `const { withPolicies } = await import(${JSON.stringify(join(__dirname, '../../../bin/policy/policies.mjs'))})
     const { questionsOf } = await import(${JSON.stringify(join(__dirname, '../../../bin/check/questions.mjs'))})
     const io = { cwd: () => ${JSON.stringify(SHAPES)} }
     process.chdir(io.cwd())
     const judge = { fault: async () => undefined }
     const answers = []
     for (const path of ${JSON.stringify(Object.keys(EXPECTED))}) {
       const entries = (await it.readFile(path, { io, env: {}, envFiles: [] })).filter(({ left }) => !left)
       const known = await withPolicies(entries, { options: {}, judge })
       const questions = questionsOf(known, {})
       const left = questions.flatMap(({ left }) => left ?? [])
       answers.push({
         path,
         images: [...new Set(questions.flatMap(({ request }) => request?.image ?? []))].sort(),
         left: left.filter(({ status }) => status !== 'failed').map(({ status, image }) => status + ' ' + image),
         unread: left.filter(({ status }) => status === 'failed').map(({ reason }) => reason),
         places: questions.flatMap(({ places }) => places),
       })
     }
     console.log(JSON.stringify(answers))`,
  )) as Found[]
  expect(found.map(({ path, images, left }) => ({ path, images, left }))).toEqual(
    Object.entries(EXPECTED).map(([path, { images, left = [] }]) => ({ path, images, left })),
  )
  for (const { path, unread, places } of found) {
    const expected = EXPECTED[path]?.unread ?? []
    expect({ path, unread }).toEqual({ path, unread: expected.map((said) => expect.stringContaining(said)) })
    for (const place of places) expect(place).toMatchObject({ file: expect.any(String) })
  }
})

test('there are at least 150 shapes', () => {
  expect(Object.keys(EXPECTED).length).toBeGreaterThanOrEqual(150)
})
