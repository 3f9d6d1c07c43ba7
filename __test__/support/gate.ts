import type { Answer, Reply } from '../../testing/registry'

/** Holds answers back until it is opened; one that is never opened is a server that never answers. */
export class Gate {
  private release!: () => void
  private readonly opened = new Promise<void>((resolve) => {
    this.release = resolve
  })

  open(): void {
    this.release()
  }

  /** Waits until it is open. */
  wait(): Promise<void> {
    return this.opened
  }

  /** The answer, once the gate is open; without one the request is then left to the fallback. */
  hold(reply?: Reply): Answer {
    return async () => {
      await this.opened
      return reply
    }
  }
}

/** An answer that never comes. */
export function silence(): Answer {
  return new Gate().hold({ status: 200 })
}
