import { BlockList, isIP, isIPv6 } from 'node:net'

/**
 * The proxy on the way to a URL, as the class chooses it: `registries[host].proxy`, then `proxy`, then the environment.
 * `undefined` where there is none.
 */
export function proxyFor(url, options, env) {
  const own = options.registries?.[url.host]?.proxy
  if (own !== undefined) return own === false ? undefined : new URL(own)
  if (options.proxy !== undefined) return new URL(options.proxy)
  const host = hostOf(url)
  if (isLoopback(host) || isExcepted(host, url.port, value(env, 'NO_PROXY'))) return undefined
  const named =
    value(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') || value(env, 'ALL_PROXY')
  if (!named) return undefined
  return new URL(/^[a-z\d+.-]+:\/\//i.test(named) ? named : `http://${named}`)
}

function value(env, name) {
  return env[name.toLowerCase()] || env[name] || ''
}

function hostOf({ hostname }) {
  return hostname.replace(/^\[(.*)\]$/, '$1').toLowerCase()
}

function isLoopback(host) {
  return host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127\./.test(host)
}

/** `NO_PROXY` as Go reads it: names with all below them, addresses, ranges, and `*`. */
function isExcepted(host, port, list) {
  return list
    .split(',')
    .map((item) => item.trim().toLowerCase())
    .filter(Boolean)
    .some((item) => {
      if (item === '*') return true
      if (item.includes('/')) return isWithin(host, item)
      const [, name, own] = /^(.*?)(?::(\d+))?$/.exec(isIPv6(item) ? `[${item}]` : item)
      if (own !== undefined && own !== port) return false
      const bare = name.replace(/^\[(.*)\]$/, '$1').replace(/^\*?\./, '.')
      return bare.startsWith('.') ? host.endsWith(bare) : host === bare || host.endsWith(`.${bare}`)
    })
}

function isWithin(host, range) {
  const [address, bits] = range.split('/')
  if (!isIP(host) || isIP(host) !== isIP(address) || !(Number(bits) <= (isIPv6(host) ? 128 : 32)))
    return false
  const kind = isIPv6(host) ? 'ipv6' : 'ipv4'
  const list = new BlockList()
  list.addSubnet(address, Number(bits), kind)
  return list.check(host, kind)
}
