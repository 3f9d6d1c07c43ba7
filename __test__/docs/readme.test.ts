import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { ContainerRegistryService } from '../..'
import { startRegistries } from '../../testing'

const page = (path: string) => readFile(join(__dirname, '../..', path), 'utf8')

test('the report in the README is what such an image is answered with', async () => {
  const [, example = ''] = /^```js\n(\{\n {2}image: [\s\S]*?)^```$/m.exec(await page('README.md')) ?? []
  const promised = JSON.parse(JSON.stringify(runInNewContext(`(${example})`)))
  const registries = await startRegistries({
    images: [
      {
        image: 'ghcr.io/kiwix/kiwix-serve',
        tags: ['3.7.0', '3.8.0', '3.8.1', '4.0.0-rc1', 'latest'],
        created: { '3.8.0': '2026-03-02T09:30:00Z', '3.8.1': '2026-04-14T12:00:00Z' },
        source: 'https://github.com/kiwix/kiwix-tools',
        releases: '',
      },
    ],
  })
  const service = new ContainerRegistryService(registries.options)
  try {
    const report = await service.checkImage('ghcr.io/kiwix/kiwix-serve:3.7.0', { arch: 'arm64' })
    expect(report.latest.major).toEqual(report.latest.minor)
    const latest = { ...promised.latest, major: promised.latest.minor }
    expect(report).toEqual({ ...promised, latest, checkedAt: expect.any(String) })
  } finally {
    await service.close()
    await registries.close()
  }
})

test('the notes in the README are what such an image has', async () => {
  const [, call = '', promised = ''] =
    /^const (\{ releases \} = await service[\s\S]*?security\]\))\n\/\/ (.*)$/m.exec(
      await page('README.md'),
    ) ?? []
  expect(call).toContain("releaseNotes('ghcr.io/team/app', '1.0.0', '1.2.0')")
  const registries = await startRegistries({
    images: [
      {
        image: 'ghcr.io/team/app',
        tags: ['1.0.0', '1.1.0', '1.2.0'],
        source: 'https://github.com/team/app',
        releases: 'v',
        notes: { '1.2.0': '- feat!: the port is 8080\n- fix: CVE-2026-12345', '1.1.0': 'Faster.' },
      },
    ],
  })
  const service = new ContainerRegistryService(registries.options)
  try {
    const { releases } = await service.releaseNotes('ghcr.io/team/app', '1.0.0', '1.2.0')
    const said = releases.map(({ version, breaking, security }) => [version, breaking, security])
    expect(said).toEqual(JSON.parse(JSON.stringify(runInNewContext(promised))))
  } finally {
    await service.close()
    await registries.close()
  }
})

test('the table of bounds has every one of them, with its default', async () => {
  const [, body = ''] = /^export interface Limits \{\n([\s\S]*?)^\}$/m.exec(await page('index.d.ts')) ?? []
  const declared = [...body.matchAll(/Default: ([\d,]+(?: [KM]iB)?)[^\n]*\*\/\s+(\w+)\?/g)]
  const table = await page('docs/reliability.md')
  const shown = [...table.matchAll(/^\| `(\w+)` \| [^|]+ \| ([^|]+) \| [01] \|$/gm)]
  expect(shown).toHaveLength(14)
  expect(shown.map(([, name, bound]) => [name, bound])).toEqual(
    declared.map(([, bound, name]) => [name, bound]),
  )
})
