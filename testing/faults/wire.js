'use strict'

const { none } = require('./fault-server.js')

/** Milliseconds between the bytes of a slow server. */
const DRIP = 20
const CHUNK = 16 * 1024

/** Places at which an answer is cut: before, within and after its parts. */
const CUTS = [0, 1, 0.1, 0.5, -2, -1]

let turn = 0

/** Returns a position in a text of a length, each time another one. */
function anywhere(length) {
  const cut = CUTS[turn++ % CUTS.length] ?? 0
  return cut < 0 ? length + cut : cut < 1 ? Math.floor(cut * length) : cut
}

const silence = () => {}

/** Sends RST in place of an answer. */
const reset = (socket) => {
  socket.resetAndDestroy()
}

/** Sends RST within the answer. */
const resetAnywhere = (socket, { answer }) => {
  const bytes = answer.bytes()
  socket.write(bytes.subarray(0, anywhere(bytes.length)), () => socket.resetAndDestroy())
}

/** Sends FIN within the answer. */
const closeAnywhere = (socket, { answer }) => {
  const bytes = answer.bytes()
  socket.end(bytes.subarray(0, anywhere(bytes.length)))
}

/** Sends all but the last byte, and then nothing. */
const stall = (socket, { answer }) => {
  socket.write(answer.bytes().subarray(0, -1))
}

/** Sends the answer byte by byte, with a pause before each. */
const drip = (socket, { answer }) => {
  const bytes = answer.bytes()
  let sent = 0
  const timer = setInterval(() => socket.write(bytes.subarray(sent, ++sent)), DRIP)
  socket.once('close', () => clearInterval(timer))
}

/** Sends the header, and then blanks for as long as they are read. */
const endlessBody = (socket, { answer }) => {
  const chunk = `${CHUNK.toString(16)}\r\n${' '.repeat(CHUNK)}\r\n`
  const headers = { ...answer.headers, 'Transfer-Encoding': 'chunked' }
  socket.write(answer.with({ status: 200, headers }).head())
  if (!answer.isHead) pour(socket, () => chunk)
}

/** Sends header fields for as long as they are read. */
const endlessHeader = (socket) => {
  let count = 0
  socket.write('HTTP/1.1 200 OK\r\n')
  pour(socket, () => `X-${count++}: ${'x'.repeat(CHUNK)}\r\n`)
}

/** Sends 1xx answers for as long as they are read (RFC 9110, section 15.2). */
const endlessPatience = (socket) => {
  pour(socket, () => 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'.repeat(100))
}

/** Writes as fast as the other side reads, and lets other work run in between. */
function pour(socket, next) {
  const write = () => {
    if (socket.destroyed) return
    if (socket.write(next())) setImmediate(write)
    else socket.once('drain', write)
  }
  write()
}

/** Sends these bytes in place of an answer, and closes. */
function says(text) {
  return (socket) => {
    socket.end(text)
  }
}

/** Adds a header to the answer, or replaces one. */
function header(fields) {
  return (socket, { answer }) => {
    socket.end(answer.with({ headers: { ...answer.headers, ...fields } }).bytes())
  }
}

/** Labels the body with a coding that it does not have, or sends an incomplete one. */
function coded(coding, body) {
  return (socket, { answer }) => {
    const headers = { ...answer.headers, 'Content-Encoding': coding }
    socket.write(answer.with({ headers, body: body(answer.body) }).bytes())
  }
}

/** Answers every request with another status. */
function status(code, headers = {}, body = 'no') {
  return (socket, { answer }) => {
    const none = code === 204 || code === 304
    socket.write(answer.with({ status: code, headers, body: Buffer.from(none ? '' : body) }).bytes())
  }
}

/** Answers every request with 200 and this text. */
function text(body, type = 'application/json') {
  return status(200, { 'Content-Type': type }, body)
}

/** Sends the same document in other bytes, so that it does not match its digest. */
const otherBytes = (socket, { answer }) => {
  socket.write(answer.with({ body: Buffer.concat([answer.body, Buffer.from(' ')]) }).bytes())
}

/** Sends a challenge that leads to a token service, which alone has the fault. */
function tokens(fault) {
  const challenge = (socket, { answer, origin }) => {
    const headers = { 'WWW-Authenticate': `Bearer realm="${origin}/token"` }
    socket.write(answer.with({ status: 401, headers, body: Buffer.alloc(0) }).bytes())
  }
  return (url) => {
    if (url.startsWith('/token')) return fault
    return url.startsWith('/v2/') ? challenge : none
  }
}

/** Applies a fault to manifests only. */
function manifests(fault) {
  return (url) => (url.includes('/manifests/') ? fault : none)
}

/** Redirects every request. */
function redirect(location) {
  return (socket, { answer, origin, url }) => {
    socket.write(answer.with({ status: 302, headers: { Location: location(origin, url) } }).bytes())
  }
}

module.exports = {
  closeAnywhere,
  coded,
  drip,
  endlessBody,
  endlessHeader,
  endlessPatience,
  header,
  manifests,
  otherBytes,
  redirect,
  reset,
  resetAnywhere,
  says,
  silence,
  stall,
  status,
  text,
  tokens,
}
