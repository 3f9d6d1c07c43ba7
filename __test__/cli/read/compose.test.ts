// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so
import { useDesk } from '../support/cli'

const desk = useDesk()

/** What is found in a Compose file, without the text that it stands in. */
async function read(yaml: string, env: Record<string, string> = {}) {
  await desk().file('compose.yml', yaml)
  return desk().evaluate(
    'read/compose/compose.mjs',
    `const options = { env: ${JSON.stringify(env)}, io: {} }
     const found = await it.readCompose(['compose.yml'], options).catch((error) => error.message)
     console.log(JSON.stringify(found, (name, value) => (['written', 'labels', 'lines'].includes(name) ? undefined : value)))`,
  )
}

const at = (line: number, service: string, more = {}) => ({
  place: { file: 'compose.yml', line, service, ...more },
})

test('images of services, with the platform that a service asks for and its profiles', async () => {
  const yaml = `
services:
  web:
    image: nginx:1.27
    profiles: [debug]
  db:
    image: "postgres:16.4"
    platform: linux/arm64
`
  expect(await read(yaml)).toEqual([
    { image: 'nginx:1.27', ...at(4, 'web', { profiles: ['debug'] }) },
    { image: 'postgres:16.4', arch: 'linux/arm64', ...at(7, 'db') },
  ])
})

test('anchors, merges and tags of Compose are understood, and an image stands where its text does', async () => {
  const yaml = `
x-base: &base
  image: redis:7.4.1
services:
  cache:
    <<: *base
    ports: !reset []
  queue: { <<: *base, image: redis:7.2.0 }
  none: { <<: [*base], image: !reset null }
`
  expect(await read(yaml)).toEqual([
    { image: 'redis:7.4.1', ...at(3, 'cache') },
    { image: 'redis:7.2.0', ...at(8, 'queue') },
    { left: 'none names no image of its own, so it is not checked.', ...at(9, 'none') },
  ])
})

test('what is built is local, and what names no image is left out', async () => {
  const yaml = `
services:
  app: { build: ., image: app:dev }
  other: { build: . }
  empty:
`
  expect(await read(yaml)).toEqual([
    { image: 'app:dev', local: 'it is built there', ...at(3, 'app') },
    { left: 'other is built there, so it is not checked.', ...at(4, 'other') },
    { left: 'empty names no image of its own, so it is not checked.', ...at(5, 'empty') },
  ])
})

test('a service may extend another, in the same file or beside it, and stands where the text is', async () => {
  await desk().file('base.yml', 'services:\n  b: { image: "base:1", platform: linux/arm64 }\n')
  const yaml = `
services:
  here: { extends: there }
  there: { image: "there:1" }
  far: { extends: { file: base.yml, service: b } }
  near: { extends: { file: base.yml, service: b }, image: "near:1" }
  loop: { extends: { service: loop } }
  lost: { extends: { file: base.yml, service: c } }
  gone: { extends: { file: nowhere.yml, service: c } }
`
  expect(await read(yaml)).toEqual([
    { image: 'there:1', ...at(4, 'here') },
    { image: 'there:1', ...at(4, 'there') },
    { image: 'base:1', arch: 'linux/arm64', place: { file: 'base.yml', line: 2, service: 'far' } },
    { image: 'near:1', arch: 'linux/arm64', ...at(6, 'near') },
    ...['loop', 'lost', 'gone'].map((name, index) => ({
      left: `${name} names no image of its own, so it is not checked.`,
      ...at(7 + index, name),
    })),
    { problem: 'What it extends leads back to loop.', ...at(7, 'loop') },
    { problem: 'There is no service c to extend in base.yml.', ...at(8, 'lost') },
    { problem: expect.stringMatching(/^nowhere\.yml could not be read: ENOENT/), ...at(9, 'gone') },
  ])
})

