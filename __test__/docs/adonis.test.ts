import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runInNewContext } from 'node:vm'
import { ContainerRegistryService, compareTags, withTag } from '../..'
import { startRegistries } from '../../testing'

const PAGE = readFileSync(join(__dirname, '../../docs/adonisjs.md'), 'utf8')

/** Images of an app that runs containers, with tags as their repositories have them. */
const TAGS: Record<string, string[]> = {
  'ghcr.io/kiwix/kiwix-serve:3.7.0': ['3.7.0', '3.8.0', '3.8.1', 'latest'],
  'lscr.io/linuxserver/calibre-web:0.6.26-ls386': [
    ...['0.6.25-ls360', '0.6.26-ls386', '0.6.26-ls391', '0.6.26', 'version-0.6.26', '2021.12.16'],
    ...['arm64v8-0.6.26-ls391', 'latest'],
  ],
  'ghcr.io/sysadminsmedia/homebox:0.26.2': ['0.26', '0.26.2', '0.27', '0.27.0', '0.27.0-rootless', 'latest'],
  'corentinth/it-tools:2024.5.13-a0bc346': ['2024.5.13-a0bc346', '2024.10.22-7ca5933', 'latest', 'nightly'],
  'corentinth/it-tools:2024.10.22-7ca5933': ['2024.5.13-a0bc346', '2024.10.22-7ca5933', 'latest', 'nightly'],
  'ollama/ollama:0.24.0-rocm': [
    ...['0.24.0-rocm', '0.24.0', '0.24.1', '0.24.1-rocm', '0.25.0', '0.25.0-rocm', '0.26.0-rc0-rocm', 'rocm'],
  ],
  'redis:7-alpine': ['7-alpine', '7.4.1-alpine', '7.4.2-alpine', '7.4.2', '7.4', '7', '8-alpine', '8.0.1'],
  'qdrant/qdrant:v1.16': ['v1.16', 'v1.16.3', 'v1.17', 'v1.17.1', 'v1.17.1-unprivileged', 'latest'],
  'meshtastic/meshtasticd:2.7.15.567b8ea': [
    ...[
      '2.6.11.60ec05e',
      '2.7.15.567b8ea',
      '2.7.16.a597230',
      '2.7.18.1234567',
      '2.7-daily',
      'beta',
      'latest',
    ],
  ],
  'excalidraw/excalidraw:sha-4bfc5bb': ['sha-4bfc5bb', 'sha-1a2b3c4', 'latest'],
}

async function offers(image: string, tags: string[], policy: 'original' | object) {
  const registries = await startRegistries({ images: [{ image: image.replace(/:[^:]*$/, ''), tags }] })
  const service = new ContainerRegistryService(registries.options)
  try {
    const updates = await service.getAvailableUpdates(image, 'arm64', undefined, { policy })
    return updates.map(({ tag }) => `\`${tag}\``).join(', ') || 'nothing'
  } finally {
    await service.close()
    await registries.close()
  }
}

test('the table of what is offered is what is answered', async () => {
  const rows: string[] = []
  for (const [image, tags] of Object.entries(TAGS)) {
    const [before, policy] = [await offers(image, tags, 'original'), await offers(image, tags, {})]
    rows.push(`| \`${image}\` | ${before} | ${policy} |`)
  }
  const [, table = ''] = /<!-- offers -->\n.*\n.*\n([\s\S]*?)\n<!-- \/offers -->/.exec(PAGE) ?? []
  expect(table.split('\n')).toEqual(rows)
})

test('what the helpers answer is what is written beside them', () => {
  const digest = `sha256:${'0'.repeat(64)}`
  const calls = [...PAGE.matchAll(/^(compareTags|withTag)(\(.*\)) \/\/ ([^:\n]*(?::[^\n]*)?)$/gm)]
  expect(calls.length).toBeGreaterThan(3)
  const answers = calls.map(([, name, args = '', said = '']) => {
    const call = `${name}${args.replace('sha256:DIGEST', digest)}`
    const expected = name === 'withTag' ? said : said.replace(/:.*/, '')
    return [call, runInNewContext(call, { compareTags, withTag }), runInNewContext(expected)]
  })
  for (const [call, answer, expected] of answers) expect([call, answer]).toEqual([call, expected])
})
