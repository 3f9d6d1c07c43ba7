import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type SinglePlatform, singlePlatformImage } from '../../testing/registry'
import { failure } from '../support/failure'
import { HOST, serviceOn, useFakes } from '../support/fakes'
import { POSTGRES_17, POSTGRES_18 } from './support/postgres'

const fakes = useFakes()

/** The risks of a move between two tags of a repository that is told for Docker's official one of that name. */
async function risks(
  [from, old]: [string, SinglePlatform?],
  [to, next]: [string, SinglePlatform?],
  { name = 'postgres', ...options }: { name?: string; container?: object; currentDigest?: string } = {},
) {
  const registry = await fakes.registry()
  const path = `cache/library/${name}`
  registry
    .repository(path)
    .push(from, singlePlatformImage({ salt: from, container: { Env: [] }, ...old }))
    .push(to, singlePlatformImage({ salt: to, container: { Env: [] }, ...next }))
  const { service, logger } = serviceOn({ registry })
  const inspection = await service.inspectUpdate(`${HOST}/${path}:${from}`, to, { arch: 'amd64', ...options })
  return { risks: inspection.risks ?? [], inspection, logger }
}

const CHANNELS = ['container-registry-service:request', 'container-registry-service:check']
const SECRET = 'hunter2-of-this-container'
const CONTAINER = {
  Id: '0a'.repeat(32),
  Name: '/db',
  Config: {
    ...POSTGRES_17,
    Image: 'postgres:17',
    Env: [...POSTGRES_17.Env, `POSTGRES_PASSWORD=${SECRET}`],
    Cmd: ['postgres', '-c', `custom.secret=${SECRET}`],
  },
  HostConfig: {
    Binds: ['/srv/pg:/var/lib/postgresql/data'],
    PortBindings: { '5432/tcp': [{ HostIp: '', HostPort: '5432' }] },
  },
  Mounts: [{ Type: 'bind', Source: '/srv/pg', Destination: '/var/lib/postgresql/data', Mode: '', RW: true }],
  NetworkSettings: { Ports: { '5432/tcp': [{ HostIp: '0.0.0.0', HostPort: '5432' }] } },
}

