import type { Socket } from 'node:net'
import { type Fault, none } from './fault-server'

/** Milliseconds between the bytes of a server that is too slow. */
const DRIP = 20
const CHUNK = 16 * 1024

/** Where an answer is cut: before, within and after its parts. */
const CUTS = [0, 1, 0.1, 0.5, -2, -1] as const

let turn = 0

/** A position in a text of a length, each time another one. */
function anywhere(length: number): number {
  const cut = CUTS[turn++ % CUTS.length] ?? 0
  return cut < 0 ? length + cut : cut < 1 ? Math.floor(cut * length) : cut
}

export const silence: Fault = () => {}

/** RST in place of an answer. */
export const reset: Fault = (socket) => {
  socket.resetAndDestroy()
}

/** RST somewhere in the answer. */
export const resetAnywhere: Fault = (socket, { answer }) => {
  const bytes = answer.bytes()
  socket.write(bytes.subarray(0, anywhere(bytes.length)), () => socket.resetAndDestroy())
}

/** FIN somewhere in the answer. */
export const closeAnywhere: Fault = (socket, { answer }) => {
  const bytes = answer.bytes()
  socket.end(bytes.subarray(0, anywhere(bytes.length)))
}

/** All but the last byte, and then nothing. */
export const stall: Fault = (socket, { answer }) => {
  socket.write(answer.bytes().subarray(0, -1))
}

/** Byte by byte, with a pause before each. */
export const drip: Fault = (socket, { answer }) => {
  const bytes = answer.bytes()
  let sent = 0
  const timer = setInterval(() => socket.write(bytes.subarray(sent, ++sent)), DRIP)
  socket.once('close', () => clearInterval(timer))
}

/** The header, and then blanks for as long as they are read. */
export const endlessBody: Fault = (socket, { answer }) => {
  const chunk = `${CHUNK.toString(16)}\r\n${' '.repeat(CHUNK)}\r\n`
  const headers = { ...answer.headers, 'Transfer-Encoding': 'chunked' }
  socket.write(answer.with({ status: 200, headers }).head())
  if (!answer.isHead) pour(socket, () => chunk)
}

/** Header fields for as long as they are read. */
export const endlessHeader: Fault = (socket) => {
  let count = 0
  socket.write('HTTP/1.1 200 OK\r\n')
  pour(socket, () => `X-${count++}: ${'x'.repeat(CHUNK)}\r\n`)
}

/** Says that it goes on, for as long as that is read (RFC 9110, section 15.2). */
export const endlessPatience: Fault = (socket) => {
  pour(socket, () => 'HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n'.repeat(100))
}

/** Writes again and again, as fast as the other side reads, but lets others have their turn. */
function pour(socket: Socket, next: () => string): void {
  const write = () => {
    if (socket.destroyed) return
    if (socket.write(next())) setImmediate(write)
    else socket.once('drain', write)
  }
  write()
}

/** These bytes in place of an answer, and the end. */
export function says(text: string | Buffer): Fault {
  return (socket) => {
    socket.end(text)
  }
}

/** The answer with a header more, or another one. */
export function header(fields: Record<string, string | string[]>): Fault {
  return (socket, { answer }) => {
    socket.end(answer.with({ headers: { ...answer.headers, ...fields } }).bytes())
  }
}

/** The answer's body in a coding that it is not in, or of which something is missing. */
export function coded(coding: string, body: (original: Buffer) => Buffer): Fault {
  return (socket, { answer }) => {
    const headers = { ...answer.headers, 'Content-Encoding': coding }
    socket.write(answer.with({ headers, body: body(answer.body) }).bytes())
  }
}

/** Another status for everything. */
export function status(code: number, headers: Record<string, string> = {}, body = 'no'): Fault {
  return (socket, { answer }) => {
    const none = code === 204 || code === 304
    socket.write(answer.with({ status: code, headers, body: Buffer.from(none ? '' : body) }).bytes())
  }
}

/** 200 with this text for everything. */
export function text(body: string, type = 'application/json'): Fault {
  return status(200, { 'Content-Type': type }, body)
}

/** The same document in other bytes, so that it has another digest than the one that it is under. */
export const otherBytes: Fault = (socket, { answer }) => {
  socket.write(answer.with({ body: Buffer.concat([answer.body, Buffer.from(' ')]) }).bytes())
}

/** A challenge that leads to a token service, with a fault of that service alone. */
export function tokens(fault: Fault): (url: string) => Fault {
  const challenge: Fault = (socket, { answer, origin }) => {
    const headers = { 'WWW-Authenticate': `Bearer realm="${origin}/token"` }
    socket.write(answer.with({ status: 401, headers, body: Buffer.alloc(0) }).bytes())
  }
  return (url) => {
    if (url.startsWith('/token')) return fault
    return url.startsWith('/v2/') ? challenge : none
  }
}

/** A fault of manifests alone. */
export function manifests(fault: Fault): (url: string) => Fault {
  return (url) => (url.includes('/manifests/') ? fault : none)
}

/** A redirect of everything. */
export function redirect(location: (origin: string) => string): Fault {
  return (socket, { answer, origin }) => {
    socket.write(answer.with({ status: 302, headers: { Location: location(origin) } }).bytes())
  }
}
