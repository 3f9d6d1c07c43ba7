'use strict'

function message({ status, headers = {}, body = '' }, isHead) {
  const bytes = Buffer.from(body)
  const self = {
    status,
    headers,
    body: bytes,
    isHead,
    with: (changes) =>
      message(
        {
          status: changes.status ?? status,
          headers: changes.headers ?? headers,
          body: changes.body ?? bytes,
        },
        isHead,
      ),
    head: () => {
      const isStated = Object.keys(headers).some((name) => /^(content-length|transfer-encoding)$/i.test(name))
      const fields = { ...headers, ...(!isStated && { 'Content-Length': String(bytes.length) }) }
      const lines = Object.entries(fields).flatMap(([name, values]) =>
        [values].flat().map((value) => `${name}: ${value}\r\n`),
      )
      return Buffer.from(`HTTP/1.1 ${status} Fault\r\n${lines.join('')}\r\n`, 'latin1')
    },
    bytes: () => (isHead ? self.head() : Buffer.concat([self.head(), bytes])),
  }
  return self
}

module.exports = { message }
