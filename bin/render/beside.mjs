const NAMES = { cosign: 'cosign signature', notation: 'notation signature' }

/** Tells what stands beside an image, in words. What could not be found out is never "nothing". */
export function beside({ signatures, sbom, provenance } = {}) {
  if (signatures === undefined) return 'unknown'
  const kinds = new Set(signatures.map(({ kind }) => NAMES[kind]))
  const found = [...kinds, sbom && 'bill of materials', provenance && 'provenance'].filter(Boolean)
  return found.join(', ') || 'nothing found'
}

/** Tells what stands beside the running image, and beside the offered one if that differs. */
export function besideOf(report) {
  const [newest] = report.updates
  const running = beside(report)
  // A tag that was pushed again is no entry of its own.
  if (newest === undefined || report.reference.split('@')[0].endsWith(`:${newest.tag}`)) return running
  const offered = beside(Object.values(report.latest).find((found) => found?.tag === newest.tag))
  return offered === running ? running : `${running} → ${offered}`
}