test('a chain of services is followed link by link, up to a hundred in a row', async () => {
  const chain = (count: number) =>
    Array.from({ length: count }, (_, index) =>
      index === 0 ? '  s0: { image: "a:1" }' : `  s${index}: { extends: s${index - 1} }`,
    )
  const found = (await read(`services:\n${chain(101).reverse().join('\n')}\n`)) as { image?: string }[]
  expect(found.map(({ image }) => image)).toEqual(Array(101).fill('a:1'))
  const long = (await read(`services:\n${chain(40_000).join('\n')}\n`)) as { problem?: string }[]
  expect(long).toHaveLength(40_000 + 39_899)
  expect(long.at(-1)?.problem).toBe('It extends more than 100 services in a row.')
})

test('files that include each other do not multiply without end', async () => {
  const names = ['b', 'c', 'd', 'e', 'f']
  for (const [index, name] of names.entries()) {
    const next = names[index + 1]
    const include = next ? `include: [${Array(20).fill(`${next}.yml`).join(', ')}]\n` : ''
    await desk().file(`${name}.yml`, `${include}services: { ${name}: { image: "${name}:1" } }\n`)
  }
  const found = (await read(
    `include: [${Array(20).fill('b.yml').join(', ')}]\nservices: { a: { image: "a:1" } }\n`,
  )) as {
    image?: string
    problem?: string
  }[]
  expect(found.flatMap(({ image }) => image ?? [])).toEqual(['a:1', 'b:1', 'c:1', 'd:1', 'e:1', 'f:1'])
  expect(found.flatMap(({ problem }) => problem ?? [])).toContain(
    'More than 10000 inclusions belong together.',
  )
})

test('what many services have from one is read up to a bound', async () => {
  const lines = Array.from({ length: 3_000 }, (_, index) => `        FROM alpine:3.${index}\n`).join('')
  const others = Array.from({ length: 100 }, (_, index) => `  s${index}: { extends: base }\n`).join('')
  const found = (await read(
    `services:\n  base:\n    build:\n      dockerfile_inline: |\n${lines}${others}`,
  )) as { problem?: string }[]
  expect(found.length).toBeLessThan(210_000)
  expect(found.at(-1)?.problem).toMatch(/^Services that extend each other have more than 200000 labels/)
})

test('included files are read with their own variables, behind those of the project', async () => {
  await desk().file('.env', 'A=project\n')
  await desk().file('db.env', 'A=file\nB=file\n')
  await desk().file('db.yml', 'services: { db: { image: "${A}:${B}" }, web: { image: "no:1" } }\n')
  await desk().file('back.yml', 'include: [compose.yml]\n')
  const yaml = `
include:
  - { path: [db.yml], env_file: db.env }
  - back.yml
  - oci://registry.example/stack
  - nowhere.yml
services:
  web: { image: "web:1" }
`
  expect(await read(yaml)).toEqual([
    { image: 'web:1', ...at(8, 'web') },
    { image: 'project:file', place: { file: 'db.yml', line: 1, service: 'db' } },
    {
      problem: 'What it includes leads back to compose.yml.',
      place: { file: 'back.yml', line: 1 },
    },
    {
      problem: 'It includes oci://registry.example/stack, which is remote: only files are read.',
      place: { file: 'compose.yml', line: 5 },
    },
    {
      problem: expect.stringMatching(/^nowhere\.yml could not be read: ENOENT/),
      place: { file: 'compose.yml', line: 6 },
    },
    {
      problem: 'The service web stands in compose.yml, too, which includes this file: Compose refuses that.',
      place: { file: 'db.yml', line: 1, service: 'web' },
    },
  ])
})

test('several documents are laid over each other', async () => {
  const yaml =
    'services: { a: { image: "a:1" }, b: { image: "b:1" } }\n---\nservices: { b: { image: "b:2" } }\n'
  expect(await read(yaml)).toEqual([
    { image: 'a:1', ...at(1, 'a') },
    { image: 'b:2', ...at(3, 'b') },
  ])
})

