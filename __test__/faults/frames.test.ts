import { ContainerRegistryService } from '../..'
import { healthy } from '../../testing/faults'
import { RecordingLogger } from '../support/recording-logger'
import { CONTROL_FRAMES, FloodServer } from './support/flood'
import { AUTHORITY } from './support/tls'

const IMAGE = 'quay.io/team/app:1.0.0'

// Idle connections stay open for 90 s.
test('a connection on which a server sends control frames without end is closed, though nobody waits', async () => {
  const logger = new RecordingLogger()
  const servers = await Promise.all(
    Object.values(CONTROL_FRAMES).map((flood) => FloodServer.start(healthy(), flood)),
  )
  try {
    for (const { proxy } of servers) {
      await using service = new ContainerRegistryService({ proxy, ca: AUTHORITY, logger })
      const { status } = await service.checkImage(IMAGE, { arch: 'amd64' })
      expect(status).toBe('update-available')
    }
    await Promise.all(servers.map((server) => server.flood()))
    expect(logger.warnings).toEqual([expect.stringMatching(/Idle connections are dropped: /)])
  } finally {
    for (const server of servers) server.close()
  }
}, 30_000)

test('a connection that brings control frames in place of an answer is closed when the time is up', async () => {
  const server = await FloodServer.start(healthy(), CONTROL_FRAMES.PING as Buffer)
  try {
    await using service = new ContainerRegistryService({
      proxy: server.proxy,
      ca: AUTHORITY,
      timeoutMs: 700,
      maxFaultRetries: 0,
    })
    const isClosed = server.floodAtOnce()
    await expect(service.listTags('quay.io/team/app')).rejects.toMatchObject({ code: 'TIMEOUT' })
    await isClosed
  } finally {
    server.close()
  }
}, 30_000)

test('a connection that has died in silence is given up before the time of an attempt is up', async () => {
  const server = await FloodServer.start(healthy(), CONTROL_FRAMES.PING as Buffer)
  try {
    const options = { proxy: server.proxy, ca: AUTHORITY, timeoutMs: 600_000 }
    await using service = new ContainerRegistryService(options)
    const tags = await service.listTags('quay.io/team/app')
    server.hush()
    expect(await service.listTags('quay.io/team/app')).toEqual(tags)
  } finally {
    server.close()
  }
}, 30_000)
