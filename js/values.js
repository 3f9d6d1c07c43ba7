'use strict'

const { rebuilt } = require('./errors.js')

/** Parses a report, and gives a failed one a real error. */
function report(document) {
  return document.error ? { ...document, error: rebuilt(document.error) } : document
}

/**
 * Joins an array's strings, each with a line feed behind it, which crosses the boundary faster. Returns nothing if an
 * item is no string.
 */
function joined(strings) {
  if (!Array.isArray(strings)) return undefined
  let text = ''
  for (let index = 0; index < strings.length; index += 1) {
    const string = strings[index]
    if (typeof string !== 'string') return undefined
    text += `${string}\n`
  }
  return text
}

module.exports = { joined, report }
