// What JSON leaves as it is and a terminal may obey or show in another order.
const UNESCAPED = /[\u007f-\u009f\p{Cf}]/gu

/** Renders an answer as JSON, for programs. */
export function json(value) {
  const spelled = (character) =>
    [...Array(character.length).keys()]
      .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
      .join('')
  return `${JSON.stringify(value, null, 2).replace(UNESCAPED, spelled)}\n`
}
