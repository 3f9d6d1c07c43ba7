'use strict'

const { channel } = require('node:diagnostics_channel')

/** Where requests and checks are told of; see `RequestEvent` and `CheckEvent`. */
const CHANNELS = {
  request: channel('container-registry-service:request'),
  check: channel('container-registry-service:check'),
}

/** Whether anybody measures. */
const isObserved = () => Object.values(CHANNELS).some(({ hasSubscribers }) => hasSubscribers)

/** Loggers with pino's interface take an object ahead of the message, by which their lines are told apart. */
const isObjectFirst = (logger) => typeof logger.bindings === 'function' && typeof logger.child === 'function'

/** Hands a service's lines to its caller's logger, and what is measured to those who measure. */
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
      if (isObjectFirst(this.#logger)) this.#logger[level]({ module: 'container-registry-service' }, message)
      else this.#logger[level]?.(message)
    } catch (error) {
      // The answer that the line is about is right all the same; a logger that fails once fails often.
      if (!this.#hasFailed) process.emitWarning(`The logger of ContainerRegistryService threw: ${error}`)
      this.#hasFailed = true
    }
  }
}

module.exports = { Log, isObserved }
