// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Compose files are written so
import { execFileSync } from 'node:child_process'
import { multiPlatformImage } from '../../../testing/registry'
import { HOST, useFakes, wired } from '../../support/fakes'
import { useDesk } from '../support/cli'

const desk = useDesk()
const fakes = useFakes()

/** Where images are found by a command line, and the problems of rows without one. Nothing is asked. */
async function places(
  args: string[],
  { env = {}, input }: { env?: Record<string, string>; input?: string } = {},
) {
  const offline = await desk().config({ proxy: 'http://127.0.0.1:9', maxFaultRetries: 0, maxRetries: 0 })
  const { stdout, stderr } = await desk().run(['check', ...args, '--json', ...offline], env, input)
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout).flatMap(({ image, places, error }: Row) =>
    (places.length > 0 ? places : [{}]).map(({ file = '', line, service, container }) => {
      const at = [file, line].filter((part) => part !== undefined).join(':')
      const said = error?.code === 'UNREADABLE' ? error.message : undefined
      return [image, at, service ?? container, said].filter((part) => part !== undefined).join(' ')
    }),
  )
}

interface Row {
  image: string
  places: { file?: string; line?: number; service?: string; container?: string }[]
  error?: { code: string; message: string }
}

const compose = (image: string, service = 'a') => `services:\n  ${service}: { image: '${image}' }\n`

test('an image that stands twice is one report, asked once, with both places', async () => {
  const registry = await fakes.registry()
  registry.repository('team/app').push('1.0.0', multiPlatformImage({ platforms: ['linux/amd64'] }))
  const image = `${HOST}/team/app:1.0.0`
  await desk().file('one.yml', compose(image))
  await desk().file('two.yml', compose(image, 'b'))
  const args = ['check', image, '-f', 'one.yml', '-f', 'two.yml', '--arch', 'amd64']
  const { stdout } = await desk().run([...args, '--json', ...(await desk().config(wired({ registry })))])
  const reports = JSON.parse(stdout)
  expect(reports).toHaveLength(1)
  expect(reports[0].places).toEqual([
    { file: 'one.yml', line: 2, service: 'a' },
    { file: 'two.yml', line: 2, service: 'b' },
  ])
  const lists = registry.server.requests.filter(
    ({ url, headers }) => url.includes('/tags/list') && headers.authorization,
  )
  expect(lists).toHaveLength(1)
  const table = await desk().run([...args, ...(await desk().config(wired({ registry })))])
  expect(table.stdout).toMatch(
    / where +release notes\n.*app +1\.0\.0 +up to date +one\.yml:2 a, two\.yml:2 b\n/,
  )
})

test('a file of a folder that another one includes has its variables, and is no source of its own', async () => {
  await desk().file('compose.yaml', 'include: [{ path: [part/a.yaml], env_file: part/a.env }]')
  await desk().file('part/a.yaml', compose('a:${TAG}'))
  await desk().file('part/a.env', 'TAG=1')
  expect(await places(['.', '--recursive'])).toEqual(['a:1 part/a.yaml:2 a'])
  expect(await places(['part/a.yaml'])).toEqual([
    'a: part/a.yaml:2 a The variable TAG is not set and counts as empty.',
  ])
})

test('of files of a folder that include each other, one is a source', async () => {
  const including = (path: string, image: string) =>
    `include: [${path}]\n${compose(image, image.slice(0, 1))}`
  await desk().file('one.compose.yaml', including('two.compose.yaml', 'a:1'))
  await desk().file('two.compose.yaml', including('one.compose.yaml', 'b:1'))
  const found = await places(['.'])
  expect(found).toEqual(expect.arrayContaining(['a:1 one.compose.yaml:3 a', 'b:1 two.compose.yaml:3 b']))
})

test('without -f, the default file of the folder or a parent is read with its override file', async () => {
  await desk().file('compose.yaml', 'services: { a: { image: "a:1" }, b: { image: "b:1" } }')
  await desk().file('docker-compose.yml', compose('no:1'))
  await desk().file('compose.override.yml', compose('a:2'))
  const found = ['a:2 compose.override.yml:2 a', 'b:1 compose.yaml:1 b']
  expect(await places([])).toEqual(found)
  expect(await places(['.'])).toEqual([...found, 'no:1 docker-compose.yml:2 a'])
})

