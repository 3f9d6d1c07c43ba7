import { singlePlatformImage } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'

const desk = useDesk()
const fakes = useFakes()

const advisory = (id: string, range: string, severity: string | null) => ({
  ghsa_id: id,
  severity,
  state: 'published',
  published_at: '2026-01-02T03:04:05Z',
  summary: `About ${id}`,
  vulnerabilities: [{ package: { name: 'app' }, vulnerable_version_range: range }],
})

interface Diff {
  args?: string[]
  name?: string
  advisories?: boolean
}

/** Arguments that lead to three images: one with advisories, one whose project publishes none, one without a source. */
async function world(advisories: boolean) {
  const registry = await fakes.registry()
  const github = await fakes.github()
  github.repository('team/app').repository('team/silent')
  github.advisories(
    'team/app',
    advisory('GHSA-1', '< 1.1', 'high'),
    advisory('GHSA-2', '< 2', 'low'),
    advisory('GHSA-3', 'all of them', 'low'),
    advisory('GHSA-4', '< 1', 'critical'),
  )
  github.advisories('team/silent')
  for (const name of ['app', 'silent', 'bare']) {
    for (const tag of ['1.0.0', '1.1.0', 'edge']) {
      const source = { 'org.opencontainers.image.source': `https://github.com/team/${name}` }
      const labels = { tag, ...(name !== 'bare' && source) }
      registry.repository(`team/${name}`).push(tag, singlePlatformImage({ labels }))
    }
  }
  return desk().config(wired({ registry, github }, { advisories }))
}

/** What the command says of these images. */
async function check(args: string[], advisories = true) {
  const images = ['app', 'silent', 'bare'].map((name) => `${HOST}/team/${name}:1.0.0`)
  return desk().run(['check', ...images, '--arch', 'amd64', ...args, ...(await world(advisories))])
}

test('the table says what is published about the running version, and what is unknown', async () => {
  const { stdout } = await check([])
  expect(stdout).toMatch(/ published weaknesses +/)
  expect(stdout).toMatch(/team\/app .* 1 high, 1 low, 1 unclear; 1\.1\.0 mends 1/)
  expect(stdout).toMatch(/team\/silent .* publishes none here/)
  expect(stdout).toMatch(/team\/bare .* not asked: no source is known/)
})

test('so does Markdown', async () => {
  const { stdout } = await check(['--markdown'])
  expect(stdout).toContain('| published weaknesses |')
  expect(stdout).toContain('| 1 high, 1 low, 1 unclear; 1.1.0 mends 1 |')
})

test('the column is left out where nobody asked', async () => {
  const { stdout } = await check([], false)
  expect(stdout).not.toContain('weaknesses')
})

test('nothing that is unknown reads as safe', async () => {
  const odd = { vulnerabilities: [], advisories: { published: 0, complete: false } }
  const said = await desk().evaluate(
    'render/weaknesses.mjs',
    `console.log(JSON.stringify(it.published(${JSON.stringify(odd)})))`,
  )
  expect(said).toBe('unknown: none could be read')
  const { stdout } = await check(['--policy', 'original'])
  expect(stdout).toMatch(/team\/app .* not asked/)
})

describe('diff', () => {
  const diff = async (tag: string, { args = [], name = 'app', advisories = true }: Diff = {}) => {
    const config = await world(advisories)
    const { stdout } = await desk().run([
      'diff',
      `${HOST}/team/${name}:1.0.0`,
      tag,
      '--arch',
      'amd64',
      ...args,
      ...config,
    ])
    return stdout
  }

  test('says which published weaknesses an update mends', async () => {
    const stdout = await diff('1.1.0')
    expect(stdout).toMatch(/^published weaknesses +1 high, 1 low, 1 unclear$/m)
    expect(stdout).toMatch(/^mends +GHSA-1 \(high\): About GHSA-1$/m)
    expect(stdout).toMatch(/^does not mend +GHSA-2 \(low\): About GHSA-2$/m)
    expect(stdout).toMatch(/^unclear +GHSA-3 \(low\): About GHSA-3$/m)
  })

  test('as Markdown has no markup of others', async () => {
    const stdout = await diff('1.1.0', { args: ['--markdown'] })
    expect(stdout).toContain('| mends | GHSA-1 \\(high\\): About GHSA-1 |')
  })

  test('as JSON has what inspectUpdate answers', async () => {
    const found = JSON.parse(await diff('1.1.0', { args: ['--json'] }))
    expect(found).toMatchObject({ fixes: ['GHSA-1'], advisories: { published: 4, complete: true } })
    expect(found.vulnerabilities).toHaveLength(3)
  })

  test.each([
    ['silent', 'publishes none here'],
    ['bare', 'not asked: no source is known'],
  ])('says of %s that it %s', async (name, said) => {
    const lines = (await diff('1.1.0', { name })).split('\n')
    expect(lines.filter((line) => /weaknesses|mend|unclear/.test(line))).toEqual([
      expect.stringMatching(new RegExp(`^published weaknesses +${said}$`)),
    ])
  })

  test('says that it does not know of a tag without a version', async () => {
    expect(await diff('edge')).toMatch(/^mends +unknown: edge names no version$/m)
  })

  test('says nothing where nobody asked', async () => {
    expect(await diff('1.1.0', { advisories: false })).not.toMatch(/weaknesses|mends/)
  })
})
