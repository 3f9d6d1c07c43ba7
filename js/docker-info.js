'use strict'

const { BlockList, isIP, isIPv6 } = require('node:net')
const { invalidArgument, sync } = require('./errors.js')

/** Other names of architectures, by OCI name. */
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

/** Returns the OCI name of an architecture. An unknown name stays as it is. */
function ociArchitecture(name) {
  const lower = name.toLowerCase()
  return OCI.get(lower) ?? lower
}

/** Turns the daemon's settings into options of a service. See `index.d.ts`. */
function optionsFromDockerInfo(info, images = []) {
  return sync(() => read(info, images))
}

function read(info, images) {
  const architecture = text(
    info?.Architecture,
    'info.Architecture',
    'the architecture that docker info (GET /info) tells',
  )
  const { Mirrors, IndexConfigs, InsecureRegistryCIDRs } = object(info.RegistryConfig, 'info.RegistryConfig')
  // A Map is safe for hosts named like a property of every object.
  const registries = new Map()
  const set = (host, options) => registries.set(host, { ...registries.get(host), ...options })
  for (const [host, config] of Object.entries(object(IndexConfigs, 'info.RegistryConfig.IndexConfigs'))) {
    const name = `info.RegistryConfig.IndexConfigs[${JSON.stringify(host)}]`
    const { Secure, Mirrors: own } = object(config, name)
    if (Secure === false) set(host, { insecure: true })
    const mirrors = texts(own, `${name}.Mirrors`)
    if (mirrors.length > 0) set(host, { mirrors })
  }
  // The daemon's own list is that of Docker Hub. Older daemons state mirrors nowhere else.
  const mirrors = texts(Mirrors, 'info.RegistryConfig.Mirrors')
  if (mirrors.length > 0) set('docker.io', { mirrors })
  // The daemon uses plain http for a mirror that is written so, and for no other host because of it.
  for (const url of [...registries.values()].flatMap(({ mirrors = [] }) => mirrors)) {
    if (!URL.canParse(url))
      throw invalidArgument(`info names a mirror that is no URL: ${JSON.stringify(url)}`)
    const { protocol, host } = new URL(url)
    if (protocol === 'http:') set(host, { insecure: true })
  }
  const isInsecure = addresses(texts(InsecureRegistryCIDRs, 'info.RegistryConfig.InsecureRegistryCIDRs'))
  for (const host of new Set(texts(images, 'images').map(hostOf)))
    if (isInsecure(host)) set(host, { insecure: true })
  return { arch: ociArchitecture(architecture), options: { registries: Object.fromEntries(registries) } }
}

function text(value, name, what = 'a string') {
  if (typeof value !== 'string') throw invalidArgument(`${name} must be ${what}`)
  return value
}

/** Reads an object that may be left out. */
function object(value, name) {
  if (value !== undefined && (typeof value !== 'object' || Array.isArray(value)))
    throw invalidArgument(`${name} must be an object`)
  return value ?? {}
}

/** Reads a list of strings that may be left out. */
function texts(value, name) {
  if (!Array.isArray(value ?? [])) throw invalidArgument(`${name} must be an array of strings`)
  return Array.from(value ?? [], (item, index) => text(item, `${name}[${index}]`))
}

/** Returns the registry that an image names: `10.0.0.5:5000` of `10.0.0.5:5000/team/app:1`. */
function hostOf(image) {
  const slash = image.indexOf('/')
  return image.slice(0, Math.max(slash, 0))
}

/** Returns a test for hosts whose address lies in one of the ranges. A host with a name never does. */
function addresses(cidrs) {
  const list = new BlockList()
  for (const cidr of cidrs) {
    const [address, bits] = cidr.split('/')
    const isRange = isIP(address) > 0 && /^\d+$/.test(bits) && Number(bits) <= (isIPv6(address) ? 128 : 32)
    if (!isRange)
      throw invalidArgument(`info names a range of addresses that is none: ${JSON.stringify(cidr)}`)
    list.addSubnet(address, Number(bits), isIPv6(address) ? 'ipv6' : 'ipv4')
  }
  return (host) => {
    const address = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
    return isIP(address) > 0 && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
  }
}

module.exports = { ociArchitecture, optionsFromDockerInfo }
