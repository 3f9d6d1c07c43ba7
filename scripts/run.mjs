import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** The top level of the checkout. */
export const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Runs a program at the top level, with this process's terminal, and ends this process if the program fails. Programs
 * that are a `.cmd` file on Windows (npm) need `shell`.
 */
export function run(program, args, { shell = false, env } = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', shell, env })
  if (error) stop(`${program} could not be started: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
}

/** Returns what a program prints. A failure is an error with the program's output. */
export function output(program, args, options) {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', ...options })
  if (error) throw new Error(`${program} could not be started: ${error.message}`)
  if (status === 0) return stdout
  throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`)
}

export function npm(...args) {
  run('npm', args, { shell: process.platform === 'win32' })
}

/** Whether a program is on the PATH. Its exit code does not matter. */
export function has(program) {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
}

/** Returns a function that tells how long it is since this call, or since its own last call: `12 s`. */
export function stopwatch() {
  let since = Date.now()
  return () => {
    const passed = Date.now() - since
    since += passed
    return `${Math.round(passed / 1000)} s`
  }
}

export function say(line) {
  process.stderr.write(`${line}\n`)
}

export function stop(line) {
  say(line)
  process.exit(1)
}
