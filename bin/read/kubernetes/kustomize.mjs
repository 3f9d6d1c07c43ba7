import { tidy } from '../entry.mjs'
import { written } from '../yaml/scalar.mjs'

/** Kustomize replaces names and tags of images. */
export function kustomized(file, node, place) {
  const text = (name) => file.textOf(file.field(node, name))
  const name = text('newName') ?? text('name')
  const tag = file.field(node, 'newTag')
  const digest = file.field(node, 'digest')
  if (name === undefined || (tag === undefined && digest === undefined)) return []
  return [
    {
      image: `${name}${tag ? `:${file.textOf(tag)}` : ''}${digest ? `@${file.textOf(digest)}` : ''}`,
      place: tidy({ ...place, line: file.lineOf(tag ?? digest) }),
      lines: [node, tag, digest].filter(Boolean).map((one) => file.lineOf(one)),
      written: {
        ...(tag ? written(file, tag) : { file: file.path, text: file.text, why: 'no tag stands there' }),
        ...(digest && { digest: written(file, digest) }),
        isPart: true,
      },
    },
  ]
}

/** The entries of a `kustomization.yaml`, which may leave its kind out. */
export function kustomizationEntries(file, root) {
  const place = { file: file.path, service: 'Kustomization' }
  return file.items(file.field(root, 'images')).flatMap((node) => kustomized(file, node, place))
}
