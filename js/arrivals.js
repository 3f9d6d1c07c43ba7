'use strict'

/**
 * Yields what `start` pushes, until the promise of `start` settles. A loop that is left early aborts the signal that
 * `start` is given.
 */
async function* arrivals(start) {
  const ready = []
  let failure
  let wake
  let isOver = false
  const leave = new AbortController()
  const push = (value) => {
    ready.push(value)
    wake?.()
  }
  const settled = start(push, leave.signal)
    .catch((error) => {
      failure = { error }
    })
    .finally(() => {
      isOver = true
      wake?.()
    })
  try {
    while (true) {
      while (ready.length > 0) yield ready.shift()
      if (isOver) break
      await new Promise((resolve) => {
        wake = resolve
      })
    }
  } finally {
    leave.abort()
    await settled
  }
  if (failure) throw failure.error
}

module.exports = { arrivals }
