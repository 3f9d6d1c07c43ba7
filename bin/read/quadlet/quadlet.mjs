import { basename, dirname, join } from 'node:path'
import { Fault } from '../../fault.mjs'
import { tidy, unread } from '../entry.mjs'
import { readText } from '../file.mjs'
import { unitEntries, wordsOf } from './unit.mjs'

const SECTIONS = ['Container', 'Image', 'Volume']

/**
 * Reads the image of a Quadlet unit: `Image=` of a `.container`, an `.image` or a `.volume`. An image that is named by its
 * unit (`Image=web.image`) is read from the file beside it.
 */
export async function quadletEntries(path, text, io) {
  const unit = unitEntries(text)
  const last = (name) =>
    unit.filter((entry) => SECTIONS.includes(entry.section) && entry.name === name).at(-1)
  const image = last('Image')
  if (!image?.value) return []
  const service = basename(path)
  const place = { file: path, line: image.line, service }
  const labels = labelsOf(unit)
  if (image.value.endsWith('.build'))
    return [{ image: image.value, place, labels, local: 'it is built there' }]
  if (image.value.endsWith('.image')) return named(path, image.value, { place, labels, io })
  if (/%[^%]/.test(image.value))
    return [unread(place, 'A specifier of systemd is filled in when it starts.', image.value)]
  if (image.value.includes('$'))
    return [unread(place, 'A variable is filled in when it starts.', image.value)]
  const raw = image.value.replace(/^(?:docker:\/\/)/, '')
  const start = image.start && image.start + image.value.length - raw.length
  return [
    {
      image: raw,
      place,
      labels,
      ...(last('Arch')?.value && { arch: last('Arch').value }),
      ...(raw.startsWith('localhost/') && { local: 'it is built on this machine' }),
      written:
        start === undefined
          ? { file: path, text, why: 'it stands in several lines there' }
          : { file: path, text, start, raw, literalFrom: 0 },
    },
  ]
}

/** The image of the unit beside it. */
async function named(path, name, { place, labels, io }) {
  const beside = join(dirname(path), basename(name))
  try {
    const found = await quadletEntries(beside, await readText(beside, io), io)
    if (found.length === 0) return [unread(place, `${beside} names no image.`, name)]
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
