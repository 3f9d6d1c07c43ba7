/**
 * Puts entries into questions. An image that stands in several places is one question, unless its places want different
 * answers: another architecture, digest or policy.
 *
 * Returns a list in the order of the entries: `{ request?, entries, places, warnings, left? }`. `request` is what
 * `checkImages` takes; where it is absent, `left` tells what the row says instead.
 */
export function questionsOf(entries, asked) {
  const questions = new Map()
  for (const entry of entries) {
    const left = leftOf(entry)
    const request = left ? undefined : requestOf(entry, asked.arch)
    const key = JSON.stringify(left ? [left.status, left.image, left.reason] : request)
    if (!questions.has(key)) questions.set(key, { request, left, entries: [] })
    questions.get(key).entries.push(entry)
  }
  return [...questions.values()].map((question) => ({
    ...question,
    places: question.entries.map(({ place }) => place).filter((place) => Object.keys(place).length > 0),
    warnings: [...new Set(question.entries.flatMap(({ warnings = [] }) => warnings))],
  }))
}

function leftOf({ image = '', problem, local, ignored }) {
  if (problem !== undefined) return { image, status: 'failed', reason: problem }
  if (local !== undefined) return { image, status: 'local', reason: local }
  return ignored === undefined ? undefined : { image, status: 'ignored', reason: ignored }
}

/** An architecture of the command line goes before one that was found. */
function requestOf({ image, arch, currentDigest, policy }, asked) {
  const machine = asked ?? arch
  return {
    image,
    ...(machine !== undefined && { arch: machine }),
    ...(currentDigest !== undefined && { currentDigest }),
    ...(policy !== undefined && { policy }),
  }
}

/** What is told of a question: the report of the class with the places, or a row that was not asked about. */
export function answerTo({ left, places, warnings }, report) {
  if (report) {
    const { error } = report
    const all = [...warnings, ...(report.warnings ?? [])]
    return { ...report, ...(error && { error }), places, warnings: all }
  }
  const { image, status, reason } = left
  const error = status === 'failed' ? { code: 'UNREADABLE', message: reason, transient: false } : undefined
  return { image, status, updates: [], latest: {}, ...(error ? { error } : { reason }), places, warnings }
}
