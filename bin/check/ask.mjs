import { folderConfig } from '../policy/folder.mjs'
import { withPolicies } from '../policy/policies.mjs'
import { Progress } from './progress.mjs'
import { answerTo, questionsOf } from './questions.mjs'
import { Judge, withArchitectures } from './valid.mjs'

/**
 * Asks about entries: each image once. Returns `{ answer, entries }` for each row, in the order of the entries; `answer`
 * is the report with `places`.
 */
export async function answersTo(entries, asked, { service, io, options }) {
  const judge = new Judge(service)
  const found = await folderConfig(io, judge)
  const known = await withArchitectures(
    entries.filter(({ left }) => left === undefined),
    asked.arch,
    judge,
  )
  const policies = { options: options ?? {}, found, asked: asked.policy, judge }
  const questions = questionsOf(await withPolicies(known, policies), asked)
  const requests = questions.flatMap(({ request }) => (request ? [request] : []))
  const progress = new Progress(io.stderr, io.env)
  const onProgress = (told) => progress.show(told)
  // What stands beside images is shown by `check` only.
  const provenance = asked.command === 'check' && options?.provenance === true
  const reports = await service
    .checkImages(requests, { onProgress, provenance })
    .finally(() => progress.end())
  const waiting = reports.values()
  return questions.map((question) => ({
    entries: question.entries,
    answer: answerTo(question, question.request && waiting.next().value),
  }))
}
