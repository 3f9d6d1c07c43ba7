import fc from 'fast-check'

/** `usual`, and once in so many times a value of the arbitrary. */
export function seldom<T, U>(arbitrary: fc.Arbitrary<T>, usual: U, times: number): fc.Arbitrary<T | U> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary })
}
