import fc from 'fast-check'

/** A tag list, the running tag and the major version that updates are wanted of. */
export interface TagList {
  tags: string[]
  current: string
  major: number
}

const numbers = fc.oneof(
  { weight: 8, arbitrary: fc.nat(12).map(String) },
  { weight: 1, arbitrary: fc.nat(400).map(String) },
  { weight: 1, arbitrary: fc.constantFrom('007', '9007199254740992', '9007199254740993', '20260101') },
)

/** What stands behind the major version. */
const segments = fc.oneof(
  { weight: 8, arbitrary: fc.array(numbers, { minLength: 1, maxLength: 2 }) },
  { weight: 1, arbitrary: fc.array(numbers, { maxLength: 4 }) },
)

const prefixes = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('', '', 'v') },
  { weight: 1, arbitrary: fc.constantFrom('vv', 'V') },
)

const versions = fc
  .tuple(prefixes, fc.constantFrom('0', '1', '1', '1', '1', '2', '10'), segments)
  .map(([prefix, major, rest]) => prefix + [major, ...rest].join('.'))

const suffixes = fc.constantFrom(
  ...[
    '-alpine',
    '-arm64',
    '-amd64',
    '-slim',
    '-cuda',
    '-rocm',
    '-rc',
    '-rc.1',
    '-rc1',
    '-beta.2',
    '-',
    '-0',
    '--',
    '-a-b',
  ],
  ...['rc1', 'beta', '+build', '.', '..', '.x', ' ', '\n', '-ALPINE'],
)

const words = fc.constantFrom(
  ...[
    'latest',
    'nightly',
    'edge',
    'dev',
    'beta',
    'alpha',
    'canary',
    'rc',
    'test',
    'debug',
    'Latest',
    'stable',
    'v',
  ],
  ...[
    '',
    '.',
    '1',
    'v1',
    '1.',
    '.1',
    '1.2.3.4',
    'sha-4bfc5bb',
    'RELEASE.2024-05-28T17-19-04Z',
    'v.1.2',
    '1.2.3-',
  ],
  ...[
    '\u0661.\u0662',
    '\uff11.\uff12',
    '1\u00b2.3',
    '0x10.1',
    '1e3.1',
    '-1.2',
    '+1.2',
    '1.-2',
    ' 1.2',
    '1. 2',
    '1.2 ',
    '1_0.2',
  ],
)

const tags = fc.oneof(
  { weight: 12, arbitrary: versions },
  { weight: 2, arbitrary: fc.tuple(versions, suffixes).map(([version, suffix]) => version + suffix) },
  { weight: 1, arbitrary: words },
)

/** What may stand in a reference as the running version, and what callers of the method may hand over all the same. */
const current = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('1.0', 'v1.0.0', '1.1.1', '2.0', '0.1', '10.0.0-rc.1', '1', '') },
  { weight: 4, arbitrary: tags },
  { weight: 1, arbitrary: words },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\t1.2',
      '\u00a01.2',
      '\ufeff1.2',
      '\u2003v1.2',
      '\u00851.2',
      '1.\u00a02',
      '1.2\u2028',
    ),
  },
)

export const tagLists: fc.Arbitrary<TagList> = fc.record({
  tags: fc.array(tags, { maxLength: 14, size: 'max' }),
  current,
  major: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(0, 1, 1, 1, 2, 2, 10) },
    { weight: 1, arbitrary: fc.constantFrom(-1, 1.5, 3, 1e21, 7) },
  ),
})
