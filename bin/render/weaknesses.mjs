const SEVERITIES = ['critical', 'high', 'medium', 'low']

const MISSING = {
  source: 'not asked: no source is known',
  packager: 'not asked: the source is a packager’s',
  host: 'not asked: the project is not on GitHub',
  failed: 'asked in vain',
  version: 'unknown: the tag names no version',
}

/**
 * Tells which published weaknesses concern the running version, and how many of them the offered one mends. Empty only
 * if they were not asked for: nothing that is unknown reads as safe.
 */
export function weaknesses({ vulnerabilities, advisories, latest, updates }) {
  if (advisories === undefined) return ''
  const newest = Object.values(latest).find((found) => found?.tag === updates[0]?.tag)
  const mended = newest?.fixes?.length ? `; ${newest.tag} mends ${newest.fixes.length}` : ''
  return published({ vulnerabilities, advisories }) + mended
}

/** Tells which published weaknesses concern the running version, or why that is unknown. */
export function published({ vulnerabilities, advisories }) {
  if (vulnerabilities === undefined) return MISSING[advisories.missing] ?? 'unknown'
  if (advisories.published === 0)
    return advisories.complete ? 'publishes none here' : 'unknown: none could be read'
  const sure = vulnerabilities.filter(({ unclear }) => !unclear)
  const counts = [
    ...SEVERITIES.map((word) => [sure.filter(({ severity }) => severity === word).length, word]),
    [sure.filter(({ severity }) => severity === undefined).length, 'of unknown severity'],
    [vulnerabilities.length - sure.length, 'unclear'],
  ].flatMap(([count, word]) => (count > 0 ? [`${count} ${word}`] : []))
  const gap = advisories.complete ? '' : ', and not all were read'
  if (counts.length === 0) return `none of ${advisories.published} published${gap}`
  return `${counts.join(', ')}${gap}`
}
