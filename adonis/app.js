'use strict'

/** The app that a provider has named, if one has. */
let named

/** The framework's module with the app of this process. Its binding is live, and empty until there is an app. */
let services

// Without a provider, the framework is asked for the app. Where AdonisJS is not installed, there is no app.
const searched = import('@adonisjs/core/services/app').then(
  (found) => {
    services = found
  },
  () => {},
)

/** Sets the app whose logger and settings are used. */
function useApp(app) {
  named = app
}

/** Takes the app back, unless another one has been set since. */
function leaveApp(app) {
  if (named === app) named = undefined
}

function currentApp() {
  return named ?? services?.default
}

/** Returns the settings in `config/container_registry.ts`; nothing outside of an app, or before it has read them. */
function configuration() {
  return currentApp()?.config?.get('container_registry', {}) ?? {}
}

/** Writes to the logger of the app. That exists after boot only, so earlier lines wait for it. */
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
    // Outside of an app there is no logger.
    if (!app) return this.#waiting.splice(0)
    // Boot waits for this hook, so waiting lines stand before those that are written after boot.
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
