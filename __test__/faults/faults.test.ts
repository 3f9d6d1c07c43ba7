import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ContainerRegistryService, type ServiceOptions } from '../..'
import { FaultServer, wire } from '../../testing/faults'
import { RecordingLogger } from '../support/recording-logger'
import { METHODS, type Method } from './methods'
import { ROWS, type Row } from './rows'
import { markdown } from './support/markdown'
import { AUTHORITY, Tunnel } from './support/tls'

const DOCS = join(__dirname, '..', '..', 'docs', 'reliability.md')
const BLOCK = /(?<=<!-- faults -->\n)[\s\S]*?(?=<!-- \/faults -->)/

/** Time limits that are soon reached, for faults that take time and nothing else. */
const HASTY: ServiceOptions = { timeoutMs: 700, connectTimeoutMs: 700 }
/** Bounds that are soon reached, and waits that take no time. */
const BOUNDED: ServiceOptions = {
  timeoutMs: 25_000,
  connectTimeoutMs: 25_000,
  maxRetryDelayMs: 1,
  limits: { tagPageBytes: 1 << 20, manifestBytes: 1 << 20, configBytes: 1 << 20 },
}

interface Place {
  registry: string
  options: ServiceOptions
  close(): void
}

/** Seen of a method: its answer, or the code of its error. */
interface Seen {
  cell: string
  error?: { code: string; transient: boolean; message: string }
}

const table = new Map<string, Map<string, string>>()

describe.each(ROWS)('$fault', (row) => {
  let place: Place
  beforeAll(async () => {
    place = await enter(row)
  })
  afterAll(() => place.close())

  test.concurrent.each(METHODS.map((method) => [method.name, method] as const))('%s', async (_, method) => {
    const seen = await outcome(place, method, row.code === 'TIMEOUT' ? HASTY : {})
    note(row.fault, method.name, seen.cell)
    const isHarmed = row.code !== undefined && !row.unharmed?.includes(method.name)
    const cell = row.cells?.[method.name]
    if (cell) expect(seen.cell).toBe(cell)
    else if (!isHarmed) expect(seen).toEqual({ cell: 'answers' })
    else if ('neutral' in method) expect(seen.cell).toMatch(/^(true|null|'')(, warns)?$/)
    else expect(seen.error).toMatchObject({ code: row.code, transient: row.transient })
  })
})

/** A service that meets the fault, and the registry whose images it is asked about. */
async function enter({ at, fault }: Row): Promise<Place> {
  const registry = 'registry.example'
  const to = (url: string, close = () => {}): Place => ({
    registry,
    options: { registries: { [registry]: { url, insecure: true } }, github: { apiUrl: url } },
    close,
  })
  if ('url' in at) return to(at.url)
  if ('wire' in at || 'token' in at || 'manifests' in at) {
    const server = await FaultServer.start(
      'token' in at
        ? wire.tokens(at.token)
        : 'manifests' in at
          ? wire.manifests(at.manifests)
          : () => at.wire,
    )
    return to(server.origin, () => server.close())
  }
  const tunnel =
    'handshake' in at
      ? await Tunnel.toHandshake(at.handshake)
      : await Tunnel.toHttp2('stream' in at ? at.stream : () => {})
  const isUntrusted = 'tls' in at && at.tls === 'unknown authority'
  const isElsewhere = 'tls' in at && at.tls === 'wrong name'
  const options: ServiceOptions = {
    proxy: tunnel.proxy,
    ...(!isUntrusted && { ca: AUTHORITY }),
    ...(isElsewhere && { github: { apiUrl: 'https://github.example' } }),
  }
  return {
    registry: isElsewhere ? `${fault.split(' ')[0]}.example` : 'quay.io',
    options,
    close: () => tunnel.close(),
  }
}

async function outcome(
  { registry, options }: Place,
  { call, answer, ...method }: Method,
  time: ServiceOptions,
): Promise<Seen> {
  const logger = new RecordingLogger()
  const service = new ContainerRegistryService({ ...BOUNDED, ...time, ...options, logger })
  try {
    const value = await call(service, registry)
    const is = (other: unknown) => JSON.stringify(value) === JSON.stringify(other)
    if (is(answer)) return { cell: 'answers' }
    if ('lesser' in method && is(method.lesser)) return { cell: 'no page' }
    if (!('neutral' in method)) return { cell: value === undefined ? 'nothing' : JSON.stringify(value) }
    expect(value).toEqual(method.neutral)
    const shown = value === '' ? "''" : String(value)
    return {
      cell: logger.warnings.some((line) => !line.includes('Rate limited')) ? `${shown}, warns` : shown,
    }
  } catch (error) {
    const { code, transient, message } = error as { code: string; transient: boolean; message: string }
    return { cell: transient ? code : `${code}, final`, error: { code, transient, message } }
  } finally {
    await service.close()
  }
}

function note(fault: string, method: string, cell: string): void {
  const cells = table.get(fault) ?? new Map<string, string>()
  table.set(fault, cells.set(method, cell))
}

describe('the table of faults', () => {
  const printed = () =>
    markdown(
      ['fault', ...METHODS.map(({ name }) => name)],
      ROWS.map(({ fault }) => [fault, ...METHODS.map(({ name }) => table.get(fault)?.get(name) ?? '?')]),
    )

  // WRITE_TABLE=1 puts what was seen where it is looked for.
  if (process.env.WRITE_TABLE) {
    beforeAll(() => writeFileSync(DOCS, readFileSync(DOCS, 'utf8').replace(BLOCK, printed())))
  }

  test('is what was seen', () => {
    expect(BLOCK.exec(readFileSync(DOCS, 'utf8'))?.[0]).toBe(printed())
  })
})