test('variables come from the environment, then from .env', async () => {
  await desk().file(
    '.env',
    `TAG=1.26\nexport REPO = nginx\nFULL="\${REPO}:\${TAG}" # all of it\nRAW='$TAG'\nLOOP=7\${LOOP}\nTAG2=\${REPO:+2}# 3 \n`,
  )
  const yaml = `
services:
  a: { image: "\${REPO}:\${TAG}" }
  b: { image: $FULL }
  d: { image: "redis:\${LOOP}" }
  e: { image: "redis:x\${RAW}" }
`
  const images = ['nginx:1.27', 'nginx:1.27', 'redis:7', 'redis:x$TAG']
  expect(await read(yaml, { TAG: '1.27' })).toEqual(
    images.map((image, index) =>
      expect.objectContaining({ image, place: expect.objectContaining({ line: 3 + index }) }),
    ),
  )
})

test('a line of .env that cannot be filled in is a row, and the others count', async () => {
  await desk().file('.env', 'PW=abc$\nTAG=1.27\n')
  expect(await read('services: { a: { image: "nginx:${TAG}" } }\n')).toEqual([
    { image: 'nginx:1.27', ...at(1, 'a') },
    { problem: expect.stringMatching(/^the value "abc\$" cannot be read/), place: { file: '.env', line: 1 } },
  ])
})

test('what is set nowhere is empty and said, and a row of its own where no image is left', async () => {
  const yaml = `
services:
  a: { image: "redis:\${NOWHERE}" }
  b: { image: "redis:7\${NOWHERE}" }
  c: { image: "$NOWHERE" }
`
  const said = 'The variable NOWHERE is not set and counts as empty'
  expect(await read(yaml)).toEqual([
    { image: 'redis:', problem: `${said}.`, ...at(3, 'a') },
    { image: 'redis:7', warnings: [said], ...at(4, 'b') },
    { image: '$NOWHERE', problem: `${said}.`, ...at(5, 'c') },
  ])
})

test('a variable that something stands in for is not missed', async () => {
  const yaml = `
services:
  a: { image: "nginx:\${TAG:-1.27}" }
  b: { image: "nginx:1\${DEBUG:+-\${SUFFIX}}" }
  c: { image: "\${REPO:-\${OTHER}}:1" }
`
  const images = ['nginx:1.27', 'nginx:1', 'redis:1']
  expect(await read(yaml, { REPO: 'redis' })).toEqual(
    images.map((image, index) => ({ image, ...at(3 + index, 'abc'.charAt(index)) })),
  )
})

test.each([
  ['services: [', 1, /^It could not be read as YAML: /],
  ['just text', 1, /^It has no services: is it a Compose file\?$/],
  ['services: [a]', 1, /^It has no services/],
  [
    `a: &a [x, x, x, x]\n${bomb()}services: {}`,
    1,
    /^It could not be read as YAML: its aliases stand for more than 1000000 nodes/,
  ],
  ['a: &a [*a]\nservices: {}', 1, /^It could not be read as YAML: the anchor a stands within itself/],
  ['services: { a: *b }', 1, /^It could not be read as YAML: no anchor b is set/],
  ['['.repeat(5000), 1, /^It could not be read as YAML: /],
])('what is no Compose file (%#) is a row that says so', async (yaml, line, complaint) => {
  expect(await read(yaml)).toContainEqual({
    problem: expect.stringMatching(complaint),
    place: { file: 'compose.yml', line },
  })
})

test('many aliases are read, as long as they stand for no million of nodes', async () => {
  const list = `[${Array(1000).fill('x').join(', ')}]`
  const services = Array.from(
    { length: 900 },
    (_, index) => `  s${index}: { image: "a:${index}", environment: *e }\n`,
  )
  const found = await read(`x-e: &e ${list}\nservices:\n${services.join('')}`)
  expect(found).toHaveLength(900)
})

