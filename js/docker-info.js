'use strict'

const { BlockList, isIP, isIPv6 } = require('node:net')

/** Other names of architectures, by OCI's. */
const NAMES = {
  amd64: ['x86_64', 'x86-64', 'x64'],
  arm64: ['aarch64', 'armv8', 'armv8l'],
  'arm/v7': ['armhf', 'armv7', 'armv7l', 'armv7a'],
  'arm/v6': ['armel', 'armv6', 'armv6l'],
  'arm/v5': ['armv5', 'armv5l', 'armv5te', 'armv5tel'],
  386: ['i386', 'i486', 'i586', 'i686', 'x86', 'ia32'],
  ppc64le: ['powerpc64le', 'ppc64el'],
  mips64le: ['mips64el'],
  loong64: ['loongarch64'],
}
const OCI = new Map(Object.entries(NAMES).flatMap(([oci, names]) => names.map((name) => [name, oci])))

/** An architecture in OCI's words; a name that nobody knows stays as it is. */
function ociArchitecture(name) {
  const lower = name.toLowerCase()
  return OCI.get(lower) ?? lower
}

/** What the daemon's own settings mean for a service. See `index.d.ts`. */
function optionsFromDockerInfo(info, images = []) {
  if (typeof info?.Architecture !== 'string') {
    throw new TypeError('info must be the answer of docker info (GET /info): it has no Architecture')
  }
  const { Mirrors, IndexConfigs, InsecureRegistryCIDRs } = info.RegistryConfig ?? {}
  const registries = {}
  const set = (host, options) => {
    registries[host] = { ...registries[host], ...options }
  }
  for (const [host, { Secure, Mirrors: own }] of Object.entries(IndexConfigs ?? {})) {
    if (Secure === false) set(host, { insecure: true })
    if (own?.length > 0) set(host, { mirrors: [...own] })
  }
  // The daemon's own list is of Docker Hub, and older ones state it nowhere else.
  if (Mirrors?.length > 0) set('docker.io', { mirrors: [...Mirrors] })
  // The daemon speaks plain http to a mirror that is written so, and to no other host because of it.
  for (const url of Object.values(registries).flatMap(({ mirrors = [] }) => mirrors)) {
    const { protocol, host } = new URL(url)
    if (protocol === 'http:') set(host, { insecure: true })
  }
  const isInsecure = addresses(InsecureRegistryCIDRs ?? [])
  for (const host of new Set(images.map(hostOf))) if (isInsecure(host)) set(host, { insecure: true })
  return { arch: ociArchitecture(info.Architecture), options: { registries } }
}

/** The registry that an image names, or nothing: `10.0.0.5:5000` of `10.0.0.5:5000/team/app:1`. */
function hostOf(image) {
  const slash = image.indexOf('/')
  return image.slice(0, Math.max(slash, 0))
}

/** Whether the address of a host lies in one of the ranges; a host that has a name has no address here. */
function addresses(cidrs) {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [address, bits] = cidr.split('/')
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return (host) => {
    const address = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
    return isIP(address) > 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  }
}

module.exports = { ociArchitecture, optionsFromDockerInfo }
