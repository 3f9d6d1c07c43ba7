import { createServer } from 'node:http'

/**
 * Serves on a free port of the loopback interface. `answer` is given the URL and the headers of a request and returns
 * `{ status, headers, body }`.
 */
export async function listen(answer) {
  let requests = 0
  const server = createServer((request, response) => {
    requests += 1
    const { status, headers, body } = answer(
      new URL(request.url, `http://${request.headers.host}`),
      request.headers,
    )
    response.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve)
  })
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    get requests() {
      return requests
    },
    close() {
      return new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      })
    },
  }
}

export function json(status, document, headers = {}) {
  return {
    status,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(document),
  }
}
