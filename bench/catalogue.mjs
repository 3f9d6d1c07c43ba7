/** Architecture for which updates are looked for. */
export const ARCH = 'arm64'

const GHCR = 'ghcr.io'
const HUB = 'docker.io'

/** Both sides treat the registries of these names in their special ways. The content is made up. */
const NAMED = [
  [GHCR, 'kiwix/kiwix-serve'],
  [HUB, 'ollama/ollama'],
  [GHCR, 'gchq/cyberchef'],
  [HUB, 'qdrant/qdrant'],
  [GHCR, 'immich-app/immich-server'],
  [HUB, 'library/postgres'],
  [GHCR, 'paperless-ngx/paperless-ngx'],
  [HUB, 'grafana/grafana'],
  [GHCR, 'home-assistant/home-assistant'],
  [HUB, 'library/redis'],
  [GHCR, 'linkwarden/linkwarden'],
  [HUB, 'louislam/uptime-kuma'],
  [GHCR, 'mealie-recipes/mealie'],
  [HUB, 'vaultwarden/server'],
  [GHCR, 'stirling-tools/stirling-pdf'],
  [HUB, 'library/mariadb'],
  [GHCR, 'advplyr/audiobookshelf'],
  [HUB, 'dullage/flatnotes'],
  [GHCR, 'corentinth/it-tools'],
  [HUB, 'library/nextcloud'],
]

/**
 * Images that are checked, the first twenty under real names. Each has its name in a Compose file (`image`), its
 * running version, the source repository in its label (official images have none), and the one that its user would give
 * (`fallback`).
 */
export const images = Array.from({ length: 200 }, (_, index) => describe(index))

/** An image with 100,000 tags in 100 pages. */
export const vast = { ...compose(GHCR, 'observatory/telescope', 1, ''), label: true }

/**
 * Returns versions newer than the running one, of the same major, oldest first. There are more than the ten that are
 * verified.
 */
export function newer({ major, v }) {
  return Array.from({ length: 14 }, (_, index) => `${v}${major}.${3 + (index >> 1)}.${index & 1}`)
}

/** Makes a long list of versions of one major. Every fiftieth is newer than 1.400.0. */
export function manyVersions(count) {
  return Array.from({ length: count }, (_, index) => {
    return index % 50 === 0 ? `1.${500 + (index % 977)}.${index}` : `1.${index % 97}.${index % 13}`
  })
}

/** Makes a long tag list like that of a busy project. Every fiftieth tag is a version of major 1. */
export function manyTags(count) {
  return Array.from({ length: count }, (_, index) => {
    const number = index.toString().padStart(6, '0')
    if (index % 50 === 0) return `1.${1 + (index % 977)}.${index}`
    if (index % 50 === 25) return `0.${index % 97}.${index}`
    if (index % 5 === 1) return `1.${index % 89}.${index}-alpine`
    if (index % 5 === 2) return `nightly-${number}`
    if (index % 5 === 3) return `pr-${number}`
    return `sha-${(index * 2_654_435_761).toString(16).padStart(12, '0').slice(-12)}`
  })
}

function describe(index) {
  const [registry, name] = NAMED[index] ?? [index % 2 ? HUB : GHCR, `fleet/service-${index}`]
  const image = compose(registry, name, 1 + (index % 7), index % 3 === 0 ? 'v' : '')
  return { ...image, label: !name.startsWith('library/') }
}

function compose(registry, name, major, v) {
  const running = `${v}${major}.2.0`
  const written = registry === HUB ? name.replace('library/', '') : `${registry}/${name}`
  const fallback = `https://github.com/${name.replace('library/', 'official/')}`
  return { registry, name, major, v, running, image: `${written}:${running}`, fallback }
}
