import { columns } from '../render/columns.mjs'
import { code, escaped } from '../render/markdown.mjs'
import { plain } from '../render/plain.mjs'
import { factsOf } from './facts.mjs'

const NO_RISK = 'No rule found a risk.'

/** Renders an inspection for people, one fact a line. */
export function diffText(inspection, options) {
  const { image, targetTag, container, platform, risks } = inspection
  const whose = container ? ` (container ${container})` : ''
  if (!targetTag) return `${plain(`${image}${whose}: nothing newer is offered`)}\n`
  const risky = risks.length > 0 ? risks.map(({ kind, text }) => [`! ${kind}`, text]) : [['risks', NO_RISK]]
  const rows = [...risky, ...factsOf(inspection, options)].map((row) => row.map(plain))
  const title = plain(`${image} → ${targetTag}${platform ? `, ${platform}` : ''}${whose}`)
  return [title, '', ...columns(rows).map((row) => row.join('  ').trimEnd()), ''].join('\n')
}

/** Renders an inspection as GitHub-flavoured Markdown. */
export function diffMarkdown(inspection, options) {
  const { image, targetTag, container, risks } = inspection
  const whose = container ? ` (container ${code(plain(container))})` : ''
  if (!targetTag) return `${code(plain(image))}${whose}: nothing newer is offered\n`
  const risky =
    risks.length > 0
      ? risks.map(({ kind, text }) => `- **${escaped(kind)}**: ${escaped(plain(text))}`)
      : [NO_RISK]
  const rows = factsOf(inspection, options).map(
    ([what, text]) => `| ${escaped(what)} | ${escaped(plain(text))} |`,
  )
  const head = `### ${code(plain(image))} → ${code(plain(targetTag))}${whose}`
  return [head, '', ...risky, '', '| what | change |', '| --- | --- |', ...rows, ''].join('\n')
}
