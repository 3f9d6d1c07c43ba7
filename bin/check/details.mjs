const AT_ONCE = 4

/**
 * Looks closer at what is offered: adds `details` to each report with an update: `{ inspection?, notes?, faults }`. It asks
 * about two images and a list of releases for each, so that it is done for pages only. What cannot be had is a fault of
 * the details.
 */
export async function withDetails(reports, service) {
  const answers = [...reports]
  const waiting = reports.entries()
  const worker = async () => {
    for (const [index, report] of waiting)
      if (report.status === 'update-available')
        answers[index] = { ...report, details: await detailsOf(report, service) }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return answers
}

async function detailsOf({ image, arch, updates, reference, digest }, service) {
  const [{ tag }] = updates
  const current = reference.split('@')[0].split(':').at(-1)
  const faults = []
  const tried = async (what, ask) => {
    try {
      return await ask()
    } catch (error) {
      faults.push(`${what}: ${error.message}`)
      return undefined
    }
  }
  // The report has what stands beside the images.
  const options = { arch, provenance: false, ...(digest?.current && { currentDigest: digest.current }) }
  const [inspection, notes] = await Promise.all([
    tried('what changes is unknown', () => service.inspectUpdate(image, tag, options)),
    current === tag || service.releaseNotes === undefined
      ? undefined
      : tried('no release notes', () => service.releaseNotes(image, current, tag)),
  ])
  return { inspection, notes, faults }
}
