import { json, multiPlatformImage, type SinglePlatform } from '../../testing/registry'
import { POSTGRES_17, POSTGRES_18 } from '../changes/support/postgres'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'
import { useDocker } from './support/docker'

const desk = useDesk()
const docker = useDocker(desk)
const fakes = useFakes()

const PATH = 'cache/library/postgres'
const IMAGE = `${HOST}/${PATH}`
const DIGEST = `sha256:${'c'.repeat(64)}`

/** Arguments that lead a command to a registry with two versions of PostgreSQL, each with settings of its own. */
async function postgres(more: Record<string, SinglePlatform> = {}) {
  const registry = await fakes.registry()
  const repository = registry.repository(PATH)
  const labels = (tag: string) => ({ 'org.opencontainers.image.version': tag, maintainer: 'the project' })
  const images: Record<string, SinglePlatform> = {
    '17.5': { container: POSTGRES_17, created: '2025-05-20T08:00:00Z', layers: [60e6, 40e6] },
    '17.6': { container: POSTGRES_17, created: '2025-08-14T08:00:00Z', layers: [60e6, 41e6] },
    '18.1': { container: POSTGRES_18, created: '2025-11-13T08:00:00Z', layers: [60e6, 45e6] },
    ...more,
  }
  for (const [tag, image] of Object.entries(images)) {
    repository.push(tag, multiPlatformImage({ platforms: ['linux/amd64'], labels: labels(tag), ...image }))
  }
  const config = await desk().config({
    ...wired({ registry }),
    policy: { now: Date.parse('2026-08-22T00:00:00Z') },
  })
  return (...args: string[]) => desk().run(['diff', '--arch', 'amd64', ...args, ...config])
}

describe('diff', () => {
  test('of a major update', async () => {
    const run = await postgres()
    const { status, stdout, stderr } = await run(`${IMAGE}:17.6`, '18.1')
    expect(stderr).toBe('')
    expect(stdout).toBe(
      [
        'registry.example/cache/library/postgres:17.6 → 18.1, linux/amd64',
        '',
        '! volume-moved   The volume moves from /var/lib/postgresql/data to /var/lib/postgresql: what is mounted at the old path is not where the new image keeps its data',
        '! cycle          postgresql 17 to 18 is another support cycle of a database: its data may have to be converted, and the older version may not read them afterwards',
        'volume           - /var/lib/postgresql/data',
        'volume           + /var/lib/postgresql',
        'variable         GOSU_VERSION: 1.18 → 1.19',
        'variable         PATH: …lib/postgresql/17/bin → …lib/postgresql/18/bin',
        'variable         PGDATA: /var/lib/postgresql/data → /var/lib/postgresql/18/docker',
        'variable         PG_MAJOR: 17 → 18',
        'labels           1 changed',
        'layers           1 shared, 1 new, 1 gone',
        'made             2025-08-14 → 2025-11-13',
        'download         45.0 MB of 105.0 MB',
        'supported until  2029-11-08 → 2030-11-14',
        '',
      ].join('\n'),
    )
    expect(status).toBe(0)
  })

  test('of an ordinary update fits a screen, and is to the newest version that is offered', async () => {
    const run = await postgres()
    const { stdout } = await run(`${IMAGE}:17.5`)
    expect(stdout).toMatch(/^registry\.example\/cache\/library\/postgres:17\.5 → 17\.6, linux\/amd64\n/)
    expect(stdout).toContain('No rule found a risk.')
    const lines = stdout.split('\n')
    expect(lines.length).toBeLessThanOrEqual(24)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80)
  })

  test('as JSON is what inspectUpdate answers', async () => {
    const run = await postgres()
    const { stdout } = await run(`${IMAGE}:17.6`, '18.1', '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      targetTag: '18.1',
      changes: { volumes: { added: ['/var/lib/postgresql'] } },
      risks: [{ kind: 'volume-moved' }, { kind: 'cycle' }],
    })
  })

  test('as Markdown has no markup of others', async () => {
    const odd = { container: { ...POSTGRES_18, User: '<b>|`x`', Cmd: ['*'] } }
    const run = await postgres({ '18.2': odd })
    const { stdout } = await run(`${IMAGE}:18.1`, '18.2', '--markdown')
    expect(stdout).toContain('### `registry.example/cache/library/postgres:18.1` → `18.2`\n')
    expect(stdout).toContain('- **user**: The user changes from root to \\<b\\>\\|\\`x\\`:')
    expect(stdout).toContain('| command | postgres → \\* |\n')
  })

  test('tells what the release notes say about breaking changes', async () => {
    const registry = await fakes.registry()
    const github = await fakes.github()
    github.repository('team/app', 'v1.1.0')
    const notes = { tag_name: 'v1.1.0', body: '## Breaking changes\n\n- The option `old` is gone.\n' }
    const releases = [{ ...notes, published_at: '2026-01-02T03:04:05Z', draft: false, prerelease: false }]
    github.server.always('GET /repos/team/app/releases', json(releases))
    const labels = { 'org.opencontainers.image.source': 'https://github.com/team/app' }
    for (const tag of ['1.0.0', '1.1.0']) {
      const image = multiPlatformImage({ platforms: ['linux/amd64'], labels: { ...labels, tag } })
      registry.repository('team/app').push(tag, image)
    }
    const args = ['diff', `${HOST}/team/app:1.0.0`, '1.1.0', '--arch', 'amd64']
    const { stdout } = await desk().run([...args, ...(await desk().config(wired({ registry, github })))])
    expect(stdout).toMatch(/^breaking notes +1\.1\.0: .*The option `old` is gone\./m)
  })

  test('to nothing newer says so', async () => {
    const run = await postgres()
    expect(await run(`${IMAGE}:18.1`)).toEqual({
      status: 0,
      stdout: `${IMAGE}:18.1: nothing newer is offered\n`,
      stderr: '',
    })
  })

  test.each([
    ['9.9', [], `${IMAGE}:17.6 has no tag 9.9.\n`],
    ['18.1', ['--arch', 's390x'], `18.1 of ${IMAGE}:17.6 has no image for this machine.\n`],
  ])('to %s %j, which cannot be run, fails', async (tag, args, complaint) => {
    const run = await postgres()
    const { status, stdout, stderr } = await run(`${IMAGE}:17.6`, tag, ...args)
    expect({ status, stdout, stderr }).toEqual({ status: 3, stdout: '', stderr: complaint })
  })

  test('wants an image', async () => {
    for (const args of [[], ['a', 'b', 'c']]) {
      const { status, stderr } = await desk().run(['diff', ...args])
      expect([status, stderr]).toEqual([2, expect.stringContaining('takes an image, and a tag if you like')])
    }
  })
})

