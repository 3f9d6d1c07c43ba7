/**
 * Writes down what the replaced class answers: `node record.mjs` writes every `*.json` beside this file anew;
 * `node record.mjs KIND SEED COUNT` prints fresh cases of one kind. The class is the module that BASELINE names, or
 * `../shared/seed/original.mjs` beside the checkout; its recording logger stands next to it.
 */
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { transformFileSync } from '@swc/core'
import fc from 'fast-check'

const require = createRequire(import.meta.url)
require.extensions['.ts'] = (module, file) => {
  const options = {
    jsc: { target: 'es2022', parser: { syntax: 'typescript' } },
    module: { type: 'commonjs' },
  }
  module._compile(transformFileSync(file, options).code, file)
}
const { references } = require('./references.ts')
const { tagLists } = require('./tag-lists.ts')
const { sources } = require('./sources.ts')
const { scenarios } = require('./scenarios.ts')
const { Stage, whereabouts } = require('./stage.ts')

const root = fileURLToPath(new URL('../..', import.meta.url))
const baseline = pathToFileURL(resolve(root, process.env.BASELINE ?? '../shared/seed/original.mjs'))
const { ContainerRegistryService } = await import(baseline)
const { lines } = await import(new URL('original-logger.mjs', baseline))
const original = new ContainerRegistryService()

/** A check that fails leaves its lookup of the source running. */
class Watched extends ContainerRegistryService {
  getSourceUrl(parsed) {
    this.source = super.getSourceUrl(parsed)
    return this.source
  }
}

const KINDS = {
  references: { generated: references, count: 2200, answer: parse },
  'tag-lists': { generated: tagLists, count: 1400, answer: filter },
  sources: { generated: sources, count: 2000, answer: build },
  scenarios: { generated: scenarios, count: 240, answer: check },
}

const realFetch = globalThis.fetch
const [kind, seed, count] = process.argv.slice(2)
if (kind) {
  process.stdout.write(written(await record(KINDS[kind], Number(seed), Number(count))))
} else {
  for (const [name, what] of Object.entries(KINDS)) {
    const path = fileURLToPath(new URL(`${name}.json`, import.meta.url))
    writeFileSync(path, written(await record(what, 1, what.count)))
  }
}

async function record({ generated, answer }, seed, numRuns) {
  const vectors = new Map()
  for (const value of fc.sample(generated, { seed, numRuns })) {
    const key = JSON.stringify(value)
    if (!vectors.has(key)) vectors.set(key, await answer(value))
  }
  return [...vectors.values()]
}

/** One vector a line. */
function written(vectors) {
  return `[\n${vectors.map((vector) => JSON.stringify(vector)).join(',\n')}\n]\n`
}

function parse(text) {
  const { registry, namespace, repo, tag, fullName } = original.parseImageReference(text)
  return [text, registry, namespace, repo, tag, fullName]
}

function filter({ tags, current, major }) {
  return [tags, current, major, original.filterCompatibleUpdates(tags, current, major)]
}

function build({ source, tag, prefix }) {
  return [source, tag, prefix, original.buildReleaseUrl(source, tag, prefix) ?? null]
}

async function check(scenario) {
  const stage = await Stage.set(scenario)
  const { image, arch, fallback } = scenario
  const service = new Watched()
  globalThis.fetch = led(stage)
  lines.length = 0
  const outcome = await service.getAvailableUpdates(image, arch, fallback).then(
    (updates) => ({
      updates: updates.map(({ tag, isLatest, releaseUrl }) => [tag, isLatest, releaseUrl ?? null]),
    }),
    ({ message }) => ({ error: message }),
  )
  await service.source
  await stage.close()
  return { scenario, ...outcome, lines: lines.map(({ level, msg }) => [level, msg]) }
}

/** Node's fetch, with the addresses of real services replaced by those of the fakes. */
function led({ scenario, registry, github }) {
  const fakes = new Map([
    [`https://${whereabouts(scenario).registry}`, registry.server.origin],
    ['https://auth.docker.io', registry.server.origin],
    ['https://api.github.com', github.server.origin],
  ])
  return (url, init) => {
    const { origin } = new URL(url)
    return realFetch(url.replace(origin, fakes.get(origin) ?? origin), init)
  }
}
