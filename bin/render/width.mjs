// Characters that take two columns of a terminal (Unicode, UAX #11: wide and fullwidth; pictures are wide).
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u
const NARROW = /^[\u0020-\u007e]*$/
const NONE = /\p{M}/u

/** The columns that a text takes in a terminal. */
export function widthOf(text) {
  if (NARROW.test(text)) return text.length
  let width = 0
  for (const character of text) width += NONE.test(character) ? 0 : WIDE.test(character) ? 2 : 1
  return width
}
