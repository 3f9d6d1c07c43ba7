'use strict'

const { channel } = require('node:diagnostics_channel')
const { described } = require('./errors.js')

/** Channels for requests and checks. See `RequestEvent` and `CheckEvent`. */
const CHANNELS = {
  request: channel('container-registry-service:request'),
  check: channel('container-registry-service:check'),
}

/** Whether anybody listens to the channels. */
const isObserved = () => Object.values(CHANNELS).some(({ hasSubscribers }) => hasSubscribers)

/** Loggers with pino's interface take an object ahead of the message, which tells these lines from others. */
const isObjectFirst = (logger) => typeof logger?.bindings === 'function' && typeof logger.child === 'function'

/** Passes a service's lines to its caller's logger, and its events to the channels. */
class Log {
  #logger
  #hasFailed = false

  constructor(logger) {
    this.#logger = logger
  }

  deliver(lines) {
    for (const [level, message] of lines) {
      if (level in CHANNELS) CHANNELS[level].publish(JSON.parse(message))
      else this.#write(level, message)
    }
  }

  #write(level, message) {
    try {
      const logger = this.#logger
      const told = isObjectFirst(logger)
        ? logger[level]({ module: 'container-registry-service' }, message)
        : logger?.[level]?.(message)
      if (typeof told?.then === 'function')
        Promise.resolve(told).then(undefined, (thrown) => this.#failed(thrown))
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  /**
   * A logger that fails once often fails again, so it is reported once. The answer of the call is right all the same.
   */
  #failed(thrown) {
    if (!this.#hasFailed)
      process.emitWarning(`The logger of ContainerRegistryService threw: ${described(thrown)}`)
    this.#hasFailed = true
  }
}

module.exports = { Log, isObserved }
