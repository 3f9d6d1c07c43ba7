import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Image, type WrittenImage, writeLayout } from './layout'

/** A user of a registry. */
export interface Login {
  user: string
  password: string
}

/** Pushes an image under its tag to a registry on loopback with skopeo, and says what was pushed. */
export async function push(
  host: string,
  repository: string,
  image: Image,
  login?: Login,
): Promise<WrittenImage> {
  const layout = await mkdtemp(join(tmpdir(), 'layout-'))
  try {
    const written = await writeLayout(layout, image)
    const credentials = login ? [`--dest-creds=${login.user}:${login.password}`] : []
    await promisify(execFile)('skopeo', [
      '--insecure-policy',
      'copy',
      '--quiet',
      '--all',
      '--preserve-digests',
      '--dest-tls-verify=false',
      ...credentials,
      `oci:${layout}:${image.tag}`,
      `docker://${host}/${repository}:${image.tag}`,
    ])
    return written
  } finally {
    await rm(layout, { recursive: true })
  }
}
