import { ContainerRegistryService } from '..'

const service = new ContainerRegistryService()
const filter = (tags: string[], current: string, major: number) =>
  service.filterCompatibleUpdates(tags, current, major)

test('keeps newer plain versions of the major version, newest first', () => {
  const tags = [
    '1.2.3',
    '1.10.0',
    '1.9',
    'v1.11.1',
    '2.0.0',
    '1.2.4-alpine',
    '1.3.0-rc.1',
    'latest',
    '1.2',
    '1.4.0.1',
    '0.9',
  ]
  expect(filter(tags, '1.2.3', 1)).toStrictEqual(['v1.11.1', '1.10.0', '1.9'])
})

test.each([
  ['1.2.3', '1.2.3-rc.1', ['1.2.3'], 'a release follows its own prerelease'],
  ['1.2.3', '1.2.3-alpine', ['1.2.3'], 'a variant counts as a prerelease'],
  ['1.2', '1.2.0', [], 'a missing number is 0'],
  ['v1.3', '1.2', ['v1.3'], 'the v does not count'],
  ['1.3', 'vv1.2', ['1.3'], 'a second v leaves no number, which is 0'],
  ['1.10', '1.9', ['1.10'], 'numbers are compared, not texts'],
  ['1.9007199254740993', '1.9007199254740992', [], 'beyond 2^53 numbers are doubles'],
  ['\u0661.\u0662', '0.1', [], 'digits are ASCII'],
  ['1.3\n', '1.2', [], 'nothing may follow a version'],
])('%j for %j: %j, as %s', (tag, current, expected) => {
  expect(filter([tag], current, 1)).toEqual(expected)
})

test('a line feed inside a tag parts nothing, wherever it stands', () => {
  for (const tag of ['1.3\n1.4', '\n1.4', '1.4\n', '\n'])
    for (const tags of [
      [tag, '1.5'],
      ['1.5', tag],
      [tag, tag, '1.5'],
    ])
      expect(filter(tags, '1.2', 1)).toEqual(['1.5'])
})

test('empty tags and texts that are no Unicode are none of the updates', () => {
  expect(filter(['', '1.3', '', '1.4\ud800', '\udc001.5', ''], '1.2', 1)).toEqual(['1.3'])
  expect(filter([], '1.2', 1)).toEqual([])
  expect(filter([''], '1.2', 1)).toEqual([])
})

test('equal versions keep their order, and duplicates stay', () => {
  expect(filter(['v1.3.0', '1.4', '1.3', '1.3.0', '1.4', '1.4.0'], '1.2', 1)).toEqual([
    '1.4',
    '1.4',
    '1.4.0',
    'v1.3.0',
    '1.3',
    '1.3.0',
  ])
})

test('a current tag that is no version is older than anything', () => {
  expect(filter(['0.1', '0.0.1', '1.0'], 'stable', 0)).toEqual(['0.1', '0.0.1'])
})

test('a major version that no tag has finds nothing', () => {
  for (const major of [3, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY])
    expect(filter(['1.3'], '1.2', major)).toEqual([])
})

test('ten thousand tags are sorted by their numbers', () => {
  const tags = Array.from({ length: 10_000 }, (_, index) => `1.${(index * 7919) % 10_000}.0`)
  const newest = Array.from({ length: 9_999 }, (_, index) => `1.${9_999 - index}.0`)
  expect(filter(tags, '1.0.0', 1)).toEqual(newest)
})
