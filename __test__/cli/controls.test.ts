import { readFileSync } from 'node:fs'
import { multiPlatformImage } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'

const desk = useDesk()
const fakes = useFakes()

// Marks that turn text around, controls of eight bits, and what a terminal obeys.
const EVIL = '\u202e\u2066\u009b31m\u0085\u061c\u200b\u{e0041}'
const SHOWN = /(?![\n\t])[\p{Cc}\p{Cf}]/u

test('no output has a character that a terminal obeys or that turns text around, whatever a file holds', async () => {
  const registry = await fakes.registry()
  const repository = registry.repository('team/app')
  for (const [index, tag] of ['1.0.0', '1.1.0'].entries())
    repository.push(tag, multiPlatformImage({ platforms: ['linux/amd64'], layers: [index + 1] }))
  const yaml = [
    'services:',
    `  "a${EVIL}":`,
    `    image: ${HOST}/team/app:1.0.0 # ${EVIL}`,
    `    profiles: ["${EVIL}"]`,
    `    labels: { container-registry-service.frob${EVIL}: 1, wud.tag.include: "(?!${EVIL})" }`,
    `  b: { image: "x${EVIL}:1" }`,
    `  c: { image: "y:1", labels: { container-registry-service.ignore: "no${EVIL}" } }`,
    '',
  ].join('\n')
  await desk().file(`compose${EVIL}.yml`, yaml)
  const config = await desk().config(wired({ registry }))
  const source = ['-f', `compose${EVIL}.yml`, '--arch', 'amd64', ...config]
  const files = ['--html', 'a.html', '--prometheus', 'a.prom']
  const runs = await Promise.all([
    desk().run(['check', ...source, ...files]),
    desk().run(['check', ...source, '--markdown']),
    desk().run(['check', ...source, '--json']),
    desk().run(['update', ...source]),
    desk().run(['update', ...source, '--json']),
    desk().run(['check', `no${EVIL}.yml`]),
    desk().run([`frob${EVIL}`]),
  ])
  const texts = runs.flatMap(({ stdout, stderr }) => [stdout, stderr])
  texts.push(readFileSync(desk().path('a.html'), 'utf8'), readFileSync(desk().path('a.prom'), 'utf8'))
  for (const text of texts) expect(SHOWN.exec(text)?.[0].codePointAt(0)?.toString(16)).toBeUndefined()
  expect(texts.join('')).toContain('1.1.0')
})
