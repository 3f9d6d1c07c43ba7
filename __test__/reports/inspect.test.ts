import { compareTags, explainTag, formatImageReference, withTag } from '../..'
import { multiPlatformImage } from '../../testing/registry'
import { thrown } from '../support/failure'
import { HOST, NAME, serviceOn, useFakes } from '../support/fakes'

const fakes = useFakes()
const IMAGE = `${HOST}/${NAME}`
const image = (salt: string, layers: number[]) =>
  multiPlatformImage({
    platforms: ['linux/amd64', 'linux/arm/v7'],
    labels: { salt, 'org.opencontainers.image.source': 'https://github.com/team/app' },
    layers,
  })

async function world() {
  const registry = await fakes.registry()
  const github = await fakes.github()
  github.repository('team/app', 'v1.1.0')
  const repository = registry.repository(NAME)
  repository.push('1.0.0-rocm', image('old', [1000, 20])).push('1.1.0', image('plain', [1000, 30]))
  repository.push('1.1.0-rocm', image('rocm', [1000, 40, 40]))
  return serviceOn({ registry, github }).service
}

describe('inspectUpdate', () => {
  test('tells what a move would mean', async () => {
    const service = await world()
    const { digest } = image('rocm', [1000, 40, 40]).root
    expect(await service.inspectUpdate(`${IMAGE}:1.0.0-rocm`, '1.1.0-rocm', { arch: 'armv7l' })).toEqual({
      image: `${IMAGE}:1.0.0-rocm`,
      targetTag: '1.1.0-rocm',
      exists: true,
      runs: true,
      platform: 'linux/arm/v7',
      digest,
      downloadSize: { new: 80, all: 1080 },
      changes: expect.objectContaining({ layers: expect.anything() }),
      risks: [],
      releaseUrl: 'https://github.com/team/app/releases/tag/v1.1.0',
      releaseUrlSource: 'release',
      pullReference: `${IMAGE}:1.1.0-rocm@${digest}`,
    })
  })

  test('names the sibling of the running variant, or that there is none', async () => {
    const service = await world()
    const sibling = async (target: string) =>
      (await service.inspectUpdate(`${IMAGE}:1.0.0-rocm`, target, { arch: 'amd64' })).sibling
    expect(await sibling('1.1.0')).toEqual({ tag: '1.1.0-rocm', exists: true })
    expect(await sibling('1.2.0')).toEqual({ tag: '1.2.0-rocm', exists: false })
    expect(await sibling('1.1.0-rocm')).toBeUndefined()
  })

  test('finds the sibling of a tag with a counter in the list, if there is one', async () => {
    const registry = await fakes.registry()
    const repository = registry.repository(NAME)
    for (const tag of ['0.6.26-ls386', '0.6.27', '0.6.27-ls394', '0.6.27-ls395', '0.6.28', '0.6.29-ls401']) {
      repository.push(tag, image(tag, [1]))
    }
    const { service } = serviceOn({ registry })
    const sibling = async (target: string) =>
      (await service.inspectUpdate(`${IMAGE}:0.6.26-ls386`, target, { arch: 'amd64' })).sibling
    expect(await sibling('0.6.27')).toEqual({ tag: '0.6.27-ls395', exists: true })
    expect(await sibling('0.6.28')).toBeUndefined()
    expect(await sibling('0.6.29-ls401')).toBeUndefined()
  })

  test('answers for a tag that is not there, and for one that does not run', async () => {
    const service = await world()
    expect(await service.inspectUpdate(`${IMAGE}:1.1.0`, '9.9.9', { arch: 'amd64' })).toEqual({
      image: `${IMAGE}:1.1.0`,
      targetTag: '9.9.9',
      exists: false,
      runs: false,
    })
    expect(await service.inspectUpdate(`${IMAGE}:1.1.0`, '1.1.0', { arch: 's390x' })).toMatchObject({
      exists: true,
      runs: false,
    })
  })

  test.each([
    ['No Image', '1', {}, 'INVALID_REFERENCE'],
    [IMAGE, 'not a tag', {}, 'INVALID_REFERENCE'],
    [IMAGE, '1', { currentDigest: 'x' }, 'INVALID_ARGUMENT'],
    [IMAGE, 1, {}, 'INVALID_ARGUMENT'],
    [IMAGE, '1', { policy: {} }, 'INVALID_ARGUMENT'],
  ])('refuses %j to %j with %j', async (from, to, options, code) => {
    const { service } = serviceOn({})
    await expect(service.inspectUpdate(from, to as string, options as never)).rejects.toMatchObject({ code })
  })
})

