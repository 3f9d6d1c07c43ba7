import { randomInt } from 'node:crypto'

/**
 * An address of this machine for one server alone. What the addon knows of a host lasts as long as the process, and the
 * system gives ports out again: at one address a server would inherit what another one was known for.
 */
export function ownAddress(): string {
  // Elsewhere than on Linux only one address of the loopback network is there unless it is set up.
  if (process.platform !== 'linux') return '127.0.0.1'
  const part = () => randomInt(1, 255)
  return `127.${part()}.${part()}.${part()}`
}
