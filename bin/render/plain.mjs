const CONTROLS = /[\p{Cc}\p{Cf}]/gu

/** Removes characters that could steer a terminal from a server's text. */
export function plain(text) {
  return String(text).replace(CONTROLS, '�')
}

/** Writes bytes in megabytes. */
export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