describe('references', () => {
  const { service } = serviceOn({})
  const DIGEST = `sha256:${'0a'.repeat(32)}`

  test.each([
    ['nginx', 'nginx:latest'],
    ['docker.io/library/nginx:1.27', 'nginx:1.27'],
    ['nas.lan:5000/team/app:1', 'nas.lan:5000/team/app:1'],
    [`nas.lan:5000/team/app@${DIGEST}`, `nas.lan:5000/team/app:latest@${DIGEST}`],
  ])('%s is written %s', (text, written) => {
    expect(formatImageReference(service.parseImageReference(text))).toBe(written)
  })

  test.each([
    ['nginx', 'nginx:2'],
    ['nas.lan:5000/app', 'nas.lan:5000/app:2'],
    [`nas.lan:5000/app:1@${DIGEST}`, 'nas.lan:5000/app:2'],
  ])('%s with another tag is %s', (text, expected) => {
    expect(withTag(text, '2')).toBe(expected)
  })

  test('what is none is refused', () => {
    expect(thrown(() => withTag('nginx', 'a b'))).toMatchObject({ code: 'INVALID_REFERENCE' })
    expect(thrown(() => withTag(1 as never, '1'))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(thrown(() => formatImageReference({} as never))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(
      thrown(() => formatImageReference({ ...service.parseImageReference('a'), fullName: 'A' })),
    ).toMatchObject({ code: 'INVALID_REFERENCE' })
  })
})

describe('tags', () => {
  test('are explained', () => {
    expect(explainTag('v1.2.3-rc.1-php8.2-alpine3.20-ls4')).toMatchObject({
      kind: 'semver',
      prefix: 'v',
      numbers: ['1', '2', '3'],
      prerelease: 'rc.1',
      osRelease: 'alpine 3.20',
      runtime: 'php 8.2',
      build: 'ls4',
      calendar: false,
    })
    expect(explainTag('latest')).toMatchObject({ kind: 'floating', numbers: [] })
    expect(thrown(() => explainTag(1 as never))).toMatchObject({ code: 'INVALID_ARGUMENT' })
    expect(thrown(() => explainTag('1', { amongst: [] } as never))).toMatchObject({
      code: 'INVALID_ARGUMENT',
    })
  })

  test.each([
    ['6.4', ['6.4.7', '7.0'], ['another tag extends its numbers, so it moves on to newer images']],
    ['6.4', ['6.5', '7.0'], ['no tag extends its numbers, so it is a version']],
    ['8.0-alpine', ['8.0.6-alpine3.20'], ['another tag extends its numbers, so it moves on to newer images']],
    [
      '8.0-alpine3.19',
      ['8.0.6-alpine3.20'],
      ['another tag extends its numbers, so it moves on to newer images'],
    ],
    [
      '8.0-alpine',
      ['8.0.6-slim', '8.0.6-fpm-alpine3.20'],
      ['no tag extends its numbers, so it is a version'],
    ],
    ['8.0-alpine', ['9.0.1-alpine3.20', '8.0.6'], ['no tag extends its numbers, so it is a version']],
    ['29', ['30', '41'], ['no tag of the list has more than one number, so its number is a version']],
    ['4.0.2-18', ['4.0.2-20', '4.0.3-18', '4.0.3-20'], [expect.stringContaining('names a runtime')]],
    ['1.0-beta', ['1.1-beta', '1.2-beta'], [expect.stringContaining('newer ones with the word follow')]],
    ['9.1', ['9.2', '9999.0'], ['first numbers from 9999 on are no versions']],
    ['0.41', ['0.42.3'], ['nothing newer is written as it is, so tags with more numbers follow']],
    ['latest', ['1.0', '2.0'], undefined],
  ])('%s is explained by the list %j', (tag, among, evidence) => {
    const said = explainTag(tag, { among }).evidence
    expect(said).toEqual(evidence && expect.arrayContaining(evidence))
    expect(explainTag(tag).evidence).toBeUndefined()
  })

  test('are compared where they can be', () => {
    expect(compareTags('1.10.0', '1.9.0')).toBe(1)
    expect(compareTags('1.9.0', '1.10.0')).toBe(-1)
    expect(compareTags('1.9.0-a0bc346', '1.9.0-7ca5933')).toBe(0)
    expect(compareTags('1.9.0', '1.9.0-alpine')).toBeNull()
    expect(compareTags('latest', 'latest')).toBeNull()
  })
})
