'use strict'

/** The app that a provider named, if one did. */
let named

/** The framework's own word for the app of this process; a live binding, empty until there is an app. */
let services

// Without a provider nobody says which app this is. Where there is no AdonisJS, there is no app either.
const searched = import('@adonisjs/core/services/app').then(
  (found) => {
    services = found
  },
  () => {},
)

/** Names the app whose logger and settings are to be used. */
function useApp(app) {
  named = app
}

/** Takes that back, unless another app has been named since. */
function leaveApp(app) {
  if (named === app) named = undefined
}

function currentApp() {
  return named ?? services?.default
}

/** What the app has in `config/container_registry.ts`; nothing before it has read it, and outside of an app. */
function configuration() {
  return currentApp()?.config?.get('container_registry', {}) ?? {}
}

/** Writes to the logger of the app, which exists only after boot: lines that come earlier wait for it. */
class AppLogger {
  #target
  #app
  #waiting = []
  #hasFailed = false

  debug = (...line) => this.#write('debug', line)
  info = (...line) => this.#write('info', line)
  warn = (...line) => this.#write('warn', line)
  error = (...line) => this.#write('error', line)

  #write(level, line) {
    if (this.#target && this.#app === currentApp()) this.#target[level](...line)
    else if (this.#waiting.push([level, line]) === 1) this.#find().catch((error) => this.#complain(error))
  }

  async #find() {
    await searched
    const app = currentApp()
    // Outside of an app nobody reads what is logged.
    if (!app) return this.#waiting.splice(0)
    // Boot waits for this, and so the lines stand ahead of those that are written after it.
    await new Promise((resolve, reject) => app.booted(() => this.#settle(app).then(resolve, reject)))
  }

  async #settle(app) {
    this.#target = await app.container.make('logger')
    this.#app = app
    for (const [level, line] of this.#waiting.splice(0)) this.#target[level](...line)
  }

  #complain(error) {
    this.#waiting.length = 0
    if (!this.#hasFailed)
      process.emitWarning(`The app's logger is out of ContainerRegistryService's reach: ${error}`)
    this.#hasFailed = true
  }
}

module.exports = { useApp, leaveApp, configuration, logger: new AppLogger() }
