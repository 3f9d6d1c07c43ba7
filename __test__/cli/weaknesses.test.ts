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
  summary: id,
  vulnerabilities: [{ package: { name: 'app' }, vulnerable_version_range: range }],
})

/** What the command says of three images: one with advisories, one whose project publishes none, one without a source. */
async function check(args: string[], advisories = true) {
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
    for (const tag of ['1.0.0', '1.1.0']) {
      const source = { 'org.opencontainers.image.source': `https://github.com/team/${name}` }
      const labels = { tag, ...(name !== 'bare' && source) }
      registry.repository(`team/${name}`).push(tag, singlePlatformImage({ labels }))
    }
  }
  const config = await desk().config(wired({ registry, github }, { advisories }))
  const images = ['app', 'silent', 'bare'].map((name) => `${HOST}/team/${name}:1.0.0`)
  return desk().run(['check', ...images, '--arch', 'amd64', ...args, ...config])
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
