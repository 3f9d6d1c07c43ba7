import fc from 'fast-check'
import { ContainerRegistryService } from '../..'

/** Nothing is asked of anybody: whatever gets past the arguments meets a port on which nobody listens. */
const service = new ContainerRegistryService({
  registries: {
    'registry.example': { url: 'http://127.0.0.1:1' },
    'docker.io': { url: 'http://127.0.0.1:1' },
  },
  github: { apiUrl: 'http://127.0.0.1:1' },
  allowPrivateAddresses: false,
  proxy: 'http://127.0.0.1:1',
  deadlineMs: 2000,
})

const METHODS = [
  'parseImageReference',
  'listTags',
  'checkArchSupport',
  'getImageDownloadSize',
  'getDigest',
  'getPlatforms',
  'getSourceUrl',
  'detectReleaseTagPrefix',
  'buildReleaseUrl',
  'filterCompatibleUpdates',
  'getAvailableUpdates',
  'checkImage',
  'checkImages',
  'inspectUpdate',
  'listReleases',
] as const

/** Objects whose own code throws, or which are not what they seem. */
const traps = fc.constantFrom<unknown>(
  new Proxy(
    {},
    {
      get: (_, key) => {
        // The names that a report of the failure looks at.
        if (typeof key === 'symbol' || ['toString', 'constructor', 'toJSON'].includes(key)) return undefined
        throw new Error('trap')
      },
    },
  ),
  Object.create(null),
  Symbol('s'),
  () => {},
  10n,
  new Date(Number.NaN),
  new Uint8Array(3),
  { registry: 'registry.example', fullName: '../../x' },
  { registry: 'user:password@registry.example', fullName: 'a' },
  { registry: 'registry.example\r\nX: y', fullName: 'a', tag: 'b\r\nc' },
)
const anything = fc.oneof(
  traps,
  fc.anything(),
  fc.string({ unit: 'binary' }),
  fc.record({ registry: fc.anything(), fullName: fc.anything(), tag: fc.anything() }),
)

async function outcome(method: (typeof METHODS)[number], args: unknown[]): Promise<unknown> {
  try {
    await (service[method] as (...args: unknown[]) => unknown)(...args)
    return undefined
  } catch (error) {
    return error
  }
}

test.each(METHODS)('%s answers any arguments, or fails with a code', async (method) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anything, { maxLength: 5 }), async (args) => {
      const error = await outcome(method, args)
      if (error === undefined) return
      expect(error).toBeInstanceOf(Error)
      expect(error).toMatchObject({
        name: 'ContainerRegistryError',
        code: expect.stringMatching(/^[A-Z_]+$/),
      })
      expect(typeof (error as { transient: unknown }).transient).toBe('boolean')
    }),
    { numRuns: 150 },
  )
})

test('any options make a service, or fail with a code', () => {
  fc.assert(
    fc.property(anything, (options) => {
      try {
        new ContainerRegistryService(options as object)
      } catch (error) {
        expect(error).toMatchObject({
          name: 'ContainerRegistryError',
          code: 'INVALID_ARGUMENT',
          transient: false,
        })
      }
    }),
  )
})
