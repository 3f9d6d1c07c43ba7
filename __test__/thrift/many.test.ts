import { reply } from '../../testing/registry'
import { useWorld } from '../registries/support/world'
import { serviceOn } from '../support/fakes'
import { GHCR } from './support/fleet'

const openWorld = useWorld()

/** So many texts that name no image, which no server is asked about. */
const invalid = (count: number) => Array.from({ length: count }, (_, number) => `NOT AN IMAGE ${number}`)

test('thousands of reports come in slices, between which other work gets its turn', async () => {
  const { service } = serviceOn({})
  const images = invalid(4000)
  let [turn, isOver] = [0, false]
  const next = () => {
    turn += 1
    if (!isOver) setImmediate(next)
  }
  next()
  const inTurn = new Map<number, number>()
  const call = service.checkImages(images, {
    onProgress: () => inTurn.set(turn, (inTurn.get(turn) ?? 0) + 1),
  })
  // Meanwhile the thread is busy, so that all reports are there at once when it is free.
  const free = Date.now() + 1000
  while (Date.now() < free);
  const reports = await call
  isOver = true
  expect(reports.map(({ image }) => image)).toStrictEqual(images)
  expect([...inTurn.values()].reduce((sum, count) => sum + count, 0)).toBe(2 * images.length)
  expect(Math.max(...inTurn.values())).toBeLessThan(images.length / 4)
})

test('equal images have a report each, wherever they stand', async () => {
  const { service } = serviceOn({})
  const images = [...invalid(1500), ...invalid(1500)]
  const reports = await service.checkImages(images)
  expect(reports.map(({ image, error }) => [image, error?.code])).toStrictEqual(
    images.map((image) => [image, 'INVALID_REFERENCE']),
  )
  expect(reports[0]).not.toBe(reports[1500])
  expect(Object.keys(reports)).toHaveLength(images.length)
})

test('the tokens of later images are asked for when their turn comes', async () => {
  const world = openWorld()
  const asked: string[] = []
  const note = (what: string) => {
    asked.push(what)
    return undefined
  }
  world.put(GHCR, ({ path, query }) => {
    if (path === '/token') {
      note(`${query.getAll('scope').length} scopes`)
      return reply(200, '{"token":"of-many"}', { 'Content-Type': 'application/json' })
    }
    return note('registry') ?? reply(404, '{"errors":[{"code":"NAME_UNKNOWN"}]}')
  })
  const images = Array.from({ length: 1000 }, (_, number) => `ghcr.io/team/app-${number}:1.0.0`)
  const { service } = world.service()
  const reports = await service.checkImages(images, { arch: 'amd64' })
  expect(reports.map(({ error }) => error?.code)).toEqual(Array(images.length).fill('NOT_FOUND'))
  const batches = asked.filter((what) => what === '25 scopes')
  expect(batches).toHaveLength(40)
  const before = asked.slice(0, asked.indexOf('registry'))
  expect(before).toEqual(Array(20).fill('25 scopes'))
})
