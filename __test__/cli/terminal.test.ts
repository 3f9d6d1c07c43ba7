import { stripVTControlCharacters } from 'node:util'
import { useDesk } from './support/cli'

const desk = useDesk()

const ESCAPE = String.fromCharCode(27)
const COLOURED = new RegExp(`${ESCAPE}\\[(\\d+)m(.*?) *${ESCAPE}\\[39m`)

const ROWS = [
  {
    name: 'old',
    current: '1',
    status: 'update-available',
    newest: '2',
    download: 1e6,
    beyond: '3',
    notes: '',
  },
  { name: 'new', current: '2', status: 'up-to-date', newest: '', beyond: '', notes: '' },
  { name: 'any', current: 'latest', status: 'unorderable', newest: '', beyond: '', notes: '' },
  { name: 'bad', current: '', status: 'failed', newest: '', beyond: '', notes: 'NETWORK: no | way' },
]

describe('the progress bar', () => {
  /** What is written to a stream of a kind while a batch goes on. */
  function drawn(stream: object, env: object = {}) {
    return desk().evaluate(
      'check/progress.mjs',
      `const written = []
       const stream = { ...${JSON.stringify(stream)}, write: (text) => written.push(text) }
       const progress = new it.Progress(stream, ${JSON.stringify(env)})
       progress.show({ done: 0, total: 2, image: 'nginx:1' })
       progress.show({ done: 1, total: 2, image: 'redis:' + '7'.repeat(100) })
       progress.end()
       console.log(JSON.stringify(written))`,
    )
  }

  test('is redrawn in one line of a terminal, and taken away', async () => {
    const [first, second, last] = (await drawn({ isTTY: true, columns: 60 })) as string[]
    expect(first).toBe(`\r\u001b[2K${'░'.repeat(24)} 0/2 nginx:1`)
    expect(second?.startsWith(`\r\u001b[2K${'█'.repeat(12)}${'░'.repeat(12)} 1/2 redis:7`)).toBe(true)
    expect(second).toHaveLength('\r\u001b[2K'.length + 59)
    expect(last).toBe('\r\u001b[2K')
  })

  test.each([
    ['a pipe', {}, {}],
    ['a terminal that cannot redraw', { isTTY: true }, { TERM: 'dumb' }],
  ])('does not show on %s', async (_, stream, env) => {
    expect(await drawn(stream, env)).toEqual([])
  })
})

test('wide characters take two columns, and marks take none', async () => {
  const rows = [
    ['镜像', 'a'],
    ['e\u0301', 'b'],
    ['name', 'c'],
  ]
  const lines = await desk().evaluate(
    'render/columns.mjs',
    `console.log(JSON.stringify(it.columns(${JSON.stringify(rows)}).map((line) => line.join('|'))))`,
  )
  expect(lines).toEqual(['镜像|a', 'e\u0301   |b', 'name|c'])
})

