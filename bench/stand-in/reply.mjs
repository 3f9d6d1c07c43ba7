/** A JSON document as an answer, ready to be sent. */
export function json(status, document, headers = {}) {
  return {
    status,
    headers: { 'content-type': 'application/json', ...headers },
    body: Buffer.from(JSON.stringify(document)),
  }
}
