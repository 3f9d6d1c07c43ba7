import { multiPlatformImage } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'

const desk = useDesk()
const fakes = useFakes()

const IMAGE = `${HOST}/team/app:1.0.0`

/** Arguments that lead to a registry whose image has a newer patch, minor and major version. */
async function world(options = {}) {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  for (const [index, tag] of ['1.0.0', '1.0.1', '1.1.0', '2.0.0'].entries())
    repository.push(tag, multiPlatformImage({ platforms: ['linux/amd64'], layers: [index + 1] }))
  return ['--arch', 'amd64', ...(await desk().config(wired({ registry }, options)))]
}

interface Told {
  updates: { tag: string }[]
  warnings: string[]
  reason?: string
  error?: object
}

/** What is told of the images that a command finds: the newest version, or what the row says. */
async function told(args: string[]) {
  const { stdout, stderr } = await desk().run(['check', '--json', ...args])
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout).map(
    ({ updates, reason, error, warnings }: Told) =>
      reason ?? error ?? [updates[0]?.tag, ...warnings].join('; '),
  )
}

const service = (name: string, labels: string) => `  ${name}:\n    image: ${IMAGE}\n    labels: ${labels}\n`

test('labels of a service decide on its image alone', async () => {
  const args = await world()
  const own = 'container-registry-service'
  await desk().file(
    'compose.yml',
    `services:\n${[
      service('none', '{}'),
      service('patch', `{ ${own}.track: patch }`),
      service('list', `[ "${own}.track=major", "${own}.exclude=^2" ]`),
      service('include', `{ ${own}.include: '^1\\.0\\.' }`),
      service('ignored', `{ ${own}.ignore: "waits for the new disk" }`),
      service('silent', `{ ${own}.ignore: "true" }`),
      service('watched', `{ ${own}.ignore: "false" }`),
    ].join('')}`,
  )
  expect(await told(args)).toEqual([
    '1.1.0',
    '1.0.1',
    '1.1.0',
    '1.0.1',
    'waits for the new disk',
    `its owner says so (${own}.ignore)`,
  ])
})

test('what a label may not say is a warning', async () => {
  const args = await world()
  const own = 'container-registry-service'
  await desk().file(
    'compose.yml',
    `services:\n${service('a', `{ ${own}.track: bold, ${own}.min-age: soon, ${own}.frob: 1 }`)}`,
  )
  const [said] = await told(args)
  expect(said).toMatch(/^1\.1\.0; /)
  expect(said).toContain(`${own}.min-age is soon; it is hours, as 48h, or days, as 7d`)
  expect(said).toContain(`${own}.frob is unknown; there are track, include, exclude, min-age and ignore`)
  expect(said).toContain('track bold is left out: track')
})

test('labels of WUD mean the same, and an expression that is not usable is a warning', async () => {
  const args = await world()
  await desk().file(
    'compose.yml',
    `services:\n${[
      service('off', '{ wud.watch: "false" }'),
      service('include', `{ wud.tag.include: '^1\\.0\\.\\d+$$' }`),
      service('exclude', `{ wud.tag.exclude: '^1\\.1' }`),
      service('odd', `{ wud.tag.include: '^(?!.*rc).*$$' }`),
    ].join('')}`,
  )
  const [off, include, odd] = await told(args)
  expect([off, include]).toEqual(['its label wud.watch is false', '1.0.1'])
  expect(await told(args)).toHaveLength(4)
  expect(odd).toBe('1.0.1')
  expect((await told(args))[3]).toMatch(
    /^1\.1\.0; include \^\(\?!\.\*rc\)\.\*\$ is left out: include: the regular/,
  )
})

test('comments decide in files of every kind, beside the image or above it', async () => {
  const args = await world()
  await desk().file('Dockerfile', `# A base.\n# crs: track=patch\nFROM ${IMAGE}\nFROM ${IMAGE} AS b\n`)
  await desk().file(
    'values.yaml',
    `image:\n  repository: ${HOST}/team/app\n  tag: 1.0.0 # crs: track=major\n`,
  )
  await desk().file('web.container', `[Container]\n# crs: ignore="by hand, on Mondays"\nImage=${IMAGE}\n`)
  expect(await told([...args, '.'])).toEqual(['1.0.1', '1.1.0', '2.0.0', 'by hand, on Mondays'])
})

test('a comment decides from any line that an image has, and from the line of an alias', async () => {
  const args = await world()
  const name = `${HOST}/team/app`
  const texts = [
    `image:\n  # crs: track=patch\n  repository: ${name}\n  tag: 1.0.0\n`,
    `# crs: track=patch\nimage:\n  repository: ${name}\n  tag: 1.0.0\n`,
    `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nimages:\n# crs: track=patch\n- name: ${name}\n  newTag: 1.0.0\n`,
    `apiVersion: v1\nkind: Pod\nspec:\n  containers:\n  # crs: track=patch\n  - name: x\n    image: ${IMAGE}\n`,
    `x: &x ${IMAGE}\nservices:\n  a:\n    image: *x # crs: track=patch\n`,
  ]
  for (const text of texts) {
    await desk().file('a.yaml', text)
    expect(await told([...args, '-f', 'a.yaml'])).toEqual(['1.0.1'])
  }
})

test('a value of a comment may have commas and quotes of both kinds', async () => {
  const args = await world()
  const line = (comment: string) => `FROM ${IMAGE}\n`.replace(/^/, `# crs: ${comment}\n`)
  await desk().file(
    'Dockerfile',
    [`include=^1\\.\\d{1,2}\\.1$`, `ignore='waits for me'`, 'track=major,exclude=^2'].map(line).join(''),
  )
  expect(await told([...args, '-f', 'Dockerfile'])).toEqual(['1.0.1', 'waits for me', '1.1.0'])
})

