// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so
import { useDesk } from './support/cli'

const desk = useDesk()

/** What `composeImages` answers for a file, or the message it fails with. */
async function read(yaml: string, env: Record<string, string> = {}) {
  await desk().file('compose.yml', yaml)
  return desk().evaluate(
    'read/compose/compose.mjs',
    `const found = await it.composeImages('compose.yml', ${JSON.stringify(env)}).catch((error) => error.message)
     console.log(JSON.stringify(found))`,
  )
}

test('images of services, with the platform that a service asks for', async () => {
  const yaml = `
services:
  web:
    image: nginx:1.27
  db:
    image: "postgres:16.4"
    platform: linux/arm64
`
  const images = [{ image: 'nginx:1.27' }, { image: 'postgres:16.4', arch: 'linux/arm64' }]
  expect(await read(yaml)).toEqual({ images, notes: [], faults: [] })
})

test('anchors, merges and tags of Compose are understood', async () => {
  const yaml = `
x-base: &base
  image: redis:7.4.1
services:
  cache:
    <<: *base
    ports: !reset []
  queue: { <<: *base, image: redis:7.2.0 }
`
  const images = [{ image: 'redis:7.4.1' }, { image: 'redis:7.2.0' }]
  expect(await read(yaml)).toEqual({ images, notes: [], faults: [] })
})

test('what is built, and what names no image, is left out with a note', async () => {
  const yaml = `
services:
  app: { build: ., image: app:dev }
  base: { extends: { file: other.yml, service: base } }
  empty:
`
  const notes = [
    'compose.yml: app is built there, so it is not checked.',
    'compose.yml: base names no image of its own, so it is not checked.',
    'compose.yml: empty names no image of its own, so it is not checked.',
  ]
  expect(await read(yaml)).toEqual({ images: [], notes, faults: [] })
})

test('variables come from the environment, then from .env; what is set nowhere is empty and named', async () => {
  await desk().file('.env', 'TAG=1.26\nREPO=nginx\nFULL="${REPO}:${TAG}" # all of it\nLOOP=${LOOP}\n')
  const yaml = `
services:
  a: { image: "\${REPO}:\${TAG}" }
  b: { image: $FULL }
  c: { image: "redis:\${NOWHERE}" }
  d: { image: "redis:7\${LOOP}" }
`
  const images = ['nginx:1.27', 'nginx:1.27', 'redis:', 'redis:7'].map((image) => ({ image }))
  const notes = ['compose.yml: the variable NOWHERE is not set and counts as empty.']
  expect(await read(yaml, { TAG: '1.27' })).toEqual({ images, notes, faults: [] })
})

test('a variable that something stands in for is not missed', async () => {
  const yaml = `
services:
  a: { image: "nginx:\${TAG:-1.27}" }
  b: { image: "nginx:1\${DEBUG:+-\${SUFFIX}}" }
  c: { image: "\${REPO:-\${OTHER}}:1" }
`
  const images = ['nginx:1.27', 'nginx:1', 'redis:1'].map((image) => ({ image }))
  expect(await read(yaml, { REPO: 'redis' })).toEqual({ images, notes: [], faults: [] })
})

test.each([
  ['services: [', /^compose\.yml is no YAML: .* at line 1, column \d+\.$/],
  ['just text', /^compose\.yml has no services: is it a Compose file\?$/],
  ['services: [a]', /^compose\.yml has no services/],
  [`a: &a [x, x, x, x]\n${bomb()}services: {}`, /^compose\.yml could not be read: /],
])('%j is refused', async (yaml, complaint) => {
  expect(await read(yaml)).toMatch(complaint)
})

test('a value that cannot be filled in names its service, and the others are read', async () => {
  const yaml = `
services:
  a: { image: "x:\${T:?set T}" }
  b: { image: "nginx:1.27", platform: "\${" }
  c: { image: "redis:7.4.1" }
`
  expect(await read(yaml)).toEqual({
    images: [{ image: 'redis:7.4.1' }],
    notes: [],
    faults: [
      'compose.yml, service a: T is required: set T.',
      'compose.yml, service b: the value "${" cannot be read: a dollar sign is followed by no name; $$ stands for a dollar sign.',
    ],
  })
})

test('a file that is not there is named', async () => {
  const { status, stderr } = await desk().run(['check', '--file', 'nowhere.yml'])
  expect(status).toBe(3)
  expect(stderr).toMatch(/^nowhere\.yml could not be read: ENOENT/)
})

test('without a word of what to check, the Compose file of the folder is taken', async () => {
  await desk().file('docker-compose.yml', 'services: { a: { build: . } }')
  await desk().file('compose.yaml', 'services: { b: { build: . } }')
  const { status, stdout, stderr } = await desk().run(['check'])
  expect(status).toBe(0)
  expect(stdout).toContain('\nno images\n')
  expect(stderr).toMatch(/compose\.yaml: b is built there, so it is not checked\.\n$/)
})

describe('interpolation', () => {
  const VARIABLES = { SET: 'value', EMPTY: '', TAG: '1.2' }

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
    ['${SET!x}', 'the value "${SET!x}" cannot be read: a brace is not closed.'],
    ['$', 'the value "$" cannot be read: a dollar sign is followed by no name; $$ stands for a dollar sign.'],
  ])('%s is refused', async (text, complaint) => {
    expect(await interpolated(text)).toBe(complaint)
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
  const names = ['a', 'b', 'c', 'd', 'e', 'f']
  return names
    .slice(1)
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${names[index]}`).join(', ')}]\n`)
    .join('')
}
