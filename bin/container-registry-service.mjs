#!/usr/bin/env node
import { main } from './main.mjs'

// A reader that closes the pipe (`… | head`) is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
// What 1 would say is that there is an update (BSD, sysexits: EX_SOFTWARE).
const CRASHED = 70
const crash = (error) => {
  process.stderr.write(`This is a fault of the program, please report it: ${error?.stack ?? error}\n`)
  process.exit(CRASHED)
}
process.on('uncaughtException', crash)
try {
  process.exitCode = await main(process.argv.slice(2), process)
} catch (error) {
  crash(error)
}
