import { WAYS } from '../server.mjs'

/** One image of so many goes wrong: 2%. */
const EVERY = 50

/** The images, by number. */
export const imageOf = (number) => `registry.example/team/app-${number}:1.0.0`

/** The way in which an image goes wrong; `undefined` for one that does not. */
export const wayOf = (number) =>
  number % EVERY === EVERY / 2 ? WAYS[Math.floor(number / EVERY) % WAYS.length] : undefined
