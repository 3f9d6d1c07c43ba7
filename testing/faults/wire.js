'use strict'

const { none } = require('./fault-server.js')

/** Milliseconds between the bytes of a server that is too slow. */
const DRIP = 20
const CHUNK = 16 * 1024

/** Where an answer is cut: before, within and after its parts. */
const CUTS = [0, 1, 0.1, 0.5, -2, -1]

let turn = 0

/** A position in a text of a length, each time another one. */
function anywhere(length) {
  const cut = CUTS[turn++ % CUTS.length] ?? 0
  return cut < 0 ? length + cut : cut < 1 ? Math.floor(cut * length) : cut
}

const silence = () => {}

/** RST in place of an answer. */
const reset = (socket) => {
  socket.resetAndDestroy()
}

/** RST somewhere in the answer. */
const resetAnywhere = (socket, { answer }) => {
  const bytes = answer.bytes()
  socket.write(bytes.subarray(0, anywhere(bytes.length)), () => socket.resetAndDestroy())
}

/** FIN somewhere in the answer. */
const closeAnywhere = (socket, { answer }) => {
  const bytes = answer.bytes()
  socket.end(bytes.subarray(0, anywhere(bytes.length)))
}

/** All but the last byte, and then nothing. */
const stall = (socket, { answer }) => {
  socket.write(answer.bytes().subarray(0, -1))
}

/** Byte by byte, with a pause before each. */
const drip = (socket, { answer }) => {
  const bytes = answer.bytes()
  let sent = 0
  const timer = setInterval(() => socket.write(bytes.subarray(sent, ++sent)), DRIP)
  socket.once('close', () => clearInterval(timer))
}

/** The header, and then blanks for as long as they are read. */
const endlessBody = (socket, { answer }) => {
  const chunk = `${CHUNK.toString(16)}\r\n${' '.repeat(CHUNK)}\r\n`
  const headers = { ...answer.headers, 'Transfer-Encoding': 'chunked' }
  socket.write(answer.with({ status: 200, headers }).head())
  if (!answer.isHead) pour(socket, () => chunk)
}

/** Header fields for as long as they are read. */
const endlessHeader = (socket) => {
  let count = 0
  socket.write('HTTP/1.1 200 OK\r\n')
  pour(socket, () => `X-${count++}: ${'x'.repeat(CHUNK)}\r\n`)
}

/** Says that it goes on, for as long as that is read (RFC 9110, section 15.2). */
const endlessPatience = (socket) => {
  pour(socket, () => 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'.repeat(100))
}

/** Writes again and again, as fast as the other side reads, but lets others have their turn. */
function pour(socket, next) {
  const write = () => {
    if (socket.destroyed) return
    if (socket.write(next())) setImmediate(write)
    else socket.once('drain', write)
  }
  write()
}

/** These bytes in place of an answer, and the end. */
function says(text) {
  return (socket) => {
    socket.end(text)
  }
}

/** The answer with a header more, or another one. */
function header(fields) {
  return (socket, { answer }) => {
    socket.end(answer.with({ headers: { ...answer.headers, ...fields } }).bytes())
  }
}

/** The answer's body in a coding that it is not in, or of which something is missing. */
function coded(coding, body) {
  return (socket, { answer }) => {
    const headers = { ...answer.headers, 'Content-Encoding': coding }
    socket.write(answer.with({ headers, body: body(answer.body) }).bytes())
  }
}

/** Another status for everything. */
function status(code, headers = {}, body = 'no') {
  return (socket, { answer }) => {
    const none = code === 204 || code === 304
    socket.write(answer.with({ status: code, headers, body: Buffer.from(none ? '' : body) }).bytes())
  }
}

/** 200 with this text for everything. */
function text(body, type = 'application/json') {
  return status(200, { 'Content-Type': type }, body)
}

/** The same document in other bytes, so that it has another digest than the one that it is under. */
const otherBytes = (socket, { answer }) => {
  socket.write(answer.with({ body: Buffer.concat([answer.body, Buffer.from(' ')]) }).bytes())
}

/** A challenge that leads to a token service, with a fault of that service alone. */
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

/** A fault of manifests alone. */
function manifests(fault) {
  return (url) => (url.includes('/manifests/') ? fault : none)
}

/** A redirect of everything. */
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
