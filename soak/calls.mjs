import assert from 'node:assert/strict'

/** Images of a batch. */
const BATCH = 8

/** A report is the right one, or says of a failure what it is; it is never "up to date". */
function look(report) {
  if (report.status === 'failed') throw report.error
  assert.equal(report.status, 'update-available')
  assert.equal(report.updates[0].tag, '1.1.0')
}

/** Every entry point: each asks about one of many images, and ends with what is right or with an error. */
export const CALLS = {
  async getAvailableUpdates(service, image, options) {
    const updates = await service.getAvailableUpdates(image, 'amd64', null, options)
    assert.equal(updates[0]?.tag, '1.1.0')
  },
  async checkImage(service, image, options) {
    look(await service.checkImage(image, { arch: 'amd64', ...options }))
  },
  async checkImages(service, image, options) {
    const images = Array.from({ length: BATCH }, (_, index) => image.replace(':', `-${index}:`))
    const reports = await service.checkImages(images, { arch: 'amd64', onProgress() {}, ...options })
    assert.deepEqual(
      reports.map((report) => report.image),
      images,
    )
    for (const report of reports) look(report)
  },
  async watchImages(service, image, options) {
    const images = Array.from({ length: BATCH }, (_, index) => image.replace(':', `-${index}:`))
    // Left after the second report: what is in flight is given up.
    let seen = 0
    for await (const report of service.watchImages(images, { arch: 'amd64', ...options })) {
      look(report)
      seen += 1
      if (seen === 2) break
    }
    assert.equal(seen, 2)
  },
  async inspectUpdate(service, image, options) {
    const inspection = await service.inspectUpdate(image, '1.1.0', { arch: 'amd64', ...options })
    assert.equal(inspection.runs, true)
  },
  async listReleases(service, _, options) {
    const [release] = await service.listReleases('https://github.com/team/app', options)
    assert.equal(release?.tag, 'v1.1.0')
  },
  async getPlatforms(service, image, options) {
    const [platform] = await service.getPlatforms(service.parseImageReference(image), '1.0.0', options)
    assert.equal(platform?.architecture, 'amd64')
  },
  async getDigest(service, image, options) {
    assert.match(await service.getDigest(service.parseImageReference(image), '1.0.0', options), /^sha256:/)
  },
}
