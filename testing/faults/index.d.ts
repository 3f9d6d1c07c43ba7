import type { Socket } from 'node:net'
import type { Image, Reply, Site } from '../registry'

/** An HTTP/1.1 answer that can be changed before it is written. */
export interface Message {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
  isHead: boolean
  /** Returns a changed copy. If no length is stated, the copy states that of its body. */
  with(changes: Partial<Pick<Message, 'status' | 'headers' | 'body'>>): Message
  /** Returns status line and header. */
  head(): Buffer
  /** Returns the whole answer, without the body for HEAD. */
  bytes(): Buffer
}

export declare function message(reply: Reply, isHead: boolean): Message

/** A request, and the answer of a server without a fault. */
export interface Exchange {
  method: string
  /** Path and query. */
  url: string
  /** Origin of the server, as `http://127.x.y.z:PORT`. */
  origin: string
  answer: Message
}

/** Answers a request with a fault. If it writes nothing, the answer never comes. */
export type Fault = (socket: Socket, exchange: Exchange) => void

/** Sends the answer of a server without a fault. */
export declare const none: Fault

/**
 * A registry, and GitHub's API, on a free loopback port. It writes HTTP/1.1 byte by byte, so that any byte can be a
 * wrong one. `fault` decides what happens to every request; `site` gives the answers without a fault.
 */
export declare class FaultServer {
  static start(fault: (url: string, method: string) => Fault, site?: Site): Promise<FaultServer>
  private constructor()
  origin: string
  /** Number of requests that arrived. */
  requests: number
  close(): void
}

/** Repository, tags and source of a registry without a fault. */
export declare const NAME: string
export declare const CURRENT: string
export declare const NEWER: string
export declare const SOURCE: string
/** Labels of its images. */
export declare const LABELS: Record<string, string>
/** Digest that every tag points to. */
export declare const DIGEST: string
/** Bytes of the only layer. */
export declare const LAYER: number
export declare const PLATFORMS: object[]
/** A registry without a token service, whose repositories all have this image, and GitHub's API. */
export declare function healthy(image?: Image): Site

/** Unpacked bytes of each bomb. They are blanks, which JSON allows anywhere. */
export declare const UNPACKED: number
export declare function gzipBomb(): Buffer
export declare function brotliBomb(): Buffer
export declare function zstdBomb(): Buffer

/** Faults. Each applies to every request. */
export declare namespace wire {
  const silence: Fault
  const reset: Fault
  const resetAnywhere: Fault
  const closeAnywhere: Fault
  const stall: Fault
  const drip: Fault
  const endlessBody: Fault
  const endlessHeader: Fault
  const endlessPatience: Fault
  const otherBytes: Fault
  function says(text: string | Buffer): Fault
  function header(fields: Record<string, string | string[]>): Fault
  function coded(coding: string, body: (original: Buffer) => Buffer): Fault
  function status(code: number, headers?: Record<string, string>, body?: string): Fault
  function text(body: string, type?: string): Fault
  function tokens(fault: Fault): (url: string) => Fault
  function manifests(fault: Fault): (url: string) => Fault
  function redirect(location: (origin: string, url: string) => string): Fault
}
