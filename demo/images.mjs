/**
 * What the demo's registries hold: images as a home server runs them.
 *
 * - `running`: the tag that is in use, and that the demo asks about
 * - `tags`: in the order in which the registry lists them
 * - `aliases`: tags that point to what another tag points to
 * - `platforms`: what every tag is built for; `onlyFor` names the tags that lack some of them
 * - `single`: one platform, and therefore a manifest without an index
 * - `source`: the label with which the image names its repository
 * - `releases`: how the repository's releases on GitHub are named, `v` before the number or nothing
 */

const BOTH = ['linux/amd64', 'linux/arm64']
const PI = [...BOTH, 'linux/arm/v7']

export const images = [
  {
    registry: 'ghcr.io',
    name: 'kiwix/kiwix-serve',
    running: '3.7.0',
    tags: ['3.5.0', '3.6.0', '3.7.0', '3.7.0-1', '3.7.0-2', '3.8.0', '3.8.1', 'latest', 'nightly'],
    platforms: PI,
    source: 'https://github.com/kiwix/kiwix-tools',
    releases: '',
  },
  {
    registry: 'ghcr.io',
    name: 'gchq/cyberchef',
    running: '10.19.2',
    tags: ['9.55.0', '10.19.0', '10.19.2', '10.19.4', '10.20.0', '10.22.1', 'latest'],
    platforms: BOTH,
    source: 'https://github.com/gchq/CyberChef',
    releases: 'v',
  },
  {
    registry: 'ghcr.io',
    name: 'corentinth/it-tools',
    running: '2024.5.13-a0bc346',
    tags: ['2023.12.21-5ed3693', '2024.5.13-a0bc346', '2024.10.22-7ca5933', 'latest', 'nightly'],
    platforms: BOTH,
    source: 'https://github.com/CorentinTh/it-tools',
    releases: 'v',
  },
  {
    registry: 'docker.io',
    name: 'ollama/ollama',
    running: '0.5.7',
    tags: [
      '0.5.6',
      '0.5.7',
      '0.5.7-rocm',
      '0.5.8-rc1',
      '0.5.8',
      '0.5.9',
      '0.5.10',
      '0.5.11',
      '0.5.12',
      '0.5.13',
    ].concat([
      '0.6.0-rc0',
      '0.6.0',
      '0.6.0-rocm',
      '0.6.1',
      '0.6.2',
      '0.6.3',
      '0.6.4',
      '0.6.5',
      'latest',
      'rocm',
    ]),
    platforms: BOTH,
    source: 'https://github.com/ollama/ollama',
    releases: 'v',
  },
  {
    registry: 'docker.io',
    name: 'qdrant/qdrant',
    running: 'v1.12.4',
    tags: ['dev', 'latest', 'v1.12.3', 'v1.12.4', 'v1.12.5', 'v1.12.5-unprivileged', 'v1.13.0', 'v1.13.4'],
    platforms: BOTH,
    source: 'https://github.com/qdrant/qdrant',
    releases: 'v',
  },
  {
    registry: 'docker.io',
    name: 'dullage/flatnotes',
    running: 'v5.5.4',
    tags: ['latest', 'v4.0.4', 'v5.5.2', 'v5.5.3', 'v5.5.4'],
    platforms: PI,
    source: 'https://github.com/dullage/flatnotes',
    releases: 'v',
  },
  {
    registry: 'docker.io',
    name: 'treehouses/kolibri',
    running: '0.12.8',
    tags: ['0.12.7', '0.12.8', '0.12.9', 'latest'],
    platforms: ['linux/amd64'],
    single: true,
  },
  {
    registry: 'docker.io',
    name: 'library/redis',
    running: 'latest',
    tags: ['7.4.1', '7.4.1-alpine', '7.4.2', '7.4.2-alpine', 'alpine', 'latest'],
    aliases: { alpine: '7.4.2-alpine', latest: '7.4.2' },
    platforms: PI,
  },
  {
    registry: 'docker.io',
    name: 'library/postgres',
    running: '16.4-alpine',
    tags: ['15.10', '16.4', '16.4-alpine', '16.6', '16.6-alpine', '16.6-bookworm', '17.2-alpine', 'latest'],
    platforms: PI,
  },
  {
    registry: 'lscr.io',
    name: 'linuxserver/bookstack',
    running: '24.5.2',
    tags: ['24.5.2', '24.5.4', '24.10.1', '24.12.1', '24.12.1-ls190', 'latest', 'version-v24.12.1'],
    platforms: BOTH,
    onlyFor: { '24.12.1': ['linux/amd64'] },
    source: 'https://github.com/linuxserver/docker-bookstack',
    releases: 'v',
  },
  {
    registry: 'quay.io',
    name: 'prometheus/node-exporter',
    running: 'v1.8.0',
    tags: ['v1.7.0', 'v1.8.0', 'v1.8.1', 'v1.8.2', 'v1.9.0', 'master', 'latest'],
    platforms: PI,
    onlyFor: { 'v1.9.0': ['linux/arm64', 'linux/arm/v7'] },
    source: 'https://github.com/prometheus/node_exporter',
    releases: 'v',
  },
  {
    registry: 'registry.gitlab.com',
    name: 'crafty-controller/crafty-4',
    running: '4.4.1',
    tags: ['4.4.0', '4.4.1', '4.4.4', '4.4.7', '4.5.0-beta', 'dev', 'latest', 'nightly'],
    platforms: BOTH,
    source: 'https://gitlab.com/crafty-controller/crafty-4.git',
  },
]

/** How the registries differ: whether they want a token, and how many tags they put on a page. */
export const registries = [
  { host: 'docker.io', token: true, pageSize: 8 },
  { host: 'ghcr.io', token: true, pageSize: 100 },
  { host: 'lscr.io', token: true, pageSize: 100 },
  { host: 'quay.io', token: false, pageSize: 4 },
  { host: 'registry.gitlab.com', token: true, pageSize: 100 },
]

/** As it stands in a compose file, where Docker Hub and its `library` go without saying. */
export function written({ registry, name, running }) {
  if (registry === 'docker.io') return `${name.replace(/^library\//, '')}:${running}`
  return `${registry}/${name}:${running}`
}
