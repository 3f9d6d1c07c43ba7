'use strict'

const { rebuilt } = require('./errors.js')

/** A report, with a real error if it failed. */
function report(document) {
  return document.error ? { ...document, error: rebuilt(document.error) } : document
}

/** An array's strings with a line feed after each, which crosses faster than they do; nothing if one is no string. */
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
