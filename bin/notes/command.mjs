import { newest } from '../diff/command.mjs'
import { ANSWERED } from '../exit.mjs'
import { json } from '../render/json.mjs'
import { notesMarkdown, notesText } from './render.mjs'

/**
 * Prints what was written about the versions between an image's tag and another one. Without another one it is the newest
 * version that the policy offers.
 */
export async function notes(asked, { service, io, say }) {
  const [image, target] = asked.images
  const { arch, policy, format } = asked
  const { tag } = service.parseImageReference(image)
  const to = target ?? (await newest(service, image, { ...(arch && { arch }), ...(policy && { policy }) }))
  const found =
    to === undefined
      ? { releases: [], complete: true, truncated: false }
      : await service.releaseNotes(image, tag, to)
  const told = { image, from: tag, ...(to !== undefined && { to }), ...found }
  const render = { json, markdown: notesMarkdown, table: notesText }[format]
  io.stdout.write(render(told))
  for (const line of remarks(told)) say(line)
  return ANSWERED
}

function remarks({ image, to, complete, truncated, sourceUrl }) {
  const lines = []
  if (!complete && sourceUrl === undefined) lines.push(`${image} names no source repository.`)
  else if (!complete) lines.push(`Not every release up to ${to} was seen: there may be more at ${sourceUrl}.`)
  if (truncated) lines.push('Some of it is too long to be shown, and left out.')
  return lines
}
