import { ContainerRegistryService } from '..'
import { pageDeparture } from './support/page-departures'
import { RecordingLogger } from './support/recording-logger'
import { INVALID, referenceDeparture } from './support/reference-departures'
import { Stage, whereabouts } from './vectors/stage'
import { fresh, hasBaseline, type Kind, type RecordedCheck, recorded, type Vectors } from './vectors/vectors'

const service = new ContainerRegistryService()

/** Fails with all differences at once: one alone says little about a rule that is broken. */
function expectNone(differences: unknown[]): void {
  expect(differences.slice(0, 20)).toEqual([])
  expect(differences).toHaveLength(0)
}

/** Both as they are written down: a difference that cannot be written is none. */
function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

function referenceDifferences(vectors: Vectors['references']) {
  return vectors.flatMap(([text, registry, namespace, repo, tag, fullName]) => {
    const departure = referenceDeparture(text)
    const expected = departure ? departure.expected : { registry, namespace, repo, tag, fullName }
    const actual = parsed(text)
    return same(actual, expected) ? [] : [{ text, rows: departure?.rows, expected, actual }]
  })
}

function parsed(text: string) {
  try {
    const { registry, namespace, repo, tag, fullName, digest } = service.parseImageReference(text)
    return { registry, namespace, repo, tag, fullName, digest }
  } catch (error) {
    return (error as { code?: string }).code === INVALID ? INVALID : String(error)
  }
}

function tagListDifferences(vectors: Vectors['tag-lists']) {
  return vectors.flatMap(([tags, current, major, expected]) => {
    const actual = service.filterCompatibleUpdates(tags, current, major)
    return same(actual, expected) ? [] : [{ tags, current, major, expected, actual }]
  })
}

function pageDifferences(vectors: Vectors['sources']) {
  return vectors.flatMap(([source, tag, prefix, page]) => {
    const departure = pageDeparture(source, tag, prefix)
    const expected = departure ? departure.expected : (page ?? undefined)
    const actual = service.buildReleaseUrl(source, tag, prefix)
    return actual === expected ? [] : [{ source, tag, prefix, rows: departure?.rows, expected, actual }]
  })
}

async function checkDifferences(vectors: RecordedCheck[]) {
  const differences = []
  for (const { scenario, updates, error, lines } of vectors) {
    if (hasTwice(scenario)) continue
    const expected = {
      ...(updates && { updates }),
      ...(error && { error }),
      lines: comparable(lines),
    }
    const actual = await check(scenario)
    if (!same(actual, expected)) differences.push({ scenario, expected, actual })
  }
  return differences
}

/** Lists that name a tag twice are a departure: it is offered once, and one candidate more is looked at. */
function hasTwice({ tags }: RecordedCheck['scenario']): boolean {
  return new Set(tags.map(([tag]) => tag)).size < tags.length
}

async function check(scenario: RecordedCheck['scenario']) {
  const stage = await Stage.set(scenario)
  const logger = new RecordingLogger()
  const checking = new ContainerRegistryService({
    logger,
    registries: { [whereabouts(scenario).registry]: { url: stage.registry.server.origin } },
    github: { apiUrl: stage.github.server.origin },
  })
  const { image, arch, fallback } = scenario
  const outcome = await checking.getAvailableUpdates(image, arch, fallback).then(
    (updates) => ({
      updates: updates.map(({ tag, isLatest, releaseUrl }) => [tag, isLatest, releaseUrl ?? null]),
    }),
    ({ message }) => ({ error: message }),
  )
  await stage.close()
  return { ...outcome, lines: comparable(logger.lines.map(({ level, message }) => [level, message])) }
}

/**
 * Lines in their order, with those of retries put last: requests run side by side. What JSON.parse says of a web page is
 * the engine's affair, and so are the addresses to which a fake registry is led.
 */
function comparable(lines: [level: string, message: string][]): string[] {
  const texts = lines.map(([level, message]) => `${level} ${plain(message)}`)
  const isRetry = (text: string) => text.includes('Rate limited on ')
  return [...texts.filter((text) => !isRetry(text)), ...texts.filter(isRetry).sort()]
}

function plain(message: string): string {
  return message
    .replace(/(?<=Rate limited on )https?:\/\/[^/]+/, '')
    .replace(
      /(?<=(?:checking arch for|source URL for) \S+: )(?:Unexpected token|Not a manifest).*/s,
      'no JSON',
    )
}

/** How the vectors of each kind are held against the addon. */
const replays: { [K in Kind]: (vectors: Vectors[K]) => unknown[] | Promise<unknown[]> } = {
  references: referenceDifferences,
  'tag-lists': tagListDifferences,
  sources: pageDifferences,
  scenarios: checkDifferences,
}

async function replay<K extends Kind>(kind: K, vectors: Vectors[K]): Promise<void> {
  expect(vectors.length).toBeGreaterThan(100)
  expectNone(await replays[kind](vectors))
}

describe('what the replaced class answered, and the listed departures', () => {
  test('references', () => replay('references', recorded('references')))
  test('tag lists', () => replay('tag-lists', recorded('tag-lists')))
  test('release pages', () => replay('sources', recorded('sources')))
  test('whole checks', () => replay('scenarios', recorded('scenarios')))
})

describe('the vectors reach every rule', () => {
  const count = (rows: (string | undefined)[]) => rows.filter(Boolean).length

  test('each departure of references, and what must stay', () => {
    const departures = recorded('references').map(([text]) => referenceDeparture(text))
    const rows = new Set(departures.flatMap((departure) => departure?.rows ?? []))
    expect([...rows].sort()).toEqual([
      'a/b/c without a dot in the first part',
      'docker.io/…, index.docker.io/…',
      'localhost/x',
      'name@sha256:…, name:tag@sha256:…',
      'text that is no image reference',
    ])
    expect(departures.filter((departure) => departure === undefined).length).toBeGreaterThan(500)
  })

  test('each departure of release pages, and what must stay', () => {
    const vectors = recorded('sources')
    const departures = vectors.map(([source, tag, prefix]) => pageDeparture(source, tag, prefix))
    const rows = new Set(departures.flatMap((departure) => departure?.rows ?? []))
    expect([...rows].sort()).toEqual([
      'GitLab release page',
      'a `v` that begins a word',
      'a scheme that no page has',
      'release page of Gitea, Forgejo, Codeberg',
      "source URL in git's forms",
      'source URL with a path below the repository',
    ])
    const kept = vectors.filter((_, index) => departures[index] === undefined)
    expect(count(kept.map(([, , , page]) => page ?? undefined))).toBeGreaterThan(200)
  })
})

if (hasBaseline) {
  const seed = Math.floor(Math.random() * 2 ** 31)

  describe(`the replaced class itself, seed ${seed}`, () => {
    const counts: Record<Kind, number> = {
      references: 5000,
      'tag-lists': 5000,
      sources: 5000,
      scenarios: 150,
    }

    test.each(Object.entries(counts) as [Kind, number][])('%s', async (kind, count) => {
      await replay(kind, await fresh(kind, seed, count))
    })
  })
}
