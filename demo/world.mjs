import testing from '../testing/index.js'
import { images, registries } from './images.mjs'

/** Starts every registry of the demo and the GitHub API, and says how a service reaches them. */
export function startWorld() {
  return testing.startRegistries({
    images: images.map(({ registry, name, ...image }) => ({ image: `${registry}/${name}`, ...image })),
    hosts: Object.fromEntries(registries.map(({ host, ...behaviour }) => [host, behaviour])),
  })
}
