import { plain } from '../render/plain.mjs'

const WIDTH = 24

/** A progress bar on a terminal, redrawn in place. In a pipe it prints nothing. */
export class Progress {
  #stream
  #isShown

  /**
   * `stream` is where it is drawn. `env` is the environment, because a terminal of the kind `dumb` cannot redraw a
   * line.
   */
  constructor(stream, env) {
    this.#stream = stream
    this.#isShown = Boolean(stream.isTTY) && env.TERM !== 'dumb'
  }

  /** Draws the progress that `checkImages` reports to its `onProgress`. */
  show({ done, total, image }) {
    if (!this.#isShown) return
    const filled = Math.round((WIDTH * done) / Math.max(total, 1))
    const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
    const line = `${bar} ${done}/${total} ${plain(image)}`
    // A line that wraps could not be erased.
    this.#redraw(line.slice(0, (this.#stream.columns || 80) - 1))
  }

  /** Erases the bar. */
  end() {
    if (this.#isShown) this.#redraw('')
  }

  #redraw(line) {
    this.#stream.write(`\r\x1b[2K${line}`)
  }
}
