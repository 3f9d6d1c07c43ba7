import { Fault, UsageFault } from '../fault.mjs'
import { addressOf, notify } from '../tell/notify.mjs'
import { put } from '../tell/put.mjs'
import { withDetails } from './details.mjs'

/**
 * Reads where a check tells what it found, beside its output: `--html`, `--prometheus`, `--notify` and `--state`. Nothing is
 * told yet.
 *
 * @throws UsageFault for an address that is none, and for a state without a notification.
 */
export function tellingOf({ html, prometheus, notify: address, state }) {
  if (state !== undefined && address === undefined) throw new UsageFault('--state wants --notify.')
  return { html, prometheus, state, address: address === undefined ? undefined : addressOf(address) }
}

/** Tells what a check found, and returns what could not be told. One does not wait for another to succeed. */
export async function tell(reports, telling, { io, options, service }) {
  const { html, prometheus, state, address } = telling
  const faults = []
  const tried = async (told) => {
    try {
      await told()
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      faults.push(error.message)
    }
  }
  if (html !== undefined)
    await tried(async () => {
      const { page } = await import('../render/html/page.mjs')
      await put(html, page(await withDetails(reports, service), { options }), io)
    })
  if (prometheus !== undefined)
    await tried(async () => {
      const { metricsOf } = await import('../tell/prometheus.mjs')
      await put(prometheus, metricsOf(reports), io)
    })
  if (address !== undefined) await tried(() => notify(reports, { address, statePath: state, io, options }))
  return faults
}
