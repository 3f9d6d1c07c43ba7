import { connect } from 'node:net'

const METHODS = { none: 0, password: 2 }

/** Opens a connection to a host through a SOCKS5 proxy (RFC 1928, RFC 1929), which looks the name up. */
export async function throughSocks(proxy, { host, port }, signal) {
  const socket = connect({
    host: proxy.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: Number(proxy.port || 1080),
    signal,
  })
  try {
    const read = reader(socket)
    const hasPassword = proxy.username !== ''
    socket.write(Buffer.from([5, 1, hasPassword ? METHODS.password : METHODS.none]))
    const [version, method] = await read(2)
    if (version !== 5 || method === 0xff) throw new Error('the proxy speaks no SOCKS5, or wants a password.')
    if (method === METHODS.password) {
      const [user, password] = [proxy.username, proxy.password].map((text) =>
        Buffer.from(decodeURIComponent(text)),
      )
      if (user.length > 255 || password.length > 255)
        throw new Error('the password of the proxy is too long.')
      socket.write(
        Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]),
      )
      if ((await read(2))[1] !== 0) throw new Error('the proxy refuses the password.')
    }
    const name = Buffer.from(host)
    if (name.length > 255) throw new Error('the name is too long for SOCKS.')
    socket.write(
      Buffer.concat([Buffer.from([5, 1, 0, 3, name.length]), name, Buffer.from([port >> 8, port & 255])]),
    )
    const [, reply, , kind] = await read(4)
    if (reply !== 0) throw new Error(`the proxy could not connect (SOCKS reply ${reply}).`)
    await read((kind === 1 ? 4 : kind === 4 ? 16 : (await read(1))[0]) + 2)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }
}

/** Reads exactly so many bytes. */
function reader(socket) {
  const ended = new Promise((_, reject) => {
    socket.once('error', reject)
    socket.once('close', () => reject(new Error('the proxy closed the connection.')))
  })
  ended.catch(() => undefined)
  return async (count) => {
    for (;;) {
      const bytes = socket.read(count)
      if (bytes !== null) return bytes
      await Promise.race([ended, new Promise((resolve) => socket.once('readable', resolve))])
    }
  }
}
