import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { root, say, stop } from './run.mjs'
import { MORE_IMAGES } from './support-images.mjs'

const USAGE = `node scripts/support-periods.mjs [FILE | URL]

Writes src/lifecycle/periods.txt: how long the versions of products that are published as images are supported. The facts are
those of endoflife.date (licence: MIT), by default its API's full list of products; FILE is a copy of that list.`

const SOURCE = 'https://endoflife.date/api/v1/products/full'
const TARGET = join(root, 'src/lifecycle/periods.txt')
const HUB = 'docker.io'
// Systems whose code names stand in tags.
const NAMED = ['debian', 'ubuntu']

const HEADER = `# How long versions are supported. Facts from endoflife.date, licence MIT; written by scripts/support-periods.mjs.
# =product, its images; then its cycles, newest first: name, release, end of life, and where there are any: a end of
# active support, x end of extended support, l long-term support (since), c code name. + goes on, - is over, ? unknown.
`

const document = await read()
const text = written(document)
await writeFile(TARGET, text)
say(`${TARGET}: ${text.length} bytes, ${text.match(/^=/gm).length} products`)

async function read() {
  let from
  try {
    const { positionals } = parseArgs({ allowPositionals: true, options: {} })
    if (positionals.length > 1) throw new Error('One source is enough.')
    from = positionals[0] ?? SOURCE
  } catch (error) {
    stop(`${error.message}\n\n${USAGE}`)
  }
  if (!/^https?:/.test(from)) return JSON.parse(await readFile(from, 'utf8'))
  const response = await fetch(from)
  if (!response.ok) stop(`${from} was answered with ${response.status}.`)
  return response.json()
}

/**
 * Accepts both forms of the data: that of the API, and a shorter one that names images and keeps the site's field
 * names.
 */
function written({ generated_at: generatedAt, asOf = generatedAt, result, products = result.map(fromApi) }) {
  const parts = products
    .map(({ product, images, cycles }) => ({ product, images: imageNames(images), cycles }))
    .filter(({ images, cycles }) => images.length > 0 && cycles.length > 0)
    .sort((a, b) => (a.product < b.product ? -1 : 1))
    .map(({ product, images, cycles }) => {
      const lines = cycles.map((cycle) => cycleLine(cycle, NAMED.includes(product)))
      const all = [...new Set([...images, ...(MORE_IMAGES[product] ?? [])])].sort()
      return [`=${product} ${all.join(' ')}`, ...lines].join('\n')
    })
  return `${HEADER}asOf ${day(asOf.slice(0, 10))}\n${parts.join('\n')}\n`
}

function fromApi({ name, identifiers, releases }) {
  return {
    product: name,
    images: identifiers.filter(({ type }) => type === 'purl').map(({ id }) => id),
    cycles: releases.map((release) => ({
      releaseCycle: release.name,
      releaseDate: release.releaseDate,
      eol: release.eolFrom ?? release.isEol,
      eoas: release.eoasFrom ?? release.isEoas,
      eoes: release.eoesFrom ?? release.isEoes ?? undefined,
      lts: release.ltsFrom ?? release.isLts,
      codename: release.codename,
    })),
  }
}

function cycleLine({ releaseCycle, releaseDate, eol, eoas, eoes, lts, codename }, isNamed) {
  const name = releaseCycle.replace(/\s+/g, '_')
  const has = (letter, end) => (end === undefined ? [] : [`${letter}${ending(end)}`])
  return [
    name,
    day(releaseDate),
    ending(eol),
    ...has('a', eoas),
    ...has('x', eoes),
    ...(lts ? [lts === true ? 'l' : `l${day(lts)}`] : []),
    ...(codename && isNamed ? [`c${codename.split(' ')[0].toLowerCase()}`] : []),
  ].join(' ')
}

function ending(end) {
  if (typeof end === 'boolean') return end ? '-' : '+'
  return end ? day(end) : '?'
}

function day(date) {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date)) stop(`${JSON.stringify(date)} is no date.`)
  return date.replaceAll('-', '')
}

function imageNames(identifiers) {
  return [...new Set(identifiers.flatMap((id) => imageName(id) ?? []))].sort()
}

/**
 * Returns the repository in the package URL of an image, without Docker Hub's host; undefined for another kind of
 * package.
 */
function imageName(id) {
  const [, type = 'docker', rest] = /^(?:pkg:(\w+)\/)?(.+)$/.exec(id)
  if (!['docker', 'oci'].includes(type)) return undefined
  const [path, query = ''] = rest.split('?')
  const at = new URLSearchParams(query).get('repository_url')
  const name = path.replace(/@.*$/, '')
  const repository = at ? `${mended(at)}/${type === 'oci' ? name.split('/').at(-1) : name}` : name
  return repository.replace(`${HUB}/`, '')
}

/** Replaces the URL of a page for people by that of its repository. */
function mended(url) {
  return url
    .replace(/^https?:\/\//, '')
    .replace(/\/$/, '')
    .replace(/^quay\.io\/repository\//, 'quay.io/')
    .replace(/^container-registry\.oracle\.com\/ords\/ocr\/ba\//, 'container-registry.oracle.com/')
}