describe('the risks of inspectUpdate', () => {
  test('name what PostgreSQL 18 changes, and what it is supported for', async () => {
    const { risks: found, inspection } = await risks(
      ['17.6', { container: POSTGRES_17 }],
      ['18.1', { container: POSTGRES_18 }],
    )
    expect(found.map(({ kind }) => kind)).toEqual(['volume-moved', 'cycle'])
    expect(found.every(({ text }) => text.length > 40)).toBe(true)
    expect(inspection.lifecycle).toMatchObject({ from: { cycle: '17' }, to: { cycle: '18' } })
  })

  test.each<[string, string, string, SinglePlatform, SinglePlatform, string[]]>([
    ['postgres', '17.5', '17.6', { container: POSTGRES_17 }, { container: POSTGRES_17 }, []],
    ['nextcloud', '30.0.1', '32.0.0', {}, {}, ['majors']],
    ['mariadb', '10.11.9', '11.4.2', {}, {}, ['cycle']],
    ['python', '3.12.1', '3.13.1', {}, {}, []],
    ['node', '22.1.0', '24.1.0', {}, {}, []],
    ['ubuntu', '24.04', '26.04', {}, {}, []],
    ['nginx', '1.27.0', '1.27.1', {}, { container: { User: '101' } }, ['user']],
    ['nginx', '1.27.0', '1.27.1', { container: { ExposedPorts: { '80/tcp': {} } } }, {}, ['port-removed']],
    ['nginx', '1.27.0', '1.27.1', { container: { Volumes: { '/a': {} } } }, {}, ['volume-removed']],
    ['nginx', '1.27.0', '1.27.1', {}, { container: { Volumes: { '/a': {} } } }, ['volume-added']],
    ['nginx', '1.27.0', '1.27.1', {}, { container: { Entrypoint: ['/init'] } }, ['entrypoint']],
    ['nginx', '1.27.0', '1.27.1', {}, { container: { Cmd: ['run'] } }, ['command']],
    ['nginx', '1.27.0', '1.27.1', { layers: [1e8] }, { layers: [2.2e8] }, ['download']],
    ['nginx', '1.27.0', '1.27.1', { layers: [1e7] }, { layers: [1e8] }, []],
  ])('of %s from %s to %s', async (name, from, to, old, next, kinds) => {
    const { risks: found } = await risks([from, old], [to, next], { name })
    expect(found.map(({ kind }) => kind)).toEqual(kinds)
  })

  test.each([
    ['its object', CONTAINER],
    ['a list of it', [CONTAINER]],
  ])('speak of a container by %s, and tell none of its secrets', async (_, container) => {
    const events: unknown[] = []
    const listen = (event: unknown) => events.push(event)
    for (const name of CHANNELS) subscribe(name, listen)
    const next = { ...POSTGRES_18, ExposedPorts: { '5433/tcp': {} }, Cmd: ['postgres', '-D'], User: '70' }
    const { risks: found, logger } = await risks(
      ['17.6', { container: POSTGRES_17 }],
      ['18.1', { container: next }],
      { container },
    )
    for (const name of CHANNELS) unsubscribe(name, listen)
    expect(found.map(({ kind, text }) => [kind, text])).toEqual([
      [
        'volume-moved',
        expect.stringContaining('this container mounts its data at /var/lib/postgresql/data,'),
      ],
      ['cycle', expect.stringContaining('postgresql 17 to 18')],
      ['user', expect.stringContaining('left on /var/lib/postgresql/data of this container')],
      ['port-removed', expect.stringContaining('This container publishes 5432/tcp,')],
      ['command', expect.stringContaining('this container sets its own, which stays')],
    ])
    expect(events).not.toEqual([])
    const said = JSON.stringify([found, logger.lines, events])
    expect(said).not.toContain(SECRET)
    for (const variable of ['1.18', '1.19', 'en_US.utf8', '/var/lib/postgresql/18/docker']) {
      expect(said).not.toContain(variable)
    }
  })

  test('of versions and sizes are named where what is running is gone', async () => {
    const registry = await fakes.registry()
    registry.repository('cache/library/postgres').push('18.1', singlePlatformImage())
    const { service } = serviceOn({ registry })
    const image = `${HOST}/cache/library/postgres:16.1`
    const inspection = await service.inspectUpdate(image, '18.1', { arch: 'amd64' })
    expect(inspection.risks?.map(({ kind }) => kind)).toEqual(['cycle', 'majors'])
    expect(inspection).not.toHaveProperty('changes')
  })

  test('are absent of an image that does not run', async () => {
    const { inspection } = await risks(['17.6'], ['18.1', { platform: 'linux/arm64' }])
    expect(inspection).toMatchObject({ exists: true, runs: false })
    expect(inspection).not.toHaveProperty('risks')
  })

  const cyclic: { self?: object } = {}
  cyclic.self = cyclic
  const throwing = {
    toJSON() {
      throw new Error('odd')
    },
  }
  test.each<[string, unknown]>([
    ['a text', 'docker'],
    ['an empty list', []],
    ['two containers', [CONTAINER, CONTAINER]],
    ['an object without settings', { Id: 'x' }],
    ['a function', () => CONTAINER],
    ['a circle', cyclic],
    ['a bigint', { Config: { User: 1n } }],
    ['one that throws', throwing],
    ['too much', { Config: { User: 'x'.repeat(5 * 1024 * 1024) } }],
  ])('a container that is %s is refused', async (_, container) => {
    const { service } = serviceOn({})
    const call = service.inspectUpdate(`${HOST}/a:1`, '2', { container: container as object })
    expect(await failure(call)).toMatchObject({ name: 'ContainerRegistryError', code: 'INVALID_ARGUMENT' })
  })

  test.each<[string, object]>([
    ['nulls', { Config: { User: null, Cmd: null }, HostConfig: null, Mounts: null, NetworkSettings: null }],
    ['other types', { Config: { User: {}, Cmd: 7 }, HostConfig: { PortBindings: [] }, Mounts: { a: 1 } }],
  ])('a container of %s is read', async (_, container) => {
    const { risks: found } = await risks(['17.5'], ['17.6'], { container })
    expect(found).toEqual([])
  })
})