describe('a table', () => {
  function rendered(options: object) {
    return desk().evaluate(
      'render/table.mjs',
      `console.log(JSON.stringify(it.table(${JSON.stringify(ROWS)}, ${JSON.stringify(options)})))`,
    )
  }

  test('has a colour for each status where colours are wanted, and is the same without them', async () => {
    const [coloured, bare] = (await Promise.all([rendered({ colours: true }), rendered({})])) as string[]
    const newest = (line: string) => COLOURED.exec(line)?.slice(1)
    const lines = coloured?.split('\n').slice(1, 5) ?? []
    expect(lines.map(newest)).toEqual([
      ['33', '2'],
      ['32', 'up to date'],
      ['90', 'no order'],
      ['31', 'failed'],
    ])
    const colourless = stripVTControlCharacters(coloured ?? '').replace(/ +$/gm, '')
    expect(colourless).toBe(bare)
    expect(bare).not.toContain('\u001b')
  })

  test.each([
    [
      44,
      [
        'image  current  newest  download  beyond',
        'app    1        2',
        '  compose.yaml:7 app',
        '  https://notes.example/2',
      ],
    ],
    [
      60,
      [
        'image  current  newest  download  beyond',
        'app    1        2',
        '  compose.yaml:7 app  https://notes.example/2',
      ],
    ],
    [
      undefined,
      [expect.stringMatching(/beyond +where +release notes$/), expect.stringMatching(/^app .*notes/)],
    ],
  ])('in %s columns has places and notes below a row only where they do not fit', async (width, lines) => {
    const row = { ...ROWS[0], name: 'app', beyond: '', download: undefined, where: 'compose.yaml:7 app' }
    const rows = [{ ...row, notes: 'https://notes.example/2' }]
    const text = await desk().evaluate(
      'render/table.mjs',
      `console.log(JSON.stringify(it.table(${JSON.stringify(rows)}, ${JSON.stringify({ width })})))`,
    )
    expect((text as string).split('\n').slice(0, lines.length)).toEqual(lines)
  })

  test('of Markdown keeps its columns whatever a text holds', async () => {
    const text = await desk().evaluate(
      'render/markdown.mjs',
      `console.log(JSON.stringify(it.markdown(${JSON.stringify(ROWS)})))`,
    )
    expect(text).toContain('| `bad` |  | failed |  |  | NETWORK: no \\| way |')
  })
})

test.each([
  ['colours in a terminal', {}, true],
  ['none with NO_COLOR', { NO_COLOR: '1' }, false],
  ['none on a dumb terminal', { TERM: 'dumb' }, false],
  ['colours where they are forced', { TERM: 'dumb', NO_COLOR: '1', FORCE_COLOR: '1' }, true],
  ['none where they are forced off', { FORCE_COLOR: '0' }, false],
])('%s', async (_, env, expected) => {
  const answer = await desk().evaluate(
    'check/command.mjs',
    `import { WriteStream } from 'node:tty'
     const stdout = { isTTY: true, hasColors: WriteStream.prototype.hasColors, write: (text) => { stdout.text = text },
       getColorDepth: WriteStream.prototype.getColorDepth }
     const io = { stdout, stderr: {}, cwd: () => '.', env: ${JSON.stringify({ TERM: 'xterm', ...env })} }
     const report = { image: 'a:1', reference: 'a:1', status: 'up-to-date', updates: [], latest: {} }
     const service = { checkImages: async () => [report] }
     await it.check({ images: ['a:1'], files: [], format: 'table' }, { service, io })
     console.log(JSON.stringify(stdout.text))`,
  )
  expect(String(answer).includes('\u001b')).toBe(expected)
})

describe('what a server sends', () => {
  const ODD = {
    name: 'a`b|c',
    current: '1``2',
    status: 'failed',
    newest: '',
    beyond: '',
    notes: '[x](javascript:y) <b>|',
  }

  test('is no markup in Markdown', async () => {
    const text = String(
      await desk().evaluate(
        'render/markdown.mjs',
        `console.log(JSON.stringify(it.markdown(${JSON.stringify([
          ODD,
          { ...ODD, name: 'web', current: '1', notes: 'https://x.example/a b|c>d' },
        ])})))`,
      ),
    )
    const [, , first, second] = text.split('\n')
    expect(first).toMatch(/^\| `` a`b\\\|c `` \| ``` 1``2 ``` \|/)
    expect(first).toContain(String.raw`\[x\]\(javascript:y\) \<b\>\|`)
    expect(second).toContain('<https://x.example/a%20b%7Cc%3Ed>')
  })

  test('cannot steer a terminal by JSON', async () => {
    const value = { tag: '\u0085\u009b31m\u007f\u202e\u{e0041}é' }
    const text = String(
      await desk().evaluate(
        'render/json.mjs',
        `console.log(JSON.stringify(it.json(${JSON.stringify(value)})))`,
      ),
    )
    expect(text).toMatch(/^[\n\x20-\x7eé]*$/)
    expect(JSON.parse(text)).toEqual(value)
  })
})
