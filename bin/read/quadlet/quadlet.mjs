import { readdir } from 'node:fs/promises'
import { basename, dirname, extname, isAbsolute, join, normalize, resolve } from 'node:path'
import { Fault } from '../../fault.mjs'
import { tidy, unread } from '../entry.mjs'
import { readText } from '../file.mjs'
import { unitEntries, wordsOf } from './unit.mjs'

const MAX_FILES = 100
const SECTIONS = ['Container', 'Image', 'Volume']

/**
 * Reads the images of a Quadlet unit: `Image=` of a `.container`, an `.image` or a `.volume`, and images that it mounts
 * (`Mount=type=image,source=…`), with the drop-ins of `web.container.d`. An image that is named by its unit
 * (`Image=web.image`) is read from the file beside it, and those of a `.kube` from its manifests (`Yaml=…`), which
 * `readManifest` reads.
 */
export async function quadletEntries(path, text, io, readManifest) {
  const unit = [{ path, text }, ...(await dropIns(path, io))].flatMap(({ path: own, text: said }) =>
    unitEntries(said).map((entry) => ({ ...entry, path: own, text: said })),
  )
  const named = unit.filter(({ section, name }) => SECTIONS.includes(section) && name === 'Image')
  if (path.endsWith('.kube')) return manifests(unit, path, readManifest)
  const image = named.at(-1)
  const arch = unit.filter(({ section, name }) => section === 'Image' && name === 'Arch').at(-1)?.value
  const reading = { unitPath: path, io, labels: labelsOf(unit) }
  const found = image?.value ? [await imageEntries(image, reading)] : []
  for (const mount of unit.filter(({ section, name }) => section === 'Container' && name === 'Mount')) {
    const [, before, source] =
      /^((?=(?:.*,)?type=image(?:,|$))(?:.*,)?(?:source|src)=)([^,]+)/.exec(mount.value) ?? []
    if (source === undefined) continue
    const start = mount.start && mount.start + before.length
    found.push(await imageEntries({ ...mount, value: source, start }, reading))
  }
  return found.flat().map((entry) => ({ ...entry, ...(arch && !entry.arch && { arch }) }))
}

async function imageEntries({ value, line, start, path, text }, { unitPath, io, labels }) {
  const place = { file: path, line, service: basename(unitPath) }
  if (value.endsWith('.build')) return [{ image: value, place, labels, local: 'it is built there' }]
  if (value.endsWith('.image') && unitPath.endsWith('.image'))
    return [unread(place, 'An .image unit names no other unit.', value)]
  if (value.endsWith('.image')) return beside(unitPath, value, { place, labels, io })
  if (/%[^%]/.test(value))
    return [unread(place, 'A specifier of systemd is filled in when it starts.', value)]
  if (value.includes('$')) return [unread(place, 'A variable is filled in when it starts.', value)]
  const raw = value.replace(/^docker:\/\//, '')
  const at = start && start + value.length - raw.length
  const written =
    at === undefined
      ? { file: path, text, why: 'it stands in several lines there' }
      : { file: path, text, start: at, raw, literalFrom: 0 }
  const local = raw.startsWith('localhost/') ? { local: 'it is built on this machine' } : {}
  return [{ image: raw, place, labels, ...local, written }]
}

/** The images of the manifests that a `.kube` names. A path is relative to the unit; one without a value drops those before. */
async function manifests(unit, unitPath, readManifest) {
  const named = unit.filter(({ section, name }) => section === 'Kube' && name === 'Yaml')
  const own = named.slice(named.findLastIndex(({ value }) => value === '') + 1).slice(0, MAX_FILES)
  const found = own.map(async ({ value, line, path }) => {
    const place = { file: path, line, service: basename(unitPath) }
    if (/^[a-z][a-z\d+.-]*:\/\//i.test(value))
      return [unread(place, `It takes ${value}, which is remote: only files are read.`)]
    if (/%[^%]/.test(value)) return [unread(place, 'A specifier of systemd is filled in when it starts.')]
    const target = isAbsolute(value) ? value : normalize(join(dirname(unitPath), value))
    const entries = await readManifest(target)
    // What is wrong with the whole file is said where it is named.
    return entries.map((entry) => (entry.problem && !entry.place.line ? unread(place, entry.problem) : entry))
  })
  return (await Promise.all(found)).flat()
}

/** Files that override a unit, in their order. One of a nearer folder takes the place of another of its name. */
async function dropIns(path, io) {
  const paths = new Map()
  for (const folder of folders(path)) {
    const found = await readdir(resolve(io.cwd?.() ?? '.', folder)).catch(() => [])
    for (const name of found.filter((name) => name.endsWith('.conf'))) paths.set(name, join(folder, name))
  }
  const names = [...paths.keys()].sort().slice(0, MAX_FILES)
  return Promise.all(
    names.map(async (name) => ({ path: paths.get(name), text: await readText(paths.get(name), io) })),
  )
}

/** Folders of drop-ins, the nearest last: `container.d`, `foo-.container.d`, `foo@.container.d`, `foo-bar.container.d`. */
function folders(path) {
  const kind = extname(path)
  const name = basename(path, kind)
  const parts = name.split('-')
  const shorter = parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('-')}-`)
  const template = /^([^@]+@)./.exec(name)?.[1]
  const names = [...shorter, ...(template ? [template] : []), name].map((one) => `${one}${kind}`)
  return [kind.slice(1), ...names].map((one) => join(dirname(path), `${one}.d`))
}

/** The image of the unit beside it. */
async function beside(path, name, { place, labels, io }) {
  const other = join(dirname(path), basename(name))
  try {
    const found = await quadletEntries(other, await readText(other, io), io)
    if (found.length === 0) return [unread(place, `${other} names no image.`, name)]
    return found.map((entry) => ({
      ...entry,
      place: tidy({ ...entry.place, service: place.service }),
      labels: new Map([...(entry.labels ?? []), ...labels]),
    }))
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    return [unread(place, error.message, name)]
  }
}

function labelsOf(unit) {
  const labels = new Map()
  for (const { value } of unit.filter(({ name, section }) => section === 'Container' && name === 'Label')) {
    for (const word of wordsOf(value)) {
      const at = word.indexOf('=')
      labels.set(at < 0 ? word : word.slice(0, at), at < 0 ? '' : word.slice(at + 1))
    }
  }
  return labels
}
