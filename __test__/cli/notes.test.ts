import { json, singlePlatformImage } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'

const desk = useDesk()
const fakes = useFakes()

const IMAGE = `${HOST}/team/app`
const LISTED = 'GET /repos/team/app/releases?per_page=100'
const HOSTILE = '```\n@everybody <img src=x>\n````\n\u001b[31m\t[x](javascript:alert(1))'

const RELEASES = [
  {
    tag_name: 'v1.2.0',
    name: '@everybody `Two`',
    published_at: '2026-05-01T00:00:00Z',
    body: `## Breaking changes\n- \`x\` is gone\n\nCVE-2026-12345\n\n${HOSTILE}`,
  },
  { tag_name: 'v1.1.0', name: 'v1.1.0', body: '' },
  { tag_name: 'v1.0.0', body: 'one' },
]

async function world(releases: unknown[] = RELEASES, headers = {}) {
  const [registry, github] = [await fakes.registry(), await fakes.github()]
  const labels = { 'org.opencontainers.image.source': 'https://github.com/team/app' }
  for (const tag of ['1.0.0', '1.1.0', '1.2.0']) {
    registry.repository('team/app').push(tag, singlePlatformImage({ labels: { ...labels, tag } }))
  }
  github.server.always(LISTED, json(releases, headers))
  github.server.always('GET /repos/team/app/releases?per_page=30', json(releases, headers))
  const config = await desk().config(wired({ registry, github }))
  return (...args: string[]) => desk().run(['notes', ...args, '--arch', 'amd64', ...config])
}

test('as text, for people', async () => {
  const run = await world()
  const { status, stdout, stderr } = await run(`${IMAGE}:1.0.0`, '1.2.0')
  expect([status, stderr]).toEqual([0, ''])
  expect(stdout).toBe(
    [
      `${IMAGE}:1.0.0 → 1.2.0`,
      '',
      '1.2.0  @everybody `Two`  2026-05-01',
      'https://github.com/team/app/releases/tag/v1.2.0',
      'names CVE-2026-12345',
      '! ## Breaking changes',
      '! - `x` is gone',
      '!',
      '! CVE-2026-12345',
      '!',
      '! ```',
      '! @everybody <img src=x>',
      '! ````',
      '! [31m    [x](javascript:alert(1))',
      '  ## Breaking changes',
      '  - `x` is gone',
      '',
      '  CVE-2026-12345',
      '',
      '  ```',
      '  @everybody <img src=x>',
      '  ````',
      '  [31m    [x](javascript:alert(1))',
      '',
      '1.1.0',
      'https://github.com/team/app/releases/tag/v1.1.0',
      '',
    ].join('\n'),
  )
})

test('as Markdown, in which nothing of the authors’ is markup', async () => {
  const run = await world([
    { tag_name: 'v1.2.0', name: '@everybody `Two`', body: HOSTILE },
    ...RELEASES.slice(2),
  ])
  const { stdout } = await run(`${IMAGE}:1.0.0`, '1.2.0', '--markdown')
  expect(stdout.split('\n')).toEqual([
    `### \`${IMAGE}:1.0.0\` → \`1.2.0\``,
    '',
    '#### `1.2.0`, `` @everybody `Two` ``',
    '',
    '<https://github.com/team/app/releases/tag/v1.2.0>',
    '',
    '`````',
    '```',
    '@everybody <img src=x>',
    '````',
    '[31m    [x](javascript:alert(1))',
    '`````',
    '',
  ])
})

test('as JSON, up to the newest version that the policy offers', async () => {
  const run = await world()
  const { status, stdout } = await run(`${IMAGE}:1.0.0`, '--json')
  expect(status).toBe(0)
  expect(JSON.parse(stdout)).toMatchObject({
    image: `${IMAGE}:1.0.0`,
    from: '1.0.0',
    to: '1.2.0',
    complete: true,
    releases: [{ version: '1.2.0', security: ['CVE-2026-12345'] }, { version: '1.1.0' }],
  })
})

test('says that nothing newer is offered, and that not all was seen', async () => {
  const link = { Link: '<https://api.github.com/x>; rel="next"' }
  const run = await world(RELEASES, link)
  expect(await run(`${IMAGE}:1.2.0`)).toMatchObject({
    status: 0,
    stdout: `${IMAGE}:1.2.0: nothing newer is offered\n`,
  })
  const early = await world([{ tag_name: 'v1.2.0', body: 'x' }])
  expect(await early(`${IMAGE}:1.2.0`, '1.2.0')).toMatchObject({
    stdout: `${IMAGE}:1.2.0 → 1.2.0: no release notes were found\n`,
  })
})

test('wants an image and a tag at most', async () => {
  expect(await desk().run(['notes'])).toMatchObject({ status: 2 })
  expect(await desk().run(['notes', 'a', 'b', 'c'])).toMatchObject({ status: 2 })
})
