import { once } from 'node:events'
import * as http from 'node:http'
import * as https from 'node:https'
import { connect as connectTls, rootCertificates } from 'node:tls'
import { Fault } from '../fault.mjs'
import { throughSocks } from './socks.mjs'
import { proxyFor } from './way.mjs'

const TIMEOUT_MS = 10_000

/**
 * Posts a text, by the proxy and with the authorities that the class uses. A redirect is not followed. All of it takes
 * ten seconds at most.
 *
 * @throws Fault if the server does not take it. The message names the host only: paths of webhooks are secrets.
 */
export async function post(url, { body, headers, options, env }) {
  const signal = AbortSignal.timeout(TIMEOUT_MS)
  try {
    const status = await sent(url, { body, headers, options, env, signal })
    if (status < 200 || status > 299) throw new Error(`it answered with ${status}.`)
  } catch (error) {
    const why = signal.aborted ? `it did not answer within ${TIMEOUT_MS / 1000} s.` : explained(error)
    throw new Fault(`${url.host} could not be told: ${why}`)
  }
}

async function sent(url, { body, headers, options, env, signal }) {
  const proxy = proxyFor(url, options, env)
  const isSecure = url.protocol === 'https:'
  const tls = { ca: authorities(options, url.host), servername: nameOf(url) }
  const request = {
    method: 'POST',
    headers: { ...headers, 'Content-Length': Buffer.byteLength(body) },
    signal,
  }
  const target = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(url.port || (isSecure ? 443 : 80)),
  }
  const path = `${url.pathname}${url.search}`
  if (proxy === undefined)
    return answer(isSecure ? https : http, { ...request, ...tls, ...target, path }, body)
  if (proxy.protocol.startsWith('socks')) {
    const socket = await throughSocks(proxy, target, signal)
    return over(isSecure ? await secured(socket, tls, signal) : socket, { ...request, path }, url, body)
  }
  if (isSecure)
    return over(
      await secured(await tunnel(proxy, target, { options, signal }), tls, signal),
      { ...request, path },
      url,
      body,
    )
  const through = {
    ...atProxy(proxy, options),
    path: url.href,
    headers: { ...request.headers, Host: url.host, ...authorization(proxy) },
  }
  return answer(proxy.protocol === 'https:' ? https : http, { ...request, ...through }, body)
}

/** A connection that a proxy opens to the target (RFC 9110, section 9.3.6). */
function tunnel(proxy, { host, port }, { options, signal }) {
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  return new Promise((resolve, reject) => {
    const client = proxy.protocol === 'https:' ? https : http
    const headers = { Host: authority, ...authorization(proxy) }
    const request = client.request({
      ...atProxy(proxy, options),
      method: 'CONNECT',
      path: authority,
      headers,
      signal,
      agent: false,
    })
    request.once('connect', ({ statusCode }, socket) => {
      if (statusCode === 200) return resolve(socket)
      socket.destroy()
      reject(new Error(`the proxy answered with ${statusCode}.`))
    })
    request.once('error', reject)
    request.end()
  })
}

function atProxy(proxy, options) {
  const port = Number(proxy.port || (proxy.protocol === 'https:' ? 443 : 80))
  return { host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'), port, ca: authorities(options, proxy.host) }
}

function authorization({ username, password }) {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { 'Proxy-Authorization': `Basic ${Buffer.from(pair).toString('base64')}` }
}

/** A connection that speaks TLS through another one. */
async function secured(socket, tls, signal) {
  const secure = connectTls({ socket, ...tls })
  secure.once('close', () => socket.destroy())
  try {
    await once(secure, 'secureConnect', { signal })
    return secure
  } catch (error) {
    secure.once('error', () => undefined).destroy()
    throw error
  }
}

function over(socket, request, url, body) {
  const headers = { ...request.headers, Host: url.host }
  return answer(http, { ...request, headers, createConnection: () => socket }, body)
}

function answer(client, request, body) {
  return new Promise((resolve, reject) => {
    const sending = client.request(request, (response) => {
      response.resume()
      response.once('error', reject)
      // The status is all that counts, so that a body without end is not waited for.
      resolve(response.statusCode)
      sending.destroy()
    })
    sending.once('error', reject)
    sending.end(body)
  })
}

/** The authorities of this Node.js, with those of the options. */
function authorities({ ca, registries }, host) {
  const own = [ca, registries?.[host]?.ca].filter((text) => typeof text === 'string')
  return own.length > 0 ? [...rootCertificates, ...own] : undefined
}

function nameOf({ hostname }) {
  return /^[\d.]+$|^\[/.test(hostname) ? '' : hostname
}

function explained({ code, message }) {
  if (code === 'ECONNREFUSED') return 'nothing listens there.'
  if (code === 'ENOTFOUND') return 'there is no such host.'
  return message
}
