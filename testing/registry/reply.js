'use strict'

function reply(status, body = '', headers = {}) {
  return { status, body, headers }
}

function json(document, headers = {}, status = 200) {
  return reply(status, JSON.stringify(document), { 'Content-Type': 'application/json', ...headers })
}

/** Makes a refusal in the form of the OCI distribution specification, section "Error Codes". */
function refusal(status, code, message, headers) {
  return json({ errors: [{ code, message }] }, headers, status)
}

function tooManyRequests(retryAfter) {
  return reply(429, 'slow down', retryAfter === undefined ? {} : { 'Retry-After': retryAfter })
}

/** Cuts the connection without an answer. */
const CUT = { status: 0, cutAfter: 0 }

module.exports = { CUT, json, refusal, reply, tooManyRequests }
