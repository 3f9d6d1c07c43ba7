import { hasEnded } from '../render/supported.mjs'

const PREFIX = 'container_registry_service'
const STATUSES = ['up-to-date', 'update-available', 'unorderable', 'failed', 'local', 'ignored']

/**
 * Renders reports as metrics for Prometheus, in the text format that node_exporter's textfile collector reads. All are
 * gauges. `now` is the time of the run in milliseconds.
 */
export function metricsOf(reports, now = Date.now()) {
  const asked = reports.filter(({ reference, status }) => reference && status !== 'failed')
  const all = reports.filter(({ image, status }) => image && !['local', 'ignored'].includes(status))
  return [
    metric('images', 'Rows of the last run, by status.', counted(reports)),
    metric(
      'update_available',
      'Whether the policy offers a newer version of the image (1) or not (0).',
      asked.map((report) => [
        { ...names(report), newest: report.updates[0]?.tag ?? '' },
        report.updates.length > 0 ? 1 : 0,
      ]),
    ),
    metric(
      'support_ended',
      'Whether the support of the image, or of a system or runtime beneath it, has ended (1) or not (0).',
      asked.filter(({ lifecycle }) => lifecycle).map((report) => [names(report), hasEnded(report) ? 1 : 0]),
    ),
    metric(
      'check_failed',
      'Whether the last check of the image failed (1) or not (0).',
      all.map((report) => [names(report), report.status === 'failed' ? 1 : 0]),
    ),
    metric('last_run_timestamp_seconds', 'Time of the last run, in seconds since 1970.', [
      [{}, Math.floor(now / 1000)],
    ]),
  ].join('')
}

function counted(reports) {
  return STATUSES.map((status) => [{ status }, reports.filter((report) => report.status === status).length])
}

function names({ image, arch }) {
  return { image, ...(arch && { arch }) }
}

function metric(name, help, samples) {
  const full = `${PREFIX}_${name}`
  // The same labels may stand once only. A policy may have asked about an image twice.
  const lines = new Map()
  for (const [labels, value] of samples) {
    const key = labelled(labels)
    lines.set(key, Math.max(value, lines.get(key) ?? 0))
  }
  const body = [...lines].map(([labels, value]) => `${full}${labels} ${value}\n`)
  return `# HELP ${full} ${help}\n# TYPE ${full} gauge\n${body.join('')}`
}

function labelled(labels) {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${quoted(value)}"`)
  return pairs.length > 0 ? `{${pairs.join(',')}}` : ''
}

function quoted(text) {
  const clean = String(text).replace(/[\p{Cc}\p{Cf}]/gu, '�')
  return clean.replace(/[\\"]/g, '\\$&')
}
