import { readdirSync, readFileSync } from 'node:fs'
import { register } from 'node:module'
import { join } from 'node:path'
import { root, say, stop } from './run.mjs'

// GitHub's own parser is written for bundlers, which import JSON without an attribute.
const AS_JSON = `export function load(url, context, next) {
  return next(url, url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context)
}`
register(`data:text/javascript,${encodeURIComponent(AS_JSON)}`)
const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import(
  '@actions/workflow-parser'
)

const FOLDER = '.github/workflows'

// A tag or a branch may move to other code, and a commit may not. The comment names the version of the commit.
const PINNED = /^(\.\/\S+|\S+@[\da-f]{40} # v\d\S*)$/

const names = readdirSync(join(root, FOLDER))
const faults = await Promise.all(names.map(faultsOf))
if (faults.flat().length > 0) stop(faults.flat().join('\n'))
say(`${names.length} workflows are as GitHub wants them, with every action at a commit.`)

async function faultsOf(name) {
  const content = readFileSync(join(root, FOLDER, name), 'utf8')
  const { context, value } = parseWorkflow({ name, content }, new NoOperationTraceWriter())
  const actions = [...content.matchAll(/^\s*(?:- )?uses: (.+)$/gm)].map(([, action]) => action)
  const loose = actions.filter((action) => !PINNED.test(action))
  const wrong = [
    ...context.errors.getErrors().map(({ message }) => message),
    ...loose.map((action) => `${name}: "${action}" is no commit with its version in a comment.`),
  ]
  if (!value) return wrong
  // The grammar alone does not show every fault, such as a job that needs a missing one.
  const { errors = [] } = await convertWorkflowTemplate(context, value)
  return [...new Set([...wrong, ...errors.map(({ Message }) => Message)])]
}