test('COMPOSE_FILE names the files as for Compose', async () => {
  await desk().file('a.yml', compose('a:1'))
  await desk().file('b.yml', compose('a:2'))
  expect(await places([], { env: { COMPOSE_FILE: 'a.yml:b.yml' } })).toEqual(['a:2 b.yml:2 a'])
})

test('several -f stand alone, unless --merge lays them over each other', async () => {
  await desk().file('compose.yml', compose('a:1'))
  await desk().file('compose.override.yml', compose('a:2'))
  await desk().file('prod.yml', compose('a:3'))
  const args = ['-f', 'compose.yml', '-f', 'prod.yml']
  expect(await places(args)).toEqual(['a:1 compose.yml:2 a', 'a:3 prod.yml:2 a'])
  expect(await places([...args, '--merge'])).toEqual(['a:3 prod.yml:2 a'])
})

test('--env-file takes the place of .env, and a variable of the environment goes before', async () => {
  await desk().file('compose.yml', compose('a:${A}${B}'))
  await desk().file('.env', 'A=no\nB=no\n')
  await desk().file('my.env', 'A=1\nB=2\n')
  await desk().file('more.env', 'B=3\n')
  expect(await places(['--env-file', 'my.env'])).toEqual(['a:12 compose.yml:2 a'])
  expect(await places(['--env-file', 'my.env'], { env: { A: '9' } })).toEqual(['a:92 compose.yml:2 a'])
  expect(await places(['--env-file', 'my.env', '--env-file', 'more.env'])).toEqual(['a:13 compose.yml:2 a'])
})

test('-f - reads standard input, of whatever kind it is', async () => {
  expect(await places(['-f', '-'], { input: compose('a:1') })).toEqual(['a:1 -:2 a'])
  expect(await places(['-f', '-'], { input: '# syntax=x\nARG A=1\nFROM a:$A\n' })).toEqual(['a:1 -:3'])
  expect(await places(['-f', '-'], { input: '[Container]\nImage=a:1\n' })).toEqual(['a:1 -:2 -'])
})

test('a file, a folder and a pattern are understood where an image may stand', async () => {
  await desk().file('stacks/web/compose.yml', compose('a:1'))
  await desk().file('stacks/db/docker-compose.yaml', compose('b:1'))
  await desk().file('stacks/db/Dockerfile', 'FROM c:1\n')
  await desk().file('stacks/db/notes.md', 'image: x:1\n')
  await desk().file('stacks/db/other.yml', 'image: x:1\n')
  await desk().file('stacks/.git/compose.yml', compose('no:1'))
  await desk().file('stacks/node_modules/x/compose.yml', compose('no:1'))
  const db = ['b:1 stacks/db/docker-compose.yaml:2 a', 'c:1 stacks/db/Dockerfile:1']
  const web = 'a:1 stacks/web/compose.yml:2 a'
  expect(await places(['stacks/web/compose.yml'])).toEqual([web])
  expect(await places(['./stacks/db'])).toEqual(db)
  expect(await places(['stacks', '--recursive'])).toEqual([...db, web])
  expect(await places(['stacks/*/*compose.y*ml'])).toEqual([db[0], web])
  expect(await places(['-f', 'stacks/**/compose.yml'])).toEqual([web])
  expect(await places(['stacks/{web,db}/compose.yml'])).toEqual([web])
  expect(await places(['stacks/no/compose.yml'])).toEqual([
    expect.stringMatching(/^ stacks\/no\/compose\.yml stacks\/no\/compose\.yml could not be read: ENOENT/),
  ])
})

test('a pattern that matches nothing is a fault of the command line', async () => {
  const { status, stderr } = await desk().run(['check', 'no/*.yml'])
  expect({ status, stderr }).toEqual({ status: 2, stderr: 'No file matches no/*.yml.\nTry --help.\n' })
})

test('a folder of the name of an image counts only for a word without a tag', async () => {
  await desk().file('redis/compose.yml', compose('a:1'))
  expect(await places(['redis:7'])).toEqual(['redis:7 '])
  expect(await places(['redis'])).toEqual(['a:1 redis/compose.yml:2 a'])
})

