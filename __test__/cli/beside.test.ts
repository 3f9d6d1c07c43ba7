import { singlePlatformImage } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'

const desk = useDesk()
const fakes = useFakes()
const EMPTY = { schemaVersion: 2, manifests: [] }

/** Runs a command about an image that is signed, whose update is not, in front of a registry with a referrers API. */
async function world({ isFailing = false } = {}) {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  const asked: string[] = []
  for (const tag of ['1.0.0', '1.1.0']) {
    const image = singlePlatformImage({ salt: tag, labels: { tag } })
    const { digest } = image.root
    repository.push(tag, image)
    if (tag === '1.0.0')
      repository.put(`${digest.replace(':', '-')}.sig`, singlePlatformImage({ salt: 'signature' }))
    const route = `GET /v2/team/app/referrers/${digest}`
    const body = JSON.stringify(EMPTY)
    registry.server.always(route, isFailing && tag === '1.1.0' ? { status: 403 } : { status: 200, body })
    asked.push(route)
  }
  const run = async (command: string, args: string[], options = {}) => {
    const config = await desk().config(wired({ registry }, options))
    return desk().run([command, `${HOST}/team/app:1.0.0`, ...args, '--arch', 'amd64', ...config])
  }
  const lookUps = () => registry.server.requests.filter(({ path }) => /referrers|sha256-/.test(path)).length
  return { run, lookUps }
}

const SAID = 'cosign signature → nothing found'

test.each([
  ['the flag', ['--provenance'], {}],
  ['the configuration', [], { provenance: true }],
])('by %s, check says what stands beside the images', async (_, args, options) => {
  const { run } = await world()
  const { status, stdout } = await run('check', args, options)
  expect([status, stdout.split('\n')[0]]).toEqual([
    0,
    expect.stringMatching(/ beside the image +release notes$/),
  ])
  expect(stdout).toMatch(new RegExp(`1\\.1\\.0 .* ${SAID}$`, 'm'))
})

test('Markdown, JSON and the page say it, too', async () => {
  const { run } = await world()
  const page = desk().path('page.html')
  const { stdout: markdown } = await run('check', ['--provenance', '--markdown', '--html', page])
  expect(markdown).toContain(`| ${SAID} |`)
  const { readFile } = await import('node:fs/promises')
  expect(await readFile(page, 'utf8')).toContain(`<div class="dim">beside the image: ${SAID}</div>`)
  const { stdout: json } = await run('check', ['--provenance', '--json'])
  expect(JSON.parse(json)[0]).toMatchObject({
    signatures: [{ kind: 'cosign', verified: false }],
    latest: { minor: { signatures: [], sbom: false, provenance: false } },
  })
})

test('what could not be found out is unknown, with a warning', async () => {
  const { run } = await world({ isFailing: true })
  const { stdout } = await run('check', ['--provenance'])
  expect(stdout).toContain('cosign signature → unknown')
  expect(stdout).toContain('What stands beside 1.1.0 is unknown: ')
})

test('diff says what stands beside the tag’s image', async () => {
  const { run } = await world()
  expect((await run('diff', ['1.1.0', '--provenance'])).stdout).toMatch(/^beside the image +nothing found$/m)
  const failing = await (await world({ isFailing: true })).run('diff', ['1.1.0', '--provenance'])
  expect(failing.stdout).toMatch(/^beside the image +unknown$/m)
  expect(failing.stderr).toMatch(/^What stands beside 1\.1\.0 is unknown: /)
})

test('nothing is looked up where nobody asked, nor for a command that does not show it', async () => {
  const { run, lookUps } = await world()
  expect((await run('check', [])).stdout).not.toContain('beside the image')
  expect((await run('diff', ['1.1.0'])).stdout).not.toContain('beside the image')
  await run('explain', [], { provenance: true })
  expect(lookUps()).toBe(0)
})
