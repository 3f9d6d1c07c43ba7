'use strict'

const { createServer } = require('node:http')

/**
 * Serves on a free port of the loopback interface. `answer` is given the URL and the headers of a request and returns
 * `{ status, headers, body }`; `note` is told of every request as `{ method, path }`.
 */
async function listen(answer, note) {
  const server = createServer((request, response) => {
    note({ method: request.method, path: request.url })
    const url = new URL(request.url, `http://${request.headers.host}`)
    const { status, headers, body } = answer(url, request.headers)
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    close() {
      return new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}

function json(status, document, headers = {}) {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(document),
  }
}

/** A refusal in the words of the OCI distribution specification, section "Error Codes". */
function refusal(status, code, message, headers) {
  return json(status, { errors: [{ code, message }] }, headers)
}

module.exports = { json, listen, refusal }
