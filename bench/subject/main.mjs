/** The process of one side. It takes one step after the other, and answers each with its measures. */
import { createHash } from 'node:crypto'
import { gauged, peakMemory } from './gauge.mjs'
import { Steps } from './steps.mjs'

const subject = process.env.BENCH_SUBJECT
if (subject === 'original') await import('./reroute.mjs')
const steps = new Steps(subject)

process.on('message', async (step) => {
  try {
    process.send(await measure(step))
  } catch (error) {
    process.send({ failed: error.stack ?? String(error) })
  }
})
process.on('disconnect', () => process.exit())

async function measure(step) {
  const { answer: result, ...measures } = await gauged(() => steps[step.do](step))
  const { answer, ...own } = result ?? {}
  return { ...measures, peak: peakMemory(), ...own, answer: fingerprint(answer) }
}

/** Hashes an answer, so that the answers of both sides can be compared without being sent. */
function fingerprint(answer) {
  return createHash('sha256')
    .update(JSON.stringify(answer) ?? '')
    .digest('hex')
    .slice(0, 16)
}
