import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { multiPlatformImage } from '../../../testing/registry'
import { HOST, useFakes, wired } from '../../support/fakes'
import { useDesk } from '../support/cli'

const desk = useDesk()
const fakes = useFakes()

const EVIL = `x"><script>alert(1)</script>'\u202e\u009b`
const BASE = { arch: 'amd64', latest: {}, updates: [], warnings: [], rejected: [], places: [] }
const REPORTS = [
  {
    ...BASE,
    image: 'postgres:16.4',
    reference: 'registry-1.docker.io/library/postgres:16.4',
    status: 'update-available',
    updates: [{ tag: '16.6', releaseUrl: 'https://example.com/16.6?a=1&b="' }],
    lifecycle: {
      product: 'postgresql',
      cycle: '16',
      support: 'active',
      endsAt: '2028-11-09',
      asOf: '2026-06-01',
    },
    places: [{ file: 'compose.yaml', line: 3, service: 'db' }],
    advisories: { published: 0, complete: true },
    vulnerabilities: [],
    details: {
      faults: [EVIL],
      inspection: { runs: true, risks: [{ kind: 'data', text: EVIL }] },
      notes: {
        complete: false,
        truncated: false,
        releases: [
          {
            name: EVIL,
            tag: '16.6',
            url: 'javascript:alert(1)',
            notes: EVIL,
            breaking: [EVIL],
            security: ['CVE-1'],
          },
        ],
      },
    },
  },
  { ...BASE, image: EVIL, status: 'failed', error: { code: 'NETWORK', message: EVIL }, warnings: [EVIL] },
  { ...BASE, image: 'app:dev', status: 'local', reason: 'it is built there' },
]

function page(reports: object[]): Promise<string> {
  return desk().evaluate(
    'render/html/page.mjs',
    `console.log(JSON.stringify(it.page(${JSON.stringify(reports)}, { now: new Date('2026-06-10T08:00:00Z') })))`,
  ) as Promise<string>
}

test('the page shows every report, with its details folded', async () => {
  const html = await page(REPORTS)
  expect(html).toContain('1 update, 1 local, 1 failed, <time datetime="2026-06-10T08:00:00.000Z">')
  expect(html).toContain('<div class="where">compose.yaml:3 db</div>')
  expect(html).toContain(
    '<a href="https://example.com/16.6?a=1&amp;b=%22" rel="noopener noreferrer">release notes</a>',
  )
  expect(html).toContain('<div class="dim">weaknesses: publishes none here</div>')
  expect(html.match(/<summary>[^<]*/g)).toEqual([
    '<summary>1 risk',
    '<summary>Notes of 1 release, 1 with breaking changes or security',
    '<summary>What changes',
    '<summary>Support',
    '<summary>1 warning',
  ])
})

test('nothing in it is markup but its own, and nothing but its own script may run', async () => {
  const html = await page(REPORTS)
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script ?? '')
  expect(scripts).toHaveLength(1)
  const hash = createHash('sha256')
    .update(scripts[0] ?? '')
    .digest('base64')
  expect(html).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'`)
  expect(html).not.toMatch(/alert\(1\)<\/script>|href="(?!https:)|src=|@import|url\(/)
  expect(html.replace(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  // Every tag that is opened is closed.
  for (const tag of ['table', 'tbody', 'tr', 'td', 'details', 'div', 'ul', 'li', 'dl', 'main'])
    expect([tag, html.split(new RegExp(`<${tag}[ >]`)).length]).toEqual([tag, html.split(`</${tag}>`).length])
})

test('without an image it says so', async () => {
  expect(await page([])).toContain('<p class="empty">No image is shown.</p>')
})

test('check --html writes it, beside its output', async () => {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  const image = (size: number) => multiPlatformImage({ platforms: ['linux/amd64'], layers: [size] })
  repository.push('1.0.0', image(1)).push('1.1.0', image(2))
  const config = await desk().config(wired({ registry }))
  const args = ['check', `${HOST}/team/app:1.0.0`, '--arch', 'amd64', '--html', 'updates.html', ...config]
  const { status, stdout } = await desk().run(args)
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('1 update') })
  const html = readFileSync(desk().path('updates.html'), 'utf8')
  expect(html).toContain('<div class="image">registry.example/team/app</div>')
  expect(html).toContain('<summary>What changes</summary>')
  expect(html).toContain('<dt>layers</dt><dd>0 shared, 1 new, 1 gone</dd>')
})
