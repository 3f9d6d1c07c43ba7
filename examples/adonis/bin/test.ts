process.env.NODE_ENV = 'test'

import 'reflect-metadata'
import { Ignitor, prettyPrintError } from '@adonisjs/core'
import { assert } from '@japa/assert'
import { configure, processCLIArgs, run } from '@japa/runner'
import { APP_ROOT, importer } from './root.js'

new Ignitor(APP_ROOT, { importer })
  .tap((app) => {
    app.booting(async () => {
      await import('#start/env')
    })
  })
  .testRunner()
  .configure((app) => {
    processCLIArgs(process.argv.splice(2))
    configure({
      suites: app.rcFile.tests.suites,
      plugins: [assert()],
      setup: [async () => (await import('../tests/support.js')).serve()],
      teardown: [() => app.terminate()],
    })
  })
  .run(() => run())
  .catch((error) => {
    process.exitCode = 1
    prettyPrintError(error)
  })
