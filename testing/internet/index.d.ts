import type { Exchange, Received, Reply, Site } from '../registry'

/** PEM file of the authority that every host's certificate is from. */
export declare const AUTHORITY: string
/** The text of a file among the certificates. */
export declare function certificate(name: 'authority.pem' | 'server.pem' | 'server.key'): string

/**
 * The internet as far as a test needs it: every host under its real name over https, all of them on this machine. A
 * client gets there by the proxy, which leads each CONNECT to one TLS server; that server tells the hosts apart. A host
 * or a path that nobody put there makes `close` fail, unless it was declared to be out of reach.
 */
export declare class Internet {
  /** `watch` is told of every request, and what it gives is told of the answer. `isForgetful` keeps no exchanges. */
  constructor(options?: {
    watch?: (request: Received) => ((reply: Reply) => void) | undefined
    isForgetful?: boolean
  })
  open(): Promise<this>
  /** Every request with its answer, in order of arrival. */
  readonly exchanges: Exchange[]
  /** What was asked and nobody put there. */
  readonly unexpected: string[]
  /** PEM of the authority that all hosts' certificates are from. */
  readonly ca: string
  get proxyUrl(): string
  /** Where the TLS server of all hosts really is; to be reached without the proxy, too. */
  get loopbackOrigin(): string
  /** Its port. */
  get port(): number
  /** Puts a site at an origin; what it does not know is left to one that was put there later. */
  put(origin: string, site: Site): this
  /** Lets connections to an origin fail. */
  cutOff(origin: string): this
  /** Lets every request wait for an answer that does not come; what is given is called when one has arrived. */
  fallSilent(whenAsked?: () => void): this
  /** Lets every request over https wait for what this gives, ahead of its answer. */
  holdBack(brake: (request: Received) => Promise<void>): this
  /** The most requests that were without an answer at one time at an origin. */
  mostInFlight(origin: string): number
  /** The requests that an origin received. */
  receivedBy(origin: string): Received[]
  close(): Promise<void>
}

/**
 * An HTTP proxy on a free loopback port. Whatever host a client means, plain requests are forwarded to one server, and
 * tunnels are refused or lead to it too.
 */
export declare class FakeProxy {
  /** `target` is the `host:port` of the server. A proxy that wants a password refuses plain requests, and tunnels by that word. */
  static start(target: string, options?: { tunnels?: boolean; wantsPassword?: boolean }): Promise<FakeProxy>
  private constructor()
  /** `CONNECT host:port`, or method and URL of a plain request. */
  readonly asked: string[]
  origin: string
  close(): void
}
