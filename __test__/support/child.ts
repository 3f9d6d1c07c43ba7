import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

export interface Ended {
  status: number | null
  stdout: string
  stderr: string
}

const ROOT = join(__dirname, '../..')
/** What might lead a child's requests, or its output, away from where a test expects them. */
const CLEARED = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'ALL_PROXY',
  'NO_PROXY',
  'NODE_OPTIONS',
  'NODE_DEBUG',
  'FORCE_COLOR',
]

/**
 * Runs a CommonJS program with `ContainerRegistryService` at hand in a process of its own, and waits until that one has
 * ended by itself.
 */
export async function runChild(program: string, env: Record<string, string> = {}): Promise<Ended> {
  const cleared = CLEARED.flatMap((name) => [name, name.toLowerCase()])
  const inherited = Object.entries(process.env).filter(([name]) => !cleared.includes(name))
  const source = `const { ContainerRegistryService } = require('.')\n${program}`
  const child = spawn(process.execPath, ['-e', source], {
    cwd: ROOT,
    env: { ...Object.fromEntries(inherited), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ])
  return { status, stdout, stderr }
}