describe('diff --running', () => {
  const container = {
    Config: { ...POSTGRES_17, Image: `${IMAGE}:17.6`, Env: ['POSTGRES_PASSWORD=hunter2'] },
    Mounts: [{ Type: 'bind', Source: '/srv/pg', Destination: '/var/lib/postgresql/data', RW: true }],
  }

  test('takes the settings of the containers of that image', async () => {
    const run = await postgres()
    const host = await docker().start({
      '/version': { Arch: 'amd64' },
      '/containers/json': [
        { Id: '1', Image: `${IMAGE}:17.6`, ImageID: 'sha256:1', Names: ['/db'] },
        { Id: '2', Image: 'nginx:1.27', ImageID: 'sha256:2', Names: ['/web'] },
        { Id: '3', Image: 'not a reference', ImageID: 'sha256:3', Names: ['/odd'] },
      ],
      '/containers/1/json': container,
      '/images/sha256:1/json': { RepoDigests: [] },
    })
    const args = ['diff', `${IMAGE}:17.6`, '18.1', '--running', '--config', desk().path('config.json')]
    const { status, stdout, stderr } = await desk().run(args, { DOCKER_HOST: host })
    expect(stderr).toBe('')
    expect(stdout).toContain('17.6 → 18.1, linux/amd64 (container db)\n')
    expect(stdout).toContain('this container mounts its data at /var/lib/postgresql/data, so')
    expect(stdout).not.toContain('hunter2')
    expect(status).toBe(0)
    const json = await desk().run([...args, '--json'], { DOCKER_HOST: host })
    expect(JSON.parse(json.stdout)).toMatchObject([{ container: 'db', targetTag: '18.1', runs: true }])
    expect(run).toBeDefined()
  })

  test('of an image that no container runs fails', async () => {
    const host = await docker().start({
      '/version': { Arch: 'amd64' },
      '/containers/json': [{ Id: '2', Image: 'nginx:1.27', ImageID: DIGEST, Names: ['/web'] }],
    })
    const { status, stderr } = await desk().run(['diff', 'nginx:1.26', '--running'], { DOCKER_HOST: host })
    expect([status, stderr]).toEqual([3, 'No container of nginx:1.26 is running.\n'])
  })
})
