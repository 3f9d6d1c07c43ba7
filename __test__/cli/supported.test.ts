import { singlePlatformImage } from '../../testing/registry'
import { HOST, useFakes, wired } from '../support/fakes'
import { useDesk } from './support/cli'

const desk = useDesk()
const fakes = useFakes()

/** Names of images in front of a registry that has them, as official ones. */
async function world(...images: string[]) {
  const registry = await fakes.registry()
  for (const image of images) {
    const [name = '', tag = ''] = image.split(':')
    registry.repository(`library/${name}`).push(tag, singlePlatformImage({ labels: { image } }))
  }
  const config = await desk().config(wired({ registry }))
  return [...images.map((image) => `${HOST}/library/${image}`), ...config]
}

test('the table says until when what runs is supported, in words', async () => {
  const images = ['python:3.8.1', 'python:3.8.1-alpine3.18', 'node:99.1.0', 'postgres:9.6.1-bookworm']
  const { stdout } = await desk().run(['check', ...(await world(...images))])
  const [heads = '', ...lines] = stdout.split('\n')
  const at = heads.indexOf('supported until')
  expect(heads.slice(at)).toEqual(expect.stringMatching(/^supported until +release notes$/))
  expect(lines.slice(0, 4).map((line) => line.slice(at).trim())).toEqual([
    'ended 2024-10-07',
    'ended 2024-10-07 (alpine3.18 ended)',
    'unknown',
    'ended 2021-11-11',
  ])
})

test('Markdown and JSON say it, too', async () => {
  const args = await world('python:3.8.1')
  const { stdout: markdown } = await desk().run(['check', '--markdown', ...args])
  expect(markdown).toContain(
    '| beyond | supported until | release notes |\n| --- | --- | --- | ---: | --- | --- | --- |\n',
  )
  expect(markdown).toContain('| ended 2024-10-07 |')
  const { stdout: json } = await desk().run(['check', '--json', ...args])
  expect(JSON.parse(json)[0].lifecycle).toMatchObject({ product: 'python', cycle: '3.8', support: 'ended' })
})

test.each([
  ['ended', 'python:3.8.1', 1],
  ['beneath it ended', 'redis:8.8.1-alpine3.18', 1],
  ['unknown', 'node:99.1.0', 0],
])('--fail-on-unsupported, where support is %s', async (_, image, code) => {
  const args = await world(image)
  expect((await desk().run(['check', ...args])).status).toBe(0)
  expect((await desk().run(['check', '--fail-on-unsupported', ...args])).status).toBe(code)
})
