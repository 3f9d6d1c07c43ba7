import type { Exchange, Received, Reply, Site } from '../registry'

/** A connection through the proxy. */
export interface Tunnel {
  readonly origin: string
  readonly isOpen: boolean
  /** Ends it without a word. */
  cut(): void
}

/** PEM file of the authority that has issued every host's certificate. */
export declare const AUTHORITY: string
/** Returns the text of a file among the certificates. */
export declare function certificate(name: 'authority.pem' | 'server.pem' | 'server.key'): string

/**
 * The internet as far as a test needs it: every host has its real name and https, and all of them are on this machine.
 * A client gets there by the proxy, which leads each CONNECT to one TLS server, and that server tells the hosts apart.
 * `close` fails after a request for an unknown host or path, unless the host was declared to be out of reach.
 */
export declare class Internet {
  /**
   * `watch` is called with every request, and what it returns is called with the answer. `isForgetful` keeps no
   * exchanges.
   */
  constructor(options?: {
    watch?: (request: Received) => ((reply: Reply) => void) | undefined
    isForgetful?: boolean
  })
  open(): Promise<this>
  /** Every request with its answer, in order of arrival. */
  readonly exchanges: Exchange[]
  /** Connections through the proxy, in the order in which they were opened. */
  readonly tunnels: Tunnel[]
  /** Waits until there is a connection to an origin, and returns the last one. */
  tunnelTo(origin: string): Promise<Tunnel>
  /** Requests that no site has answered. */
  readonly unexpected: string[]
  /** PEM of the authority that has issued all hosts' certificates. */
  readonly ca: string
  get proxyUrl(): string
  /** Real origin of the TLS server of all hosts, which can be reached without the proxy too. */
  get loopbackOrigin(): string
  /** Its port. */
  get port(): number
  /** Puts a site at an origin. Requests that it does not know go to one that was put there later. */
  put(origin: string, site: Site): this
  /** Makes connections to an origin fail. */
  cutOff(origin: string): this
  /** Keeps every request without an answer. The callback is called when one has arrived. */
  fallSilent(whenAsked?: () => void): this
  /** Holds every answer over https back until the promise of `brake` resolves. */
  holdBack(brake: (request: Received) => Promise<void>): this
  /** Returns the most requests of an origin that had no answer at one time. */
  mostInFlight(origin: string): number
  /** Returns the requests that an origin received. */
  receivedBy(origin: string): Received[]
  close(): Promise<void>
}

/**
 * An HTTP proxy on a free loopback port. Whatever host a client means, plain requests go to one server, and tunnels
 * lead to it or are refused.
 */
export declare class FakeProxy {
  /**
   * Starts a proxy before the server at `target` (`host:port`). One that wants a password refuses plain requests and
   * tunnels with 407.
   */
  static start(target: string, options?: { tunnels?: boolean; wantsPassword?: boolean }): Promise<FakeProxy>
  private constructor()
  /** `CONNECT host:port`, or method and URL of a plain request. */
  readonly asked: string[]
  origin: string
  close(): void
}

/** Hands things on in the order in which they came, each when it is due, and none before the one ahead of it. */
export declare class DelayLine<T> {
  /** `clock` is that of the process by default. */
  constructor(
    deliver: (thing: T) => void,
    clock?: { now(): number; after(milliseconds: number, act: () => void): void },
  )
  /** Puts a thing at the end, to be handed on at this time of the clock, in milliseconds. */
  put(thing: T, due: number): void
}

/**
 * A wire between a client and an `Internet`, as long as a round trip says. It changes no byte and keeps their order.
 * Each byte takes half a round trip, and a connection one round trip before its first byte, as TCP's handshake does.
 */
export declare class Wire {
  /** `roundTrip` is in milliseconds. */
  static start(internet: Internet, roundTrip: number): Promise<Wire>
  private constructor()
  /** Connections that clients have opened. */
  opened: number
  /** The near end of the TLS server's port, on 127.0.0.1. */
  get port(): number
  /** The near end of the proxy. A tunnel through it takes no longer than a connection without a proxy. */
  get proxyUrl(): string
  close(): void
}