test.each([
  ['job.nomad', 'job "x" {}', 'It is a Nomad job. '],
  ['.gitlab-ci.yml', 'image: x:1', 'It is a file of GitLab CI. '],
  ['ci.yml', 'on: push\njobs: {}', 'It is a workflow of GitHub. '],
  ['Chart.yaml', 'apiVersion: v2\nname: x\nversion: 1.0.0', 'It is the description of a Helm chart. '],
  ['run.sh', 'docker run x:1', 'It is a script. '],
  ['site.yml', '- hosts: all\n', 'It is a playbook of Ansible. '],
  ['empty.yml', '# nothing\n', 'It is empty. '],
  ['deploy.yaml', '{{- if .x }}\nimage: "{{ .y }}"\n{{ end }}\n', 'It is a template: '],
])('another format is named: %s', async (name, content, said) => {
  await desk().file(name, content)
  expect(await places(['-f', name])).toEqual([expect.stringContaining(`${name} ${said}`)])
})

test('files are named by COMPOSE_FILE in the .env of the folder, too', async () => {
  await desk().file('.env', 'COMPOSE_FILE=a.yml,b.yml\nCOMPOSE_PATH_SEPARATOR=,\n')
  await desk().file('compose.yml', compose('no:1'))
  await desk().file('a.yml', compose('a:1'))
  await desk().file('b.yml', compose('b:1', 'b'))
  expect(await places([])).toEqual(['a:1 a.yml:2 a', 'b:1 b.yml:2 b'])
})

test('--merge lays Compose files over each other and leaves others as they are', async () => {
  await desk().file('compose.yml', compose('a:1'))
  await desk().file('b.yml', compose('a:2'))
  await desk().file('Dockerfile', 'FROM c:1\n')
  const args = ['--merge', '-f', 'compose.yml', '-f', 'b.yml', '-f', 'Dockerfile']
  expect(await places(args)).toEqual(['a:2 b.yml:2 a', 'c:1 Dockerfile:1'])
  expect(await places(['--merge', '.'])).toEqual(['a:1 compose.yml:2 a', 'c:1 Dockerfile:1', 'a:2 b.yml:2 a'])
  expect(await places(['--merge', 'x:1'])).toEqual(['x:1 '])
})

test('in a folder, a file of another tool is silent, whatever its name is like', async () => {
  await desk().file('stack.yaml', 'resolver: lts-22.0\n')
  await desk().file('docker-compose.yml', compose('a:1'))
  await desk().file('x/stack.yml', 'provider: { name: openfaas }\nfunctions: { a: { image: "no:1" } }\n')
  expect(await places(['.', '--recursive'])).toEqual(['a:1 docker-compose.yml:2 a'])
})

test('a file that names no image says so where it was asked for', async () => {
  await desk().file('Dockerfile', '# nothing\n')
  const { status, stderr } = await desk().run(['check', '-f', 'Dockerfile'])
  expect({ status, stderr }).toEqual({ status: 0, stderr: 'Dockerfile: it names no image.\n' })
})

test('what is no regular file is not read', async () => {
  execFileSync('mkfifo', [desk().path('pipe.yml')])
  expect(await places(['-f', 'pipe.yml', '-f', '/dev/zero'])).toEqual([
    ' pipe.yml pipe.yml could not be read: it is no regular file.',
    ' /dev/zero /dev/zero could not be read: it is no regular file.',
  ])
})

test('a file is bounded, and so are values that double', async () => {
  await desk().file('long.yml', '#'.repeat(4 * 1024 * 1024 + 1))
  const doubled = Array.from({ length: 40 }, (_, at) => `V${at + 1}=$V${at}$V${at}\n`).join('')
  await desk().file('compose.yml', compose('a:${V40}'))
  await desk().file('.env', `V0=xxxx\n${doubled}`)
  expect(await places(['-f', 'long.yml', '-f', 'compose.yml'])).toEqual([
    ' long.yml long.yml could not be read: it is longer than 4 MiB.',
    'a: compose.yml:2 a',
    expect.stringMatching(/^ \.env:16 the value .* becomes longer than 64 KiB\.$/),
  ])
})
