import type { Socket } from 'node:net'
import type { Image, Reply, Site } from '../registry'

/** An HTTP/1.1 answer that can be changed before it is written. */
export interface Message {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
  isHead: boolean
  /** Another such answer; a length that is not stated is the body's. */
  with(changes: Partial<Pick<Message, 'status' | 'headers' | 'body'>>): Message
  /** Status line and header. */
  head(): Buffer
  /** All of it; for HEAD without a body. */
  bytes(): Buffer
}

export declare function message(reply: Reply, isHead: boolean): Message

/** What is asked, and what a server without a fault would answer. */
export interface Exchange {
  method: string
  /** Path and query. */
  url: string
  /** Where the server is, as `http://127.x.y.z:PORT`. */
  origin: string
  answer: Message
}

/** Answers in a way of its own. An answer that is not written is one that never comes. */
export type Fault = (socket: Socket, exchange: Exchange) => void

/** Sends what a server without a fault would send. */
export declare const none: Fault

/**
 * A registry, and GitHub's API, on a free loopback port, which speaks HTTP/1.1 byte by byte, so that any byte may be a
 * wrong one. `fault` decides for every request what becomes of it; `site` is what there is without a fault.
 */
export declare class FaultServer {
  static start(fault: (url: string, method: string) => Fault, site?: Site): Promise<FaultServer>
  private constructor()
  origin: string
  /** Requests that arrived. */
  requests: number
  close(): void
}

/** The repository, the tags and the source of a registry without a fault. */
export declare const NAME: string
export declare const CURRENT: string
export declare const NEWER: string
export declare const SOURCE: string
/** The labels of its images. */
export declare const LABELS: Record<string, string>
/** Digest of what every tag points to. */
export declare const DIGEST: string
/** Bytes of the only layer. */
export declare const LAYER: number
export declare const PLATFORMS: object[]
/** A registry without a token service, whose repositories all have this image, and GitHub's API. */
export declare function healthy(image?: Image): Site

/** Bytes that each of the bombs unpacks to: blanks, which JSON allows anywhere. */
export declare const UNPACKED: number
export declare function gzipBomb(): Buffer
export declare function brotliBomb(): Buffer
export declare function zstdBomb(): Buffer

/** Ways to go wrong; each comes to whoever asks anything. */
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
