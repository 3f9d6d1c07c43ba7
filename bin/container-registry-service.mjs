#!/usr/bin/env node
import { main } from './main.mjs'

// A reader that closes the pipe (`… | head`) is no failure.
process.stdout.on('error', (error) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
process.exitCode = await main(process.argv.slice(2), process)
