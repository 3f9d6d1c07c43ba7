import { columns, json, plain } from './render.mjs'

/** The commands that ask one thing of one image: given the reference and the service, they answer the text to print. */
export const inquiries = { tags, digest, platforms, explain }

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

/** What is known of an image, one fact a line. A fact that cannot be found out is said so: the others still hold. */
async function explain({ parsed, service, format, arch }) {
  const [digest, platforms, downloadBytes, sourceUrl] = await Promise.all([
    settled(service.getDigest(parsed)),
    settled(service.getPlatforms(parsed)),
    service.getImageDownloadSize(parsed, parsed.digest ?? parsed.tag, arch),
    service.getSourceUrl(parsed),
  ])
  if (digest.error && platforms.error) throw digest.error
  const releaseUrl = await release(service, sourceUrl, parsed.tag)
  if (format === 'json') {
    const told = ({ value, error }) =>
      error ? { error: { code: error.code, message: error.message } } : value
    return json({
      ...parsed,
      current: told(digest),
      platforms: told(platforms),
      arch,
      downloadBytes,
      sourceUrl,
      releaseUrl,
    })
  }
  const { registry, fullName, tag, digest: pinned } = parsed
  return laidOut([
    ['registry', registry],
    ['repository', fullName],
    ['tag', tag],
    ...(pinned ? [['pinned to', pinned]] : []),
    ['digest', digest.value ?? `unknown: ${digest.error.message}`],
    ['platforms', platforms.value?.map(platformName).join(', ') ?? `unknown: ${platforms.error.message}`],
    [`size on ${arch}`, downloadBytes === null ? 'unknown' : megabytes(downloadBytes)],
    ['source', sourceUrl ?? 'unknown'],
    ['release notes', releaseUrl ?? 'unknown'],
  ])
}

async function settled(promise) {
  try {
    return { value: await promise }
  } catch (error) {
    return { error }
  }
}

async function release(service, sourceUrl, tag) {
  if (!sourceUrl) return undefined
  return service.buildReleaseUrl(sourceUrl, tag, await service.detectReleaseTagPrefix(sourceUrl, tag))
}

function platformName({ os, architecture, variant }) {
  return [os, architecture, variant].filter(Boolean).join('/')
}

function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}

function laidOut(rows) {
  if (rows.length === 0) return ''
  return lines(columns(rows.map((row) => row.map(plain))).map((row) => row.join('  ')))
}

function lines(texts) {
  return texts.map((text) => `${plain(text)}\n`).join('')
}
