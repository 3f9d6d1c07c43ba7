// A tab and a line end are laid out; all else could show a text in another order than it stands in.
const CONTROLS = /(?![\t\n])[\p{Cc}\p{Cf}]/gu
const ESCAPES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** A text in which nothing is markup, for elements and for attributes in quotes. */
export function text(value) {
  return String(value ?? '')
    .replace(/\r\n?/g, '\n')
    .replace(CONTROLS, '�')
    .replace(/[&<>"']/g, (character) => ESCAPES[character])
}

/** A web address as a link with a label, and anything else as a text. */
export function link(address, label = address) {
  const isAddress = URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)
  if (!isAddress) return text(label)
  return `<a href="${text(new URL(address).href)}" rel="noopener noreferrer">${text(label)}</a>`
}
