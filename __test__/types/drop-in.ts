/** Holds the declarations to the types of the class that this one replaces. Read by the compiler only. */

import { type AvailableUpdate, ContainerRegistryService, type ParsedImageReference } from '../..'

interface OriginalReference {
  registry: string
  namespace: string
  repo: string
  tag: string
  fullName: string
}

interface OriginalUpdate {
  tag: string
  isLatest: boolean
  releaseUrl?: string
}

interface Original {
  parseImageReference(image: string): OriginalReference
  listTags(parsed: OriginalReference): Promise<string[]>
  checkArchSupport(parsed: OriginalReference, tag: string, hostArch: string): Promise<boolean>
  getImageDownloadSize(parsed: OriginalReference, tag: string, hostArch: string): Promise<number | null>
  getSourceUrl(parsed: OriginalReference): Promise<string | null>
  detectReleaseTagPrefix(sourceUrl: string, sampleTag: string): Promise<string>
  buildReleaseUrl(sourceUrl: string, tag: string, releaseTagPrefix: string): string | undefined
  filterCompatibleUpdates(tags: string[], currentTag: string, majorVersion: number): string[]
  getAvailableUpdates(
    containerImage: string,
    hostArch: string,
    fallbackSourceRepo?: string | null,
  ): Promise<OriginalUpdate[]>
}

/** `true` for types that are the same, down to which fields may be missing. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
type Result<Class, Method extends keyof Class> = Class[Method] extends (...args: never[]) => infer R
  ? R
  : never
type Plain<T> = { [Key in keyof T]: T[Key] }

export const constructed: Original = new ContainerRegistryService()

/** What each method gives is neither more nor less than what the original gave; a reference also has its digest. */
export const results: Record<Exclude<keyof Original, 'parseImageReference' | 'getAvailableUpdates'>, true> = {
  listTags: true satisfies SameResult<'listTags'>,
  checkArchSupport: true satisfies SameResult<'checkArchSupport'>,
  getImageDownloadSize: true satisfies SameResult<'getImageDownloadSize'>,
  getSourceUrl: true satisfies SameResult<'getSourceUrl'>,
  detectReleaseTagPrefix: true satisfies SameResult<'detectReleaseTagPrefix'>,
  buildReleaseUrl: true satisfies SameResult<'buildReleaseUrl'>,
  filterCompatibleUpdates: true satisfies SameResult<'filterCompatibleUpdates'>,
}
type SameResult<Method extends keyof Original> = Same<
  Result<ContainerRegistryService, Method>,
  Result<Original, Method>
>
export const update: Same<
  Plain<Omit<AvailableUpdate, 'stale' | 'checkedAt' | 'releaseUrlSource'>>,
  Plain<OriginalUpdate>
> = true
export const reference: Same<Plain<Omit<ParsedImageReference, 'digest'>>, Plain<OriginalReference>> = true
export const digest: Same<ParsedImageReference['digest'], string | undefined> = true

/** What the original's callers wrote still compiles, and what did not compile still does not. */
export async function callers(service: ContainerRegistryService, made: OriginalReference) {
  const updates: OriginalUpdate[] = await service.getAvailableUpdates('nginx:1.27', 'amd64')
  await service.getAvailableUpdates('nginx:1.27', 'amd64', null)
  await service.getAvailableUpdates('nginx:1.27', 'amd64', 'https://github.com/nginx/nginx')
  const tags: string[] = await service.listTags(made)
  const page: string | undefined = service.buildReleaseUrl('https://github.com/o/r', '1.0', 'v')

  // @ts-expect-error An image is needed.
  service.parseImageReference()
  // @ts-expect-error An image is a text.
  service.parseImageReference(1)
  // @ts-expect-error The architecture is needed.
  await service.getAvailableUpdates('nginx:1.27')
  // @ts-expect-error A reference is needed.
  await service.listTags()
  // @ts-expect-error The size may be unknown.
  const size: number = await service.getImageDownloadSize(made, '1', 'amd64')
  return { updates, tags, page, size }
}
