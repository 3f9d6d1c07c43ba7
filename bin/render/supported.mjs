/** Whether the support of the running version has ended, or that of a system or runtime beneath it. */
export function hasEnded({ lifecycle }) {
  return lifecycle !== undefined && (lifecycle.support === 'ended' || endedParts(lifecycle).length > 0)
}

/**
 * Tells until when the running version is supported: a day, and the kind of support that ends then. Empty if that is
 * unknown.
 */
export function supportedUntil({ lifecycle }) {
  if (lifecycle === undefined) return ''
  const parts = endedParts(lifecycle).map(({ item }) => `${item} ended`)
  // If the program itself is unknown, only its parts can be described.
  const program = lifecycle.product ? PHRASES[lifecycle.support](lifecycle.endsAt) : undefined
  return [program, parts.length > 0 && `(${parts.join(', ')})`].filter(Boolean).join(' ')
}

const until = (kind) => (day) => (day ? `${day}, ${kind}` : kind)

const PHRASES = {
  active: (day) => day ?? 'no end named',
  security: until('security only'),
  extended: until('extended'),
  ended: (day) => (day ? `ended ${day}` : 'ended'),
  unknown: () => 'unknown',
}

function endedParts({ parts = [] }) {
  return parts.filter(({ support }) => support === 'ended')
}
