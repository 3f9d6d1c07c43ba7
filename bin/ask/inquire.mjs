import { explainTag } from '../../index.js'
import { ANSWERED } from '../exit.mjs'
import { columns } from '../render/columns.mjs'
import { json } from '../render/json.mjs'
import { megabytes, plain } from '../render/plain.mjs'

// Names of architectures that differ between Node.js and image indexes.
const ARCHITECTURES = { x64: 'amd64', ia32: '386' }

/** Each is given the parsed reference and the service, and returns the text to print. */
const INQUIRIES = { tags, digest, platforms, explain }

/** Returns the command of a name that asks one thing about one image. */
export function inquiry(name) {
  return async ({ images: [image], format, policy, arch }, { service, io }) => {
    const parsed = service.parseImageReference(image)
    const machine = arch ?? ARCHITECTURES[process.arch] ?? process.arch
    io.stdout.write(await INQUIRIES[name]({ image, parsed, service, format, arch: machine, policy }))
    return ANSWERED
  }
}

async function tags({ parsed, service, format }) {
  const tags = await service.listTags(parsed)
  return format === 'json' ? json(tags) : lines(tags)
}

async function digest({ parsed, service, format }) {
  const digest = await service.getDigest(parsed)
  return format === 'json' ? json({ digest }) : lines([digest])
}

async function platforms({ parsed, service, format }) {
  const platforms = await service.getPlatforms(parsed)
  if (format === 'json') return json(platforms)
  return laidOut(platforms.map((platform) => [platformName(platform), platform.digest]))
}

/**
 * Tells what is known of an image, one fact a line. A fact that could not be found is stated as such, and the others
 * still hold.
 */
async function explain({ image, parsed, service, format, arch, policy }) {
  const [digest, platforms, downloadBytes, report] = await Promise.all([
    settled(service.getDigest(parsed)),
    settled(service.getPlatforms(parsed)),
    service.getImageDownloadSize(parsed, parsed.digest ?? parsed.tag, arch),
    service.checkImage(image, { arch, policy, provenance: false }),
  ])
  if (digest.error && platforms.error) throw digest.error
  const { releaseUrl, releaseUrlSource } = await release(service, { image, tag: parsed.tag, arch })
  if (format === 'json') {
    const pages = { releaseUrl, releaseUrlSource }
    const facts = { digest: told(digest), platforms: told(platforms), downloadBytes, ...pages }
    return json({ ...facts, tag: explainTag(parsed.tag), report })
  }
  const { registry, fullName, tag, digest: pinned } = parsed
  return laidOut([
    ['registry', registry],
    ['repository', fullName],
    ['tag', `${tag} (${report.scheme})`],
    ...(pinned ? [['pinned to', pinned]] : []),
    ['digest', digest.value ?? `unknown: ${digest.error.message}`],
    ['platforms', platforms.value?.map(platformName).join(', ') ?? `unknown: ${platforms.error.message}`],
    [`size on ${arch}`, downloadBytes === null ? 'unknown' : megabytes(downloadBytes)],
    ['source', report.sourceUrl ?? 'unknown'],
    ['release notes', releaseUrl ? `${releaseUrl}${guessed(releaseUrlSource)}` : 'none known'],
    ...versions(report),
  ])
}

function versions({ status, error, updates, latest, rejected }) {
  if (error) return [['updates', `unknown: ${error.message}`]]
  const [newest] = updates
  return [
    ['update', newest?.tag ?? (status === 'unorderable' ? 'this tag has no order' : 'none')],
    ...Object.entries(latest).flatMap(([track, found]) => (found ? [[`newest ${track}`, found.tag]] : [])),
    ...rejected.map(({ reason, count, examples }) => [
      'not offered',
      `${reason}: ${count}, as ${examples.join(', ')}`,
    ]),
  ]
}

function told({ value, error }) {
  return error ? { error } : value
}

async function settled(promise) {
  try {
    return { value: await promise }
  } catch (error) {
    return { error }
  }
}

/** The page of the tag, as reports find it. A digest alone has none. */
async function release(service, { image, tag, arch }) {
  const found = await settled(service.inspectUpdate(image, tag, { arch, provenance: false }))
  return found.value ?? {}
}

function guessed(source) {
  return source === 'convention' ? ' (by convention: its host could not be asked)' : ''
}

function platformName({ os, architecture, variant }) {
  return [os, architecture, variant].filter(Boolean).join('/')
}

function laidOut(rows) {
  if (rows.length === 0) return ''
  return lines(columns(rows.map((row) => row.map(plain))).map((row) => row.join('  ')))
}

function lines(texts) {
  return texts.map((text) => `${plain(text)}\n`).join('')
}