test('one bad thing is a row, and the others go on', async () => {
  const yaml = `
services:
  a: { image: "x:\${T:?set T}" }
  b: { image: "nginx:1.27", platform: "\${" }
  c: { image: { a: b } }
  d: just text
  e: { image: "redis:7.4.1" }
  e: { image: "redis:7.4.2" }
`
  expect(await read(yaml)).toEqual([
    { image: 'x:${T:?set T}', problem: 'T is required: set T.', ...at(3, 'a') },
    {
      image: 'nginx:1.27',
      problem:
        'the value "${" cannot be read: a dollar sign is followed by no name; $$ stands for a dollar sign.',
      ...at(4, 'b'),
    },
    { problem: 'An image is a text, and this is none.', ...at(5, 'c') },
    { left: 'd names no image of its own, so it is not checked.', ...at(6, 'd') },
    { image: 'redis:7.4.2', ...at(8, 'e') },
    { problem: 'The service e stands twice, which Compose refuses.', ...at(8, 'e') },
    { problem: 'A service is a mapping, and this is none.', ...at(6, 'd') },
  ])
})

test('an image that is mounted is an image of its service', async () => {
  const yaml = `
services:
  a:
    image: a:1
    volumes: [x:/y, { type: image, source: "data:2", target: /data }]
`
  expect(await read(yaml)).toEqual([
    { image: 'a:1', ...at(4, 'a') },
    { image: 'data:2', ...at(5, 'a') },
  ])
})

describe('interpolation', () => {
  const VARIABLES = { SET: 'value', EMPTY: '', TAG: '1.2', LONG: 'x'.repeat(8000) }

  test.each([
    ['plain', 'plain'],
    ['$SET-${SET}', 'value-value'],
    ['$SETTER', ''],
    ['$$SET $${SET}', '$SET ${SET}'],
    ['${EMPTY:-d}${EMPTY-d}', 'd'],
    ['${UNSET:-d}${UNSET-e}', 'de'],
    ['${SET:-d}${SET-d}', 'valuevalue'],
    ['${SET:+a}${EMPTY:+b}${EMPTY+c}${UNSET+d}', 'ac'],
    ['${SET:?no}${EMPTY?no}', 'value'],
    ['${UNSET:-${EMPTY:-${TAG}}}', '1.2'],
    ['${UNSET:-a:b/c@d}', 'a:b/c@d'],
    ['${SET:-${UNSET:?not needed}}', 'value'],
    ['}{', '}{'],
  ])('%s is %j', async (text, value) => {
    expect(await interpolated(text)).toBe(value)
  })

  test.each([
    ['${UNSET?}', 'UNSET is required.'],
    ['${EMPTY:?set it}', 'EMPTY is required: set it.'],
    ['${SET', 'the value "${SET" cannot be read: a brace is not closed.'],
    ['${SET:-x', 'the value "${SET:-x" cannot be read: a brace is not closed.'],
    ['${SET!x}', 'the value "${SET!x}" cannot be read: ! behind a name is no operator that is read.'],
    ['${A:-'.repeat(70), /^the value "(\$\{A:-){16}…" cannot be read: it nests more than 64 variables\.$/],
    ['${LONG}'.repeat(9), /^the value .* cannot be read: it becomes longer than 64 KiB\.$/],
    ['$', 'the value "$" cannot be read: a dollar sign is followed by no name; $$ stands for a dollar sign.'],
  ])('value %# is refused', async (text, complaint) => {
    const expected = typeof complaint === 'string' ? complaint : expect.stringMatching(complaint)
    expect(await interpolated(text)).toEqual(expected)
  })

  function interpolated(text: string) {
    return desk().evaluate(
      'read/compose/interpolate.mjs',
      `const variables = ${JSON.stringify(VARIABLES)}
       let value
       try { value = it.interpolate(${JSON.stringify(text)}, (name) => variables[name]) }
       catch (error) { value = error.message }
       console.log(JSON.stringify(value))`,
    )
  }
})

/** Aliases of aliases, which would fill the memory. */
function bomb(): string {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
  return names
    .slice(1)
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${names[index]}`).join(', ')}]\n`)
    .join('')
}
