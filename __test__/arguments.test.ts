import { ContainerRegistryService } from '..'
import { json } from '../testing/registry'
import { failure, thrown } from './support/failure'
import { app, HOST, NAME, serviceOn, TAGS, useFakes } from './support/fakes'

const fakes = useFakes()

// No registry is named here that could be reached: a wrong argument is found before anybody is asked.
const service = new ContainerRegistryService()
const call = (method: string, args: unknown[]) =>
  (service as never as Record<string, (...args: unknown[]) => unknown>)[method]?.(...args)

const complaint = (name: string) => ({
  name: 'ContainerRegistryError',
  code: 'INVALID_ARGUMENT',
  message: expect.stringContaining(name),
})

const SOURCE = 'https://github.com/o/r'

test.each<[method: string, name: string, args: unknown[]]>([
  ['parseImageReference', 'image', []],
  ['parseImageReference', 'image', [7]],
  ['parseImageReference', 'image', [null]],
  ['parseImageReference', 'image', [new String('nginx')]],
  ['buildReleaseUrl', 'sourceUrl', [undefined, '1', '']],
  ['buildReleaseUrl', 'tag', [SOURCE, 1, '']],
  ['buildReleaseUrl', 'releaseTagPrefix', [SOURCE, '1', 7]],
  ['filterCompatibleUpdates', 'tags', [undefined, '1', 1]],
  ['filterCompatibleUpdates', 'tags', ['1.2', '1', 1]],
  ['filterCompatibleUpdates', 'tags', [{ length: 1, 0: '1.2' }, '1', 1]],
  ['filterCompatibleUpdates', 'tags', [['1.2', 7], '1', 1]],
  ['filterCompatibleUpdates', 'tags', [[new String('1.2')], '1', 1]],
  ['filterCompatibleUpdates', 'tags', [['1.2', undefined], '1', 1]],
  // biome-ignore lint/suspicious/noSparseArray: a hole is no string either
  ['filterCompatibleUpdates', 'tags', [['1.2', , '1.3'], '1', 1]],
  ['filterCompatibleUpdates', 'currentTag', [[], null, 1]],
  ['filterCompatibleUpdates', 'majorVersion', [[], '1', '1']],
  ['filterCompatibleUpdates', 'majorVersion', [[], '1']],
])('%s throws for a wrong %s', (method, name, args) => {
  expect(thrown(() => call(method, args))).toMatchObject(complaint(name))
})

const { registry: _registry, ...withoutRegistry } = app()
const { fullName: _fullName, ...withoutFullName } = app()
const { tag: _tag, ...withoutTag } = app()

test.each<[method: string, name: string, args: unknown[]]>([
  ['listTags', 'parsed', []],
  ['listTags', 'parsed', [null]],
  ['listTags', 'parsed', [['nginx']]],
  ['listTags', 'parsed.registry', [withoutRegistry]],
  ['listTags', 'parsed.registry', [{ ...app(), registry: 7 }]],
  ['listTags', 'parsed.fullName', [withoutFullName]],
  ['listTags', 'parsed.fullName', [{ ...app(), fullName: ['team', 'app'] }]],
  ['listTags', 'options', [app(), 'now']],
  ['listTags', 'signal', [app(), { signal: 7 }]],
  ['listTags', 'signal', [app(), { signal: {} }]],
  ['listTags', 'timeout', [app(), { timeout: 3 }]],
  ['checkArchSupport', 'parsed', [undefined, '1', 'amd64']],
  ['checkArchSupport', 'tag', [app(), undefined, 'amd64']],
  ['checkArchSupport', 'tag', [app(), 7, 'amd64']],
  ['checkArchSupport', 'tag', [app(), '', 'amd64']],
  ['checkArchSupport', 'tag', [app(), 'a b', 'amd64']],
  ['checkArchSupport', 'tag', [app(), '../../x', 'amd64']],
  ['checkArchSupport', 'tag', [app(), 'sha256:abc', 'amd64']],
  ['checkArchSupport', 'hostArch', [app(), '1']],
  ['checkArchSupport', 'hostArch', [app(), '1', 64]],
  ['checkArchSupport', 'signal', [app(), '1', 'amd64', { signal: 'now' }]],
  ['getImageDownloadSize', 'parsed', [7, '1', 'amd64']],
  ['getImageDownloadSize', 'tag', [app(), 'a/b', 'amd64']],
  ['getImageDownloadSize', 'hostArch', [app(), '1', null]],
  ['getImageDownloadSize', 'options', [app(), '1', 'amd64', 7]],
  ['getDigest', 'parsed', [7]],
  ['getDigest', 'tag', [app(), 7]],
  ['getPlatforms', 'parsed', [7]],
  ['getPlatforms', 'tag', [app(), 'a b']],
  ['getSourceUrl', 'parsed', []],
  ['getSourceUrl', 'parsed.tag', [withoutTag]],
  ['getSourceUrl', 'parsed.tag', [app('no tag')]],
  ['getSourceUrl', 'parsed.digest', [{ ...app(), digest: 'sha256:xyz!' }]],
  ['getSourceUrl', 'options', [app(), 7]],
  ['detectReleaseTagPrefix', 'sourceUrl', [undefined, '1']],
  ['detectReleaseTagPrefix', 'sampleTag', [SOURCE, 1]],
  ['detectReleaseTagPrefix', 'options', [SOURCE, '1', 'x']],
  ['getAvailableUpdates', 'containerImage', [undefined, 'amd64']],
  ['getAvailableUpdates', 'hostArch', ['nginx:1', undefined]],
  ['getAvailableUpdates', 'fallbackSourceRepo', ['nginx:1', 'amd64', 7]],
  ['getAvailableUpdates', 'options', ['nginx:1', 'amd64', null, 'now']],
])('%s rejects for a wrong %s', async (method, name, args) => {
  expect(await failure(call(method, args) as Promise<unknown>)).toMatchObject(complaint(name))
})

test.each([
  ['registry', 'ghcr.io/x'],
  ['registry', 'user@ghcr.io'],
  ['registry', ''],
  ['fullName', '../../other'],
  ['fullName', 'team/app?x=y'],
  ['fullName', 'Team/App'],
  ['fullName', ''],
])('a reference made by hand has to be one: %s %j', async (field, value) => {
  expect(await failure(service.listTags({ ...app(), [field]: value }))).toMatchObject({
    code: 'INVALID_REFERENCE',
    message: expect.stringContaining(JSON.stringify(value)),
  })
})

test('a wrong argument outranks an aborted signal', async () => {
  const signal = AbortSignal.abort()
  expect(await failure(service.listTags(undefined as never, { signal }))).toMatchObject({
    code: 'INVALID_ARGUMENT',
  })
})

test.each([undefined, null, {}, { signal: undefined }])('%j are options of a call', async (options) => {
  const server = await fakes.server()
  server.on(TAGS, json({ tags: ['1'] }))
  const { service } = serviceOn({ registry: server })
  expect(await service.listTags(app(), options as never)).toEqual(['1'])
})

test('what a getter throws is the cause', async () => {
  const cause = new RangeError('not now')
  const parsed = {
    fullName: NAME,
    get registry(): string {
      throw cause
    },
  }
  expect(await failure(service.listTags(parsed as never))).toMatchObject({ code: 'INVALID_ARGUMENT', cause })
})

test('a text that is no Unicode is taken as it can be', () => {
  expect(thrown(() => service.parseImageReference('ngi\ud800nx'))).toMatchObject({
    code: 'INVALID_REFERENCE',
  })
  expect(service.parseImageReference(`${HOST}/${NAME}`).fullName).toBe(NAME)
})
