import { basename } from 'node:path'
import pkg from '../../package.json'
import { useDesk } from './support/cli'

const desk = useDesk()

test.each([[[]], [['--help']], [['-h']], [['help']], [['help', 'check']], [['tags', '--help']]])(
  '%j prints the usage',
  async (args) => {
    const { status, stdout, stderr } = await desk().run(args)
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    for (const command of ['check', 'tags', 'digest', 'platforms', 'explain']) {
      expect(stdout).toContain(`container-registry-service ${command} `)
    }
    expect(stdout).toContain(
      'Exit code: 0 all answered; 1 what --fail-on-... asks about was found; 2 a wrong',
    )
  },
)

test('--version prints the version', async () => {
  expect(await desk().run(['--version'])).toEqual({ status: 0, stdout: `${pkg.version}\n`, stderr: '' })
})

test('the package knows the command under its own name', () => {
  expect(pkg.bin).toEqual({ [pkg.name]: 'bin/container-registry-service.mjs' })
})

test.each([
  [
    ['frobnicate'],
    'There is no command frobnicate; there are check, update, diff, notes, tags, digest, platforms, explain.',
  ],
  [
    ['constructor'],
    'There is no command constructor; there are check, update, diff, notes, tags, digest, platforms, explain.',
  ],
  [['nginx:1.27'], 'There is no command nginx:1.27. Did you mean `check nginx:1.27`?'],
  [['--json'], 'A command comes first: check, update, diff, notes, tags, digest, platforms, explain.'],
  [['tags'], 'tags takes one image, not 0.'],
  [['digest', 'a', 'b'], 'digest takes one image, not 2.'],
  [['check', 'a:1', '--json', '--markdown'], '--markdown and --json exclude each other.'],
  [
    ['check', 'a:1', '--policy', 'bold'],
    'There is no policy bold; there are patch, minor, major, cycle, original.',
  ],
  [['check', '--frob'], 'check takes no --frob.'],
  [['check', '-x', 'a:1'], 'check takes no -x.'],
  [['tags', 'a', '--running'], 'tags takes no --running.'],
  [['tags', 'a', '--arch', 'arm64'], 'tags takes no --arch.'],
  [['explain', 'a', '--constructor'], 'explain takes no --constructor.'],
  [['check', '--arch'], '--arch wants a value.'],
  [['check', 'a:1', '--arch', '--json'], '--arch wants a value.'],
  [['check', 'a:1', '--json=yes'], '--json takes no value.'],
])('%j is refused, with a hint at the usage', async (args, complaint) => {
  const stderr = `${complaint}\nTry --help.\n`
  expect(await desk().run(args)).toEqual({ status: 2, stdout: '', stderr })
})

test('where nothing is named and the folder has no Compose file, both are said', async () => {
  const { status, stdout, stderr } = await desk().run(['check'])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  // The folder may be known by a longer name than the one it was made by.
  expect(stderr).toContain(
    `${basename(desk().folder)} or above it: name images, a file or folder (--file) or --running.\nTry --help.\n`,
  )
  expect(stderr).toMatch(/^No image is named, and no Compose file is in /)
})

test.each([
  ['{"timeoutMs":', /config\.json is no JSON: /],
  ['[]', /config\.json holds no JSON object with options of the class\./],
  ['{"timeoutMs": -1}', /^INVALID_ARGUMENT: .*timeoutMs/],
  ['{"frob": 1}', /^INVALID_ARGUMENT: .*frob/],
])('the configuration %s is refused', async (content, complaint) => {
  await desk().file('config.json', content)
  const { status, stdout, stderr } = await desk().run(['tags', 'a:1', '--config', 'config.json'])
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toMatch(complaint)
})

test('a configuration that is not there is named', async () => {
  const { status, stderr } = await desk().run(['tags', 'a:1', '--config', 'nowhere.json'])
  expect(status).toBe(3)
  expect(stderr).toMatch(/^nowhere\.json could not be read: ENOENT/)
})

test('an architecture that is none names the option', async () => {
  const { status, stderr } = await desk().run(['check', 'nginx:1', '--arch', 'foo'])
  expect(status).toBe(2)
  expect(stderr).toBe('--arch foo is no architecture, such as amd64, arm64 or arm/v7.\nTry --help.\n')
})

test('an app that imports the class loads neither the commands nor what they parse with', async () => {
  const loaded = await desk().evaluate(
    '../index.js',
    `const { createRequire } = await import('node:module')
     const { cache } = createRequire(${JSON.stringify(`${__dirname}/`)})
     console.log(JSON.stringify(Object.keys(cache).filter((path) => /[\\/](?:bin|yaml)[\\/]/.test(path))))`,
  )
  expect(loaded).toEqual([])
})

test('the parser of YAML is loaded for YAML only', async () => {
  const loaded = await desk().evaluate(
    'read/read.mjs',
    `const { createRequire } = await import('node:module')
     const { writeFileSync } = await import('node:fs')
     const { cache } = createRequire(${JSON.stringify(`${__dirname}/`)})
     const isLoaded = () => Object.keys(cache).some((path) => /[\\/]yaml[\\/]/.test(path))
     writeFileSync('Dockerfile', 'FROM a:1')
     writeFileSync('a.yaml', 'services: {}')
     const context = { io: { cwd: () => '.' }, env: {}, envFiles: [] }
     const steps = [isLoaded()]
     for (const path of ['Dockerfile', 'a.yaml']) {
       await it.readFile(path, context)
       steps.push(isLoaded())
     }
     console.log(JSON.stringify(steps))`,
  )
  expect(loaded).toEqual([false, false, true])
})
