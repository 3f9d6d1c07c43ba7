'use strict'

const PLAIN = /^v?\d+\.\d+(\.\d+)?$/

const bare = (tag) => tag.replace(/^v/, '')
const integer = (text) => Number.parseInt(text, 10) || 0
const numbers = (base) => base.split('.').map(integer)

/** Returns a number above 0 if `a` is newer. A missing number counts as 0. */
function compare(a, b) {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

/** A prerelease is never newer. Of two equal versions, the one without a prerelease is newer. */
function isNewer(tag, current) {
  const [base, prerelease] = bare(tag).split('-')
  const [currentBase, currentPrerelease] = bare(current).split('-')
  if (prerelease) return false
  const order = compare(numbers(base), numbers(currentBase))
  return order === 0 ? Boolean(currentPrerelease) : order > 0
}

/** Returns plain versions of a major that are newer than `current`, newest first. */
function filterCompatibleUpdates(tags, current, major) {
  return tags
    .filter((tag) => PLAIN.test(tag) && integer(bare(tag).split('.')[0]) === major && isNewer(tag, current))
    .sort((a, b) => compare(numbers(bare(b)), numbers(bare(a))) || 0)
}

module.exports = { filterCompatibleUpdates }
