import { join } from 'node:path'
import { useDesk } from '../support/cli'

const desk = useDesk()

const SHAPES = join(__dirname, '../shapes')
const moduleAt = (path: string) => JSON.stringify(join(__dirname, '../../../bin', path))

test('a file that is damaged in any way is rows, and never a crash', async () => {
  const found = await desk().evaluate(
    'read/read.mjs',
    `const { planOf, filesOf } = await import(${moduleAt('write/plan.mjs')})
     const { diffOf } = await import(${moduleAt('write/diff.mjs')})
     const { readFileSync, writeFileSync } = await import('node:fs')
     const { basename } = await import('node:path')
     const paths = Object.keys(JSON.parse(readFileSync(${JSON.stringify(`${SHAPES}/expected.json`)}, 'utf8')))
     const parts = ['\\n', '  ', '- ', ': ', '\${', '}', '&a ', '*a', '<<: ', '|', '"', "'", '#', '\\0', '\\u202e', '---\\n', '[', '{',
       'FROM ', 'ARG ', 'COPY --from=', 'image: ', 'services:\\n', '\\\\\\n', '<<EOF\\n', '\\t', '!!binary ', '@', '$$', 'extends: ']
     let seed = 7
     // A generator that is the same everywhere (Lehmer).
     const random = (below) => (seed = (seed * 48271) % 2147483647) % below
     const context = { io: { cwd: () => process.cwd() }, env: {}, envFiles: [] }
     const kinds = new Set()
     for (let round = 0; round < 600; round += 1) {
       const path = paths[random(paths.length)]
       let text = readFileSync(${JSON.stringify(SHAPES)} + '/' + path, 'utf8')
       for (let times = random(6) + 1; times > 0; times -= 1) {
         const [at, cut] = [random(text.length + 1), random(20)]
         const part = parts[random(parts.length)].repeat(random(3) === 0 ? random(50) : 1)
         text = text.slice(0, at) + (cut % 2 ? part : '') + text.slice(at + (cut % 2 ? 0 : cut))
       }
       writeFileSync(basename(path), text)
       const entries = await it.readFile(basename(path), context)
       for (const entry of entries) kinds.add(entry.problem !== undefined ? 'problem' : entry.image ? 'image' : typeof entry.left)
       const answers = entries.filter(({ written }) => written).map((entry) => ({
         entries: [entry],
         answer: {
           status: 'update-available', image: entry.image, reference: 'a:1', updates: [{ tag: '9.9' }],
           latest: { patch: { tag: '9.9', digest: 'sha256:' + '0'.repeat(64) } },
         },
       }))
       diffOf(filesOf(planOf(answers, { pin: true }).changes))
     }
     console.log(JSON.stringify([...kinds].sort()))`,
  )
  expect(found).toEqual(['image', 'problem', 'string'])
})

test.each([
  [
    'more lines and marks than any manifest',
    'a: b\n'.repeat(200_000),
    'it has more than 300000 lines and marks',
  ],
  ['lists in lists', '['.repeat(2_000), 'it is nested too deeply'],
  ['lists in lists of one line', `${'- '.repeat(2_000)}x`, 'it is nested too deeply'],
])('%s are not parsed', async (_, text, why) => {
  await desk().file('a.yml', text)
  const found = await desk().evaluate(
    'read/read.mjs',
    `const context = { io: { cwd: () => process.cwd() }, env: {}, envFiles: [] }
     console.log(JSON.stringify(await it.readFile('a.yml', context)))`,
  )
  expect(found).toEqual([
    { place: { file: 'a.yml', line: 1 }, problem: `It could not be read as YAML: ${why}.` },
  ])
})
