/** Whether nobody mends what runs any more, be it the program itself or a system or runtime beneath it. */
export function hasEnded({ lifecycle }) {
  return lifecycle !== undefined && (lifecycle.support === 'ended' || endedParts(lifecycle).length > 0)
}

/** How long what runs is supported, in words: a day, and what kind of support ends then. Empty where nobody knows. */
export function supportedUntil({ lifecycle }) {
  if (lifecycle === undefined) return ''
  const parts = endedParts(lifecycle).map(({ item }) => `${item} ended`)
  // Where the program itself is known to nobody, there is only something to say of its parts.
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
