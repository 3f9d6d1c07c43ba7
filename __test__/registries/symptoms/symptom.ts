import type { ContainerRegistryService, ServiceOptions } from '../../..'
import { json, Registry, type RegistryTraits, type Reply, type Site } from '../../../testing/registry'
import { CURRENT, publicAndPrivate } from '../support/catalogue'
import type { World } from '../support/world'

/** What a registry does that others do not, and what is made of it. */
export interface Symptom {
  /** What is seen, as a line of a table. */
  what: string
  /** What is made of it, likewise. */
  is: string
  /** Brings it about in a world, and tells what is made of it. */
  seen(world: World): Promise<string>
}

export const HOST = 'registry.example.org'
export const ORIGIN = `https://${HOST}`
export const NAME = 'team/app'
export const IMAGE = `${HOST}/${NAME}:${CURRENT}`
/** An error in the words of the specification. */
export const ERRORS = { errors: [{ code: 'UNKNOWN', message: 'the database is away' }] }

/** A registry with an image that names no source; `traits` are over the usual ones. */
export function enter(world: World, traits: Partial<RegistryTraits> = {}): Registry {
  const repositories = publicAndPrivate({ count: 10, source: 'nowhere' })
  const registry = new Registry({ host: HOST, repositories, ...traits })
  registry.enter(world)
  return registry
}

/** What answers lists of tags with this, and nothing else. */
export function lists(answer: Reply | Site): Site {
  return (request) => (request.path.endsWith('/tags/list') ? given(answer, request) : undefined)
}

/** What answers the manifest of a tag with this, and nothing else. */
export function manifests(tag: string, answer: Reply | Site): Site {
  return (request) => (request.path.endsWith(`/manifests/${tag}`) ? given(answer, request) : undefined)
}

function given(answer: Reply | Site, request: Parameters<Site>[0]): Reply | undefined {
  return typeof answer === 'function' ? answer(request) : answer
}

/** A list of these tags. */
export const tags = (...names: string[]): Reply => json({ name: NAME, tags: names })

/** How many tags are listed, or how that failed. */
export async function listed(world: World, options: ServiceOptions = {}, image = IMAGE): Promise<string> {
  const { service } = world.service(options)
  return told(
    service.listTags(service.parseImageReference(image)),
    (names) => `${names.length === 1 ? '1 tag' : `${names.length} tags`}`,
  )
}

/** What a check of the image says: its status and what it offers, with why it failed or what was left out. */
export async function checked(world: World, options: ServiceOptions = {}, image = IMAGE): Promise<string> {
  return report(world.service(options).service, image)
}

export async function report(service: ContainerRegistryService, image = IMAGE): Promise<string> {
  const { status, updates, error, rejected, stale } = await service.checkImage(image, { arch: 'amd64' })
  const artifacts = rejected.flatMap(({ reason, examples }) =>
    String(reason) === 'artifact' ? examples : [],
  )
  return [
    [status, ...(stale ? ['stale'] : []), ...(error ? [shown(error)] : [])].join(', '),
    ...(updates.length > 0 ? [`offers ${updates.map(({ tag }) => tag).join(' and ')}`] : []),
    ...(artifacts.length > 0 ? [`not ${artifacts.join(' and ')}: artifact`] : []),
  ].join('; ')
}

/** What came of it, or the code and status of the error. */
export function told<T>(work: Promise<T>, show: (value: T) => string): Promise<string> {
  return work.then(show, shown)
}

function shown({ code, status }: { code?: string; status?: number }): string {
  return status === undefined ? String(code) : `${code} (${status})`
}
