import { createServer, type Server, type Socket } from 'node:net'
import { ContainerRegistryService } from '../..'
import { json } from '../../testing/registry'
import { app, HOST, TAGS, useFakes } from '../support/fakes'
import { RecordingLogger } from '../support/recording-logger'

const fakes = useFakes()
let redis: Server | undefined
const sockets: Socket[] = []

afterEach(() => {
  redis?.close()
  for (const socket of sockets.splice(0)) socket.destroy()
})

/** A server that speaks RESP 2 and answers each command in its own way (Redis, "RESP protocol specification"). */
async function redisThat(answer: (command: string) => string | undefined): Promise<string> {
  redis = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    socket.on('data', (bytes) => {
      // Of each command only its name matters: the first text behind `*<count>`.
      const commands = [...bytes.toString('latin1').matchAll(/\*\d+\r\n\$\d+\r\n([A-Z]+)\r\n/g)]
      socket.write(commands.map(([, command = '']) => answer(command) ?? '+OK\r\n').join(''))
    })
  })
  await new Promise<void>((resolve) => redis?.listen(0, '127.0.0.1', resolve))
  const address = redis.address()
  return `redis://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
}

test('clearing ends though the cursor of a scan never does', async () => {
  const url = await redisThat((command) => {
    if (command === 'SCAN') return '*2\r\n$1\r\n1\r\n*0\r\n'
    return command === 'GETRANGE' ? '$0\r\n\r\n' : undefined
  })
  const logger = new RecordingLogger()
  const service = new ContainerRegistryService({ cache: { redis: url }, closeTimeoutMs: 100, logger })
  await service.clearCache()
  expect(logger.lines.map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/not done within 100 ms/),
  )
  await service.close()
})

test('a pause without end is nobody that a host has asked for', async () => {
  const server = await fakes.server()
  server.always(TAGS, json({ tags: ['1'] }))
  const asked: string[] = []
  const url = await redisThat((command) => {
    asked.push(command)
    if (command === 'PTTL') return `:${2n ** 63n - 1n}\r\n`
    return command === 'GETRANGE' ? '$0\r\n\r\n' : undefined
  })
  const service = new ContainerRegistryService({
    cache: { redis: url },
    registries: { [HOST]: { url: server.origin } },
    maxRetries: 0,
  })
  await expect(service.listTags(app())).resolves.toEqual(['1'])
  expect(asked).toContain('PTTL')
  await service.close()
})
