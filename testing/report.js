'use strict'

/** Makes a report of a test's answers: the fields that it set, over those that follow from `updates`. */
function reportOf(parsed, image, arch, answers, now) {
  const { updates = answers.report?.updates ?? [] } = answers
  return {
    image,
    reference: `${parsed.registry}/${parsed.fullName}:${parsed.tag}`,
    arch,
    status: updates.length > 0 ? 'update-available' : 'up-to-date',
    updates: updates.map((update) => ({ ...update })),
    latest: {},
    ...(answers.sourceUrl && { sourceUrl: answers.sourceUrl }),
    checkedAt: new Date(now).toISOString(),
    rejected: [],
    warnings: [],
    ...answers.report,
  }
}

/** Makes the report of a check that failed. */
function failedReport(image, arch, error, now) {
  return {
    image,
    arch,
    status: 'failed',
    updates: [],
    latest: {},
    checkedAt: new Date(now).toISOString(),
    rejected: [],
    warnings: [],
    error,
  }
}

module.exports = { failedReport, reportOf }
