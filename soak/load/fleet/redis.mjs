import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout } from 'node:timers/promises'

/** Milliseconds between two looks whether the server is there, and the most looks. */
const LOOK = { every: 20, most: 500 }

/** Debian's `redis-server` on a free loopback port, keeping nothing on disk. */
export async function startRedis() {
  const port = await freePort()
  const settings = ['--bind', '127.0.0.1', '--port', String(port), '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', settings, { stdio: 'ignore' })
  let missing
  server.once('error', (error) => {
    missing = error
  })
  for (let look = 0; !(await isThere(port)); look += 1) {
    if (missing) throw new Error(`The fleet needs redis-server: ${missing.message}`)
    if (server.exitCode !== null || look > LOOK.most) throw new Error('redis-server did not start')
    await setTimeout(LOOK.every)
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    async stop() {
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
    },
  }
}

async function freePort() {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

async function isThere(port) {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
