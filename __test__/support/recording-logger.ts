import type { Logger } from '../..'

export type Level = 'debug' | 'info' | 'warn' | 'error'

/** Keeps what it is told. */
export class RecordingLogger implements Required<Logger> {
  readonly lines: Array<{ level: Level; message: string }> = []

  debug = (message: string) => this.keep('debug', message)
  info = (message: string) => this.keep('info', message)
  warn = (message: string) => this.keep('warn', message)
  error = (message: string) => this.keep('error', message)

  /** The messages of warnings. */
  get warnings(): string[] {
    return this.lines.filter(({ level }) => level === 'warn').map(({ message }) => message)
  }

  private keep(level: Level, message: string): void {
    this.lines.push({ level, message })
  }
}