test('annotations decide in Kubernetes', async () => {
  const args = await world()
  const pod = { containers: [{ name: 'web', image: IMAGE }] }
  const template = { metadata: { annotations: { 'container-registry-service.track': 'patch' } }, spec: pod }
  await desk().file(
    'a.yaml',
    JSON.stringify({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { template },
    }),
  )
  expect(await told([...args, '-f', 'a.yaml'])).toEqual(['1.0.1'])
  const { stdout } = await desk().run(['check', ...args, '-f', 'a.yaml'])
  expect(stdout).toContain(' a.yaml:1 Deployment/web web')
})

test('--policy sets the track and keeps the rest, whatever said it', async () => {
  const args = await world({ policy: { exclude: '^2' } })
  await desk().file(
    'compose.yml',
    `services:\n${service('a', '{ container-registry-service.track: patch }')}`,
  )
  expect(await told(args)).toEqual(['1.0.1'])
  expect(await told([...args, '--policy', 'major'])).toEqual(['1.1.0'])
  expect(await told([...args, '--policy', 'original'])).toEqual(['1.1.0'])
})

test('--policy keeps the rest of the policy of --config for one image, too', async () => {
  const args = await world({ policy: { exclude: '^2' } })
  const { stdout } = await desk().run(['explain', IMAGE, '--policy', 'major', ...args])
  expect(stdout).toMatch(/^update +1\.1\.0$/m)
})

describe('the file of a folder', () => {
  test.each([
    ['yaml', 'policy: { track: major }\n'],
    ['json', '{ "policy": { "track": "major" } }'],
  ])('decides below it (%s)', async (extension, content) => {
    const args = await world({ policy: { exclude: '^1\\.1' } })
    await desk().file(`container-registry-service.${extension}`, content)
    await desk().file('compose.yml', `services:\n${service('a', '{}')}`)
    expect(await told(args)).toEqual(['2.0.0'])
  })

  test('has policies for images, of which the last that matches goes before, behind what stands beside them', async () => {
    const args = await world()
    await desk().file(
      'container-registry-service.yaml',
      `images:\n  '*': { track: major }\n  '${HOST}/team/*': { track: patch }\n  'x:1': { ignore: never }\n`,
    )
    const labels = '{ container-registry-service.track: minor }'
    await desk().file(
      'compose.yml',
      `services:\n${service('a', '{}')}${service('b', labels)}  c: { image: "x:1" }\n`,
    )
    expect(await told(args)).toEqual(['1.0.1', '1.1.0', 'never'])
  })

  test.each([
    ['explain', [IMAGE], /^update +2\.0\.0$/m],
    ['diff', [IMAGE], /2\.0\.0/],
    ['notes', [IMAGE, '--json'], /"to": "2\.0\.0"/],
  ])('decides on the image of %s, too', async (command, words, expected) => {
    const args = await world()
    await desk().file('container-registry-service.yaml', `images:\n  '${HOST}/team/*': { track: major }\n`)
    const { stdout } = await desk().run([command, ...words, ...args])
    expect(stdout).toMatch(expected)
    const nearer = await desk().run([command, ...words, '--policy', 'patch', ...args])
    expect(nearer.stdout).not.toMatch(expected)
  })

  test('names images of Docker Hub in any spelling, and may be empty', async () => {
    const args = await world()
    await desk().file(
      'compose.yml',
      'services: { a: { image: "redis:7" }, b: { image: "docker.io/team/app:1" } }',
    )
    const reasons = { 'docker.io/library/redis': 'one', 'team/*': 'two' }
    const images = Object.entries(reasons).map(([name, why]) => `  ${name}: { ignore: ${why} }\n`)
    await desk().file('container-registry-service.yaml', `images:\n${images.join('')}`)
    expect(await told(args)).toEqual(['one', 'two'])
    for (const content of ['# nothing yet\n', 'images:\npolicy:\n']) {
      await desk().file('container-registry-service.yaml', content)
      const { status } = await desk().run(['check', IMAGE, ...args])
      expect(status).toBe(0)
    }
  })

  test.each([
    ['registries: {}', / has registries, but holds policy and images only/],
    ['[1]', / holds no mapping with policy and images/],
    ['policy: { track: bold }', /, policy: track/],
    ['images: { a: b }', /: images is a mapping of patterns to policies/],
    ['images: { a: { frob: 1 } }', /, images\["a"\]: .*frob/],
    ['{', / could not be read: /],
  ])('may hold nothing else: %s', async (content, complaint) => {
    const args = await world()
    await desk().file('container-registry-service.yaml', content)
    const { status, stdout, stderr } = await desk().run(['check', IMAGE, ...args])
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(complaint)
  })
})

test("options come from the user's own configuration folder, where --config is not given", async () => {
  const args = await world({ policy: { track: 'patch' } })
  const content = await desk().evaluate(
    'args/settings.mjs',
    `console.log(JSON.stringify(await it.settings({ config: ${JSON.stringify(args.at(-1))} }, {})))`,
  )
  await desk().file('home/container-registry-service/config.json', JSON.stringify(content))
  const { stdout } = await desk().run(['check', IMAGE, '--arch', 'amd64'], {
    XDG_CONFIG_HOME: desk().path('home'),
  })
  expect(stdout).toMatch(/^registry\.example\/team\/app +1\.0\.0 +1\.0\.1 /m)
})
